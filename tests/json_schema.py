"""As much of JSON Schema 2020-12 as our contracts use, so that samples are held to them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
_KNOWN = {
    *("$schema", "$id", "$defs", "$ref", "title", "description", "format"),
    *("type", "const", "enum", "pattern", "minLength", "oneOf"),
    *("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "items"),
    *("required", "properties", "patternProperties", "additionalProperties"),
}


def breaches(value: object, schema: Schema, whole: Schema | None = None) -> list[str]:
    """The keywords that a value breaks, each with its pointer; empty if it is as it should be."""
    return list(_breaches(value, schema, whole or schema, ""))


def _breaches(value: object, schema: Schema, whole: Schema, at: str) -> Iterator[str]:
    unknown = set(schema) - _KNOWN
    if unknown:
        raise NotImplementedError(f"{sorted(unknown)} at {at}")
    if "$ref" in schema:
        yield from _breaches(value, _defined(schema["$ref"], whole), whole, at)
    if "oneOf" in schema and sum(not breaches(value, s, whole) for s in schema["oneOf"]) != 1:
        yield f"{at} oneOf"
    if "type" in schema and not _is_of(value, schema["type"]):
        yield f"{at} type"
        return
    yield from _of_scalar(value, schema, at)
    match value:
        case dict():
            yield from _of_object(value, schema, whole, at)
        case list():
            yield from _of_array(value, schema, whole, at)
        case _:
            return


def _of_scalar(value: object, schema: Schema, at: str) -> Iterator[str]:
    if "const" in schema and value != schema["const"]:
        yield f"{at} const"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} enum"
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield f"{at} minLength"
        if not re.search(schema.get("pattern", ""), value):
            yield f"{at} pattern"
    if isinstance(value, int | float) and not _is_between(value, schema):
        yield f"{at} exclusive"


def _is_between(value: float, schema: Schema) -> bool:
    lowest, highest = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    return (lowest is None or lowest < value) and (highest is None or value < highest)


def _of_object(value: dict[str, object], schema: Schema, whole: Schema, at: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}/{name} required"
    named = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    is_closed = schema.get("additionalProperties") is False
    for name, member in value.items():
        if name in named:
            yield from _breaches(member, named[name], whole, f"{at}/{name}")
        elif is_closed and not any(re.search(pattern, name) for pattern in patterns):
            yield f"{at}/{name} additionalProperties"


def _of_array(value: list[object], schema: Schema, whole: Schema, at: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at} items"
    for number, item in enumerate(value):
        yield from _breaches(item, schema.get("items", {}), whole, f"{at}/{number}")


def _defined(reference: str, whole: Schema) -> Schema:
    found: Schema = whole["$defs"][reference.removeprefix("#/$defs/")]
    return found


def _is_of(value: object, types: str | list[str]) -> bool:
    names = [types] if isinstance(types, str) else types
    return not isinstance(value, bool) and any(isinstance(value, _TYPES[name]) for name in names)
