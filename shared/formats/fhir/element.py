"""An element of a resource with what leads to it, and the values that it may hold.

A value that cannot be used raises what is wrong with it, as a finding at its place. Places are
worked out only then: a sound resource pays for none.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn, TypeVar, cast

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.source_time import SourceTime
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT, is_bounded
from shared.formats.fhir.bounds import PROSE_LIMIT
from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.decoding import Numeral, Unusable
from shared.formats.fhir.elements import is_one_of
from shared.formats.fhir.profile import Version
from shared.formats.fhir.text import Step, Text
from shared.formats.iso_times import iso_time

MOST_TIMES = 4096
_LONGEST_TIME = 40
_MODIFIERS = "modifierExtension"
_SURELY_BOUNDED = 8  # characters of a number without an exponent
_LONGEST_NUMBER = 64
_NUMBER = re.compile(r"-?[0-9.]+(?:[eE]([+-]?[0-9]{1,2}))?")  # no exponent makes it long
Meaning = TypeVar("Meaning")
_time_of = lru_cache(maxsize=MOST_TIMES)(iso_time)


class FaultError(Exception):
    """Inside this folder: something cannot be used, and here is why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


class Element:
    """An object of a resource: the resource itself, or what stands in it."""

    __slots__ = ("_index", "_name", "above", "members", "text")

    def __init__(
        self,
        text: Text,
        members: dict[str, object],
        above: "Element | None" = None,
        name: str = "",
        index: int = -1,
    ) -> None:
        self.text = text
        self.members = members
        self.above = above
        self._name = name
        self._index = index

    @property
    def steps(self) -> tuple[Step, ...]:
        """What leads to it from the resource."""
        if self.above is None:
            return ()
        own = (self._name,) if self._index < 0 else (self._name, self._index)
        return (*self.above.steps, *own)

    @property
    def version(self) -> Version:
        """Which FHIR the resource is of."""
        return self.text.version

    def has(self, name: str) -> bool:
        """Whether it has an element of this name."""
        return name in self.members

    def position(self, *steps: Step) -> Position:
        """Where it stands, or one of its elements."""
        if steps:
            return self.text.position((*self.steps, *steps))
        if self.above is None:
            return self.text.position(())
        if self._index >= 0:
            values = cast(list[object], self.above.members[self._name])
            items = self.text.items(values, lambda: self.steps[:-1])
            return items.position(self._index) or self.text.position(self.steps)
        return self.text.position(self.steps)

    def fault(self, code: str, name: str = "", value: object = "", fact: str = "") -> NoReturn:
        """Refuse it, or one of its elements.

        Raises:
            FaultError: always.
        """
        raise FaultError(self._found(code, name, value, fact))

    def note(self, code: str, name: str = "", value: object = "", fact: str = "") -> None:
        """Tell what is odd about it, or one of its elements."""
        self.text.tell(self._found(code, name, value, fact))

    def child(self, name: str) -> "Element | None":
        """An element that is an object; None if it is not there."""
        value = self.members.get(name)
        if type(value) is dict:
            return Element(self.text, value, self, name)
        return None if value is None else self._unfit(name, value)

    def each(self, name: str) -> "list[Element]":
        """The objects of a list; a single one stands for a list of one (as in drafts of R5)."""
        values = self.members.get(name)
        if values is None:
            return []
        if type(values) is list:
            return [
                Element(self.text, value, self, name, number)
                if type(value) is dict
                else self._unfit(name, value)
                for number, value in enumerate(values)
            ]
        return [
            Element(self.text, values, self, name)
            if type(values) is dict
            else self._unfit(name, values)
        ]

    def identifier(self, name: str) -> str:
        """A short text without control characters; "" if it is not there.

        Raises:
            FaultError: it is something else.
        """
        value = self.members.get(name)
        if value is None:
            return ""
        if type(value) is not str:
            self._unfit(name, value)
        value = value.strip()
        if value.isprintable() and 0 < len(value) <= IDENTIFIER_LIMIT:
            return value
        if not value:
            self.note("ELEMENT_EMPTY", name)
        if len(value) > IDENTIFIER_LIMIT:
            self.fault("VALUE_TOO_LONG", name)
        if not CONTROLS.isdisjoint(value):
            self.fault("CHARACTER_INVALID", name)
        return value

    def prose(self, name: str) -> str:
        """A text for people; "" if it is not there, or too long for one."""
        value = self.members.get(name)
        if type(value) is not str:
            return "" if value is None else self._unfit(name, value)
        if len(value) > PROSE_LIMIT:
            self.note("TEXT_TOO_LONG", name)
            return ""
        return value.strip()

    def required(self, name: str) -> str:
        """A short text that must be there."""
        return self.identifier(name) or self.missing(name)

    def missing(self, name: str) -> NoReturn:
        """Refuse it for what it does not have; a sibling `_name` may say why it has none."""
        fact = "its extensions say why" if f"_{name}" in self.members else ""
        self.fault("ELEMENT_MISSING", name, fact=fact)

    def flag(self, name: str) -> bool | None:
        """A boolean; None if it is not there."""
        value = self.members.get(name)
        return value if value is None or type(value) is bool else self._unfit(name, value)

    def number(self, name: str) -> Decimal | None:
        """An exact number; None if it is not there."""
        value = self.members.get(name)
        if value is None:
            return None
        if type(value) is not Numeral:
            self._unfit(name, value, "NUMBER_INVALID")
        number = _exact(value)
        return self.fault("NUMBER_TOO_LARGE", name, value) if number is None else number

    def time(self, name: str) -> SourceTime | None:
        """A dateTime, date or instant, to the day or finer; None if it is not there."""
        value = self.members.get(name)
        if value is None:
            return None
        if type(value) is not str:
            self._unfit(name, value)
        time = _time_of(value) if len(value) <= _LONGEST_TIME else None
        return time or self.fault("TIME_INVALID", name, value)

    def day(self, name: str) -> SourceTime | None:
        """A date on which nothing depends: left out if it is none."""
        return self.unless_inexact(lambda: self.time(name))

    def unless_inexact(self, read: Callable[[], SourceTime | None]) -> SourceTime | None:
        """A time on which nothing depends; a note, and None, if it cannot be read."""
        try:
            return read()
        except FaultError as fault:
            found = fault.diagnostic
            self.text.tell(FHIR_CODES["DATE_INEXACT"].found(found.position, fact=found.value))
            return None

    def code(self, name: str, meanings: Mapping[str, Meaning]) -> Meaning:
        """What a code of a required list means."""
        stated = self.required(name)
        meaning = meanings.get(stated)
        return self.fault("CODE_UNKNOWN", name, stated) if meaning is None else meaning

    def listed(self, name: str, known: frozenset[str]) -> str:
        """A code on which nothing depends, as it stands; a finding if its list has it not."""
        stated = self.identifier(name)
        if stated and stated not in known:
            self.note("CODE_STRANGE", name, stated)
        return stated

    def check_modifiers(self) -> None:
        """Refuse it if an extension may change what it says.

        Raises:
            FaultError: there is one that the profile does not name.
        """
        if _MODIFIERS not in self.members:
            return
        for extension in self.each(_MODIFIERS):
            if not is_one_of(extension.members.get("url"), self.text.profile.modifiers):
                extension.fault("MODIFIER_UNKNOWN")

    def _unfit(self, name: str, value: object, code: str = "ELEMENT_INVALID") -> NoReturn:
        if isinstance(value, Unusable):
            found = self._found(value.code, name, "", "")
            place = replace(found.position, byte=self.text.byte + value.byte)
            raise FaultError(replace(found, position=place))
        shown = value if isinstance(value, str) else ""
        self.fault(code, name, shown)

    def _found(self, code: str, name: str, value: object, fact: str) -> Diagnostic:
        at = self.position(name) if name else self.position()
        return FHIR_CODES[code].found(at, str(value), fact)


def _exact(literal: str) -> Decimal | None:
    """A JSON number; None if it is too large, or finer than is computed with."""
    if len(literal) <= _SURELY_BOUNDED and "e" not in literal and "E" not in literal:
        return Decimal(literal)
    found = _NUMBER.fullmatch(literal) if len(literal) <= _LONGEST_NUMBER else None
    if found is None:
        return None
    number = Decimal(literal)
    if found[1] is None:
        return number if is_bounded(number) else None
    plain = Decimal(format(number, "f"))
    return plain if is_bounded(plain) else None
