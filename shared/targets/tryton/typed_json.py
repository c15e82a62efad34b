"""Tryton's JSON, in which decimals and dates carry their class."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any


def to_typed_json(value: object) -> str:
    """Write a value as Tryton reads it."""
    return json.dumps(value, default=_typed, separators=(",", ":"))


def from_typed_json(text: str) -> object:
    """Read an answer of Tryton's; numbers with a fraction become decimals.

    Raises:
        ValueError: it is not JSON, or a typed value in it is not one.
    """
    try:
        return json.loads(text, parse_float=Decimal, object_hook=_untyped)
    except (LookupError, TypeError, ArithmeticError) as error:
        raise ValueError("a decimal or date is not one") from error


def _typed(value: object) -> dict[str, object]:
    match value:
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case dt.date():
            return {
                "__class__": "date",
                "year": value.year,
                "month": value.month,
                "day": value.day,
            }
        case _:
            raise TypeError(f"{type(value).__name__} is not sent to Tryton")


def _untyped(value: dict[str, Any]) -> object:
    match value.get("__class__"):
        case "Decimal":
            return Decimal(value["decimal"])
        case "date":
            return dt.date(value["year"], value["month"], value["day"])
        case _:
            return value
