"""`--erp-class`: whether the box's ERP enforces our references or only looks them up."""

from enum import StrEnum
from typing import Annotated

import typer

from shared.ports.erp import EffectClass


class ErpClass(StrEnum):
    """As people type it."""

    E1 = "e1"
    E2 = "e2"

    @property
    def effect_class(self) -> EffectClass:
        """As the effect protocol names it."""
        return EffectClass(self.upper())


ErpClassOption = Annotated[
    ErpClass | None,
    typer.Option(
        "--erp-class",
        case_sensitive=False,
        help="e1: the ERP has our reference module (default); e2: it has not. Kept from then on.",
    ),
]


def effect_class(chosen: ErpClass | None) -> EffectClass | None:
    """What was typed; nothing keeps what the box has."""
    return None if chosen is None else chosen.effect_class
