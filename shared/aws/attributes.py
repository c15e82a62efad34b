"""Values to DynamoDB attributes and back: numbers as numbers, nothing empty, never a float."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Value: TypeAlias = "str | bool | int | Decimal | Sequence[Value] | Mapping[str, Value] | None"
Values: TypeAlias = "Mapping[str, Value]"
Item: TypeAlias = "dict[str, AttributeValueTypeDef]"


def stored(value: Value) -> AttributeValueTypeDef:
    """One value as DynamoDB keeps it."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case Decimal():
            return {"N": format(value, "f")}
        case Mapping():
            return {"M": stored_item(value)}
        case Sequence():
            return {"L": [stored(element) for element in value]}
        case _:
            raise TypeError(f"{type(value).__name__} is not kept in a table")


def stored_item(values: Values) -> Item:
    """An item without its empty texts, lists and absent values: they cost bytes and say nothing."""
    return {
        name: stored(value)
        for name, value in values.items()
        if value is not None and value not in ("", (), [])
    }


def restored(attribute: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the type is in the data
    """One value as it was; every number comes back as a Decimal."""
    ((kind, content),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return Decimal(content)
        case "M":
            return restored_item(content)
        case "L":
            return [restored(element) for element in content]
        case _:
            raise TypeError(f"no attribute of ours is of DynamoDB's kind {kind}")


def restored_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An item as plain values."""
    return {name: restored(attribute) for name, attribute in item.items()}
