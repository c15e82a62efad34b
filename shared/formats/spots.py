"""A value of a JSON tree together with the pointer that leads to it (RFC 6901)."""

import re
from dataclasses import dataclass

from shared.canonical.diagnostic import Position
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT
from shared.formats.json_tree import (
    JsonArray,
    JsonNumber,
    JsonObject,
    JsonText,
    JsonValue,
    JsonWord,
)

OWN_PREFIX = "x_"  # members that a sender keeps for itself
_INTEGER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a JSON text that begins at the byte `base`, and what stands there."""

    pointer: str
    value: JsonValue
    base: int = 0

    @property
    def position(self) -> Position:
        """Where it is, for people: the pointer and the byte."""
        return Position(segment=self.pointer, occurrence=0, byte=self.base + self.value.at)

    def member(self, name: str) -> "Spot | None":
        """A member of an object; null is as good as absent."""
        found = self.value.members.get(name) if isinstance(self.value, JsonObject) else None
        if found is None or (isinstance(found, JsonWord) and found.word == "null"):
            return None
        return self._at(name, found)

    def gap(self, name: str) -> Position:
        """Where a member would stand."""
        return self._at(name, self.value).position

    def repeated(self, names: frozenset[str]) -> Position | None:
        """Where one of these names comes a second time."""
        again = self.value.repeated if isinstance(self.value, JsonObject) else {}
        for name, value in again.items():
            if name in names:
                return self._at(name, value).position
        return None

    def items(self) -> "tuple[Spot, ...]":
        """The items of a list; what is no list is the one item of one."""
        if not isinstance(self.value, JsonArray):
            return (self,)
        return tuple(self._at(str(at), each) for at, each in enumerate(self.value.items))

    def unknown(self, names: frozenset[str]) -> Position | None:
        """Where the value of a member stands that is not one of these: by the byte.

        A name that a program makes up may be a patient's, so it is not shown.
        """
        members = self.value.members if isinstance(self.value, JsonObject) else {}
        for name, value in members.items():
            if name not in names and not name.startswith(OWN_PREFIX):
                return Spot(pointer=self.pointer, value=value, base=self.base).position
        return None

    def _at(self, name: str, value: JsonValue) -> "Spot":
        return Spot(pointer=f"{self.pointer}/{name}", value=value, base=self.base)


def identifier_of(spot: Spot, *, is_number_allowed: bool = False) -> str:
    """A value as an identifier, without white space around it.

    Raises:
        ValueError: it is none; the argument is the line's code for why.
    """
    match spot.value:
        case JsonText() as text:
            stated = text.text.strip()
            if not text.is_sound or not CONTROLS.isdisjoint(stated):
                raise ValueError("CHARACTER_INVALID")
            if len(stated) > IDENTIFIER_LIMIT:
                raise ValueError("VALUE_TOO_LONG")
            return stated
        case JsonNumber(literal=literal) if is_number_allowed and _INTEGER.fullmatch(literal):
            if len(literal) > IDENTIFIER_LIMIT:
                raise ValueError("VALUE_TOO_LONG")
            return literal
        case _:
            raise ValueError("MEMBER_INVALID")
