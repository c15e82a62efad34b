"""The kinds of supplies a hospital stocks, in generic names: no brand, no maker.

`families.csv` lists them; its column `control` names a pattern that says how such items are
followed, priced and packed.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path


class Control(StrEnum):
    """How closely an item is followed."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"  # implants: a serial is a lot of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What items of a kind share.

    `tick` is the step between costs of a base unit; `boxes` (in base units) and `cases` (in boxes)
    are the pack sizes to be found.
    """

    control: Control
    tick: Decimal
    boxes: tuple[int, ...]
    cases: tuple[int, ...]
    base_unit: str = "EA"
    box_unit: str = "BX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Items alike but for size and style, with the bounds of their cost."""

    prefix: str
    name: str
    sizes: tuple[str, ...]
    styles: tuple[str, ...]
    lowest_cost: Decimal
    highest_cost: Decimal
    trade: str
    pattern: Pattern


_MANY, _SOME = (50, 100, 200), (5, 10, 12, 20, 24, 25)
_HALF_CENTS, _FINE, _COARSE = Decimal("0.0025"), Decimal("0.0125"), Decimal("0.25")
_PATTERNS = {
    "cheap": Pattern(control=Control.NONE, tick=_HALF_CENTS, boxes=_MANY, cases=(10, 12, 20)),
    "plain": Pattern(control=Control.NONE, tick=_FINE, boxes=_SOME, cases=(4, 5, 6, 8, 10)),
    "lot": Pattern(control=Control.LOT, tick=_FINE, boxes=_SOME, cases=(4, 5, 6, 8, 10)),
    "implant": Pattern(control=Control.SERIAL, tick=_COARSE, boxes=(1,), cases=(2, 4)),
    "fluid": Pattern(
        control=Control.LOT,
        tick=_HALF_CENTS,
        boxes=(50, 100, 250, 500),
        cases=(6, 10, 12),
        base_unit="ML",
        box_unit="BT",
    ),
}


@cache
def families() -> tuple[Family, ...]:
    """Every family of the list, in its order."""
    with Path(__file__).with_name("families.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(_family(row) for row in csv.DictReader(rows))


def _family(row: dict[str, str]) -> Family:
    return Family(
        prefix=row["prefix"],
        name=row["name"],
        sizes=tuple(row["sizes"].split("|")),
        styles=tuple(row["styles"].split("|")),
        lowest_cost=Decimal(row["lowest_cost"]),
        highest_cost=Decimal(row["highest_cost"]),
        trade=row["trade"],
        pattern=_PATTERNS[row["control"]],
    )
