"""Makes frozen nouns at the speed of a reader."""

from dataclasses import field, fields, make_dataclass
from typing import Any, TypeVar, cast

Noun = TypeVar("Noun")
_new = object.__new__
_set = object.__setattr__


def made(noun: type[Noun], values: dict[str, Any]) -> Noun:
    """A frozen dataclass without slots, of all its fields at once.

    Its own constructor sets each field by a call of its own: for a line of an order that costs as
    much as to split, place and check all its segments. Tests hold `values` to the noun's fields.
    """
    made = _new(noun)
    _set(made, "__dict__", values)
    return made


def drafted(noun: type[Noun]) -> type[Noun]:
    """What makes a frozen dataclass, called as the noun itself is, in a third of its time.

    A twin that has the same fields and is not frozen takes them, then becomes the noun. To make the
    twin costs an import as much as a hundred nouns: it is for those that come by the thousand.

    Raises:
        TypeError: the noun checks its fields itself, which nobody would do then.
    """
    if hasattr(noun, "__post_init__"):
        raise TypeError(f"{noun.__name__} checks its fields; make it by its own name.")

    def become(draft: object) -> None:
        draft.__class__ = noun

    own: Any = fields(noun)  # type: ignore[arg-type]  # a TypeError if it is no dataclass
    twin = make_dataclass(
        noun.__name__,
        [
            (each.name, Any, field(default=each.default, default_factory=each.default_factory))
            for each in own
        ],
        namespace={"__doc__": noun.__doc__, "__post_init__": become},
        slots="__slots__" in vars(noun),
        kw_only=True,
        repr=False,
        eq=False,
        match_args=False,
    )
    return cast(type[Noun], twin)
