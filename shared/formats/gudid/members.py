"""The members of an object of a record: what is odd about one is noted, and it is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.source_time import SourceTime
from shared.formats.bounds import CONTROLS, is_bounded, number_of
from shared.formats.gudid.codes import finding
from shared.formats.iso_times import iso_time
from shared.formats.json_tree import JsonNumber, JsonObject, JsonText, JsonWord
from shared.formats.spots import Spot, identifier_of

TEXT_LIMIT = 2_000  # characters: what GUDID itself takes for a description
_FLAGS = {"true": True, "false": False}


class DeviceFaultError(Exception):
    """Inside this folder: nothing can be said of the device, and here is why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Members:
    """An object, and where its notes go."""

    spot: Spot
    notes: list[Diagnostic]

    def text(self, name: str) -> str:
        """A short text, or a number as it is written; "" if there is none."""
        member = self.spot.member(name)
        if member is None:
            return ""
        try:
            return identifier_of(member, is_number_allowed=True)
        except ValueError:
            self._odd(member)
            return ""

    def prose(self, name: str) -> str:
        """A text for people, as far as it is kept."""
        member = self.spot.member(name)
        if member is None:
            return ""
        if not isinstance(member.value, JsonText) or not member.value.is_sound:
            self._odd(member)
            return ""
        kept = member.value.text.strip()[:TEXT_LIMIT]
        return "".join(" " if each in CONTROLS else each for each in kept)

    def flag(self, name: str) -> bool | None:
        """A boolean; None if there is none."""
        member = self.spot.member(name)
        match member.value if member else None:
            case JsonWord(word=word) if word in _FLAGS:
                return _FLAGS[word]
            case _:
                pass
        self._odd(member)
        return None

    def count(self, name: str) -> Decimal | None:
        """A whole number above zero, as such or as its digits; None if there is none."""
        member = self.spot.member(name)
        match member.value if member else None:
            case JsonText(text=stated) | JsonNumber(literal=stated):
                number = number_of(stated.strip())
                if number is not None and is_bounded(number) and number > 0 == number % 1:
                    return number
            case _:
                pass
        self._odd(member)
        return None

    def time(self, name: str) -> SourceTime | None:
        """A date or a moment; None if there is none."""
        stated = self.text(name)
        found = iso_time(stated) if stated else None
        if stated and found is None:
            self._odd(self.spot.member(name))
        return found

    def each(self, name: str, inner: str) -> "Iterator[Members]":
        """The objects of the list `inner` of an object `name`, as XML makes lists of JSON.

        Raises:
            DeviceFaultError: the list is given twice.
        """
        outer = self.spot.member(name)
        if outer:
            Members(outer, self.notes).check(inner)
        found = outer.member(inner) if outer else None
        for item in found.items() if found else ():
            if isinstance(item.value, JsonObject):
                yield Members(item, self.notes)
            else:
                self._odd(item)

    def refuse(self, code: str) -> NoReturn:
        """Nothing can be said of the device for what is wrong here.

        Raises:
            DeviceFaultError: always.
        """
        raise DeviceFaultError(finding(code, self.spot.position))

    def check(self, *names: str) -> None:
        """Refuse the device if one of these is given twice.

        Raises:
            DeviceFaultError: one is.
        """
        again = self.spot.repeated(frozenset(names))
        if again:
            raise DeviceFaultError(finding("ELEMENT_REPEATED", again))

    def _odd(self, member: Spot | None) -> None:
        """What is there is of another kind."""
        if member is not None:
            self.notes.append(finding("ELEMENT_INVALID", member.position))
