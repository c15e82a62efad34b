"""A noun that is made fast is the noun."""

from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from shared.canonical.diagnostic import Position
from shared.formats.making import drafted


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    name: str
    parts: tuple[str, ...] = ()
    seen: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Loose:
    name: str


def test_a_drafted_noun_is_one_that_its_own_constructor_makes() -> None:
    made = drafted(Position)(segment="row", byte=7)

    assert type(made) is Position
    assert made == Position(segment="row", byte=7)
    assert hash(made) == hash(Position(segment="row", byte=7))
    assert str(made) == str(Position(segment="row", byte=7))


def test_a_drafted_noun_is_frozen() -> None:
    made = drafted(Noun)(name="a")

    with pytest.raises(FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]


def test_each_drafted_noun_has_its_own_default() -> None:
    make = drafted(Noun)
    make(name="a").seen["x"] = 1

    assert make(name="a") == Noun(name="a")


def test_a_field_without_a_default_must_be_given() -> None:
    with pytest.raises(TypeError, match="name"):
        drafted(Noun)()  # type: ignore[call-arg]


def test_a_noun_without_slots_is_drafted_as_well() -> None:
    made = drafted(Loose)(name="a")

    assert type(made) is Loose
    assert made == Loose(name="a")
    assert vars(made) == {"name": "a"}


def test_a_noun_that_checks_its_fields_is_refused() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Checked:
        name: str

        def __post_init__(self) -> None:
            assert self.name

    with pytest.raises(TypeError, match="Checked checks its fields"):
        drafted(Checked)
