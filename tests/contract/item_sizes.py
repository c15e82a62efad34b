"""How many bytes DynamoDB charges for an effect's item, and an effect that says all it can."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from shared.canonical.effect import Effect
from shared.canonical.outcome import LedgerEntry
from tests.contract.families import Aws
from tests.contract.tables import EFFECTS
from tests.effects import an_issue


def a_full_effect() -> Effect:
    """As much as a single line usually says: a lot, a project, a case, ids of real length."""
    effect = an_issue("TX-FULL", quantity="12", unit_cost="4.2575")
    return replace(
        effect,
        content_hash="9f" * 32,
        document_id="5c" * 32,
        correlation_id="018f6f0e-6c1e-7c3a-9f5e-0a1b2c3d4e5f",
        lot="LOT-2026-0314",
        case_token="C1-ABCDEFGHIJKLMNOPQRSTUVWX",  # noqa: S106 - no secret: what the edge makes of one
        dimensions=replace(effect.dimensions, project="PRJ-1042"),
    )


def stored_item(aws: Aws, entry: LedgerEntry) -> Mapping[str, Mapping[str, Any]]:
    key = entry.effect.effect_id
    answer = aws.dynamodb.get_item(TableName=EFFECTS, Key={"pk": {"S": key}})
    return cast("Mapping[str, Mapping[str, Any]]", answer["Item"])


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The bytes DynamoDB counts: names and values; 3 for a list or map and 1 for each element."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(attribute: Mapping[str, Any]) -> int:
    [(kind, content)] = attribute.items()
    match kind, content:
        case "S", str():
            return len(content.encode())
        case "N", str():
            return (len(content.replace(".", "").replace("-", "").strip("0")) + 1) // 2 + 1
        case "BOOL", bool():
            return 1
        case "L", list():
            return 3 + sum(1 + value_size(element) for element in content)
        case "M", dict():
            return 3 + len(content) + item_size(content)
        case _:
            raise ValueError(f"{kind} is not counted")
