"""Functions that take nothing from their queues after an engine's start until they are let go.

After an engine ended without saving, its ledger is older than what targets hold. Where a target
does not enforce our reference nothing may be posted before that ledger is doubted
(shared/effects/doubt.py), but a started engine delivers at once what its queues hold.
"""
# ruff: noqa: SLF001, PLC0415 - reaching into a pinned engine is the point of this

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

HELD_FUNCTIONS = "LEDGERWARD_HELD_FUNCTIONS"  # parts of their names, with commas between


def hold_from_the_start(names: Sequence[str]) -> None:
    """In the engine's own process, before its state is read: switch their mappings off in it."""
    from ministack.services import lambda_svc

    restore = lambda_svc._restore_esms

    def restore_held(kept: object) -> None:
        restore(kept)
        for mapping in lambda_svc._esms._data.values():
            if any(name in mapping["FunctionName"] for name in names):
                mapping.update(Enabled=False, State="Disabled")

    lambda_svc._restore_esms = restore_held


def held_here() -> tuple[str, ...]:
    """What this process was told to hold."""
    return tuple(filter(None, os.environ.get(HELD_FUNCTIONS, "").split(",")))


def let_go(functions: "LambdaClient") -> None:
    """Switch on again whatever is off; `functions` is the Lambda API."""
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        if mapping["State"] == "Disabled":
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
