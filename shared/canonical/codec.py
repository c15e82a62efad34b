"""Canonical models to JSON and back, validated strictly.

The only place where the nouns meet pydantic.
"""

from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, with_config

Model = TypeVar("Model")


def to_json(model: object) -> str:
    """Canonical JSON: decimals and dates as text, nothing lost."""
    return _adapter(type(model)).dump_json(model).decode()


def from_json(model: type[Model], text: str | bytes) -> Model:
    """Read a model back.

    Raises:
        pydantic.ValidationError: the text is not exactly such a model.
    """
    return cast(Model, _adapter(model).validate_json(text))


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(model: type[Any]) -> TypeAdapter[Any]:
    if model not in _ADAPTERS:
        strict = with_config(ConfigDict(strict=True, extra="forbid"))
        _ADAPTERS[model] = TypeAdapter(strict(model))
    return _ADAPTERS[model]
