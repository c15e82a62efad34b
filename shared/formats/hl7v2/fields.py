"""What a field says: its parts, split, then unescaped once, trimmed."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from shared.canonical.coded import Coded
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT
from shared.formats.hl7v2.delimiters import Delimiters

NULL = '""'
TEXT_LIMIT = 512  # characters of a text that are kept
NO_PLAIN = ("",) * 6  # what an empty field says, of as many components as a reader asks for
_KEPT = 1_024  # plain fields: units, people and places, and the items of the last messages
_LONGEST_WORD = 6  # letters and digits alone, and more of them, number a thing: no two are equal
_NEVER = "\r"  # stands in no segment


class FieldReader(NamedTuple):
    """Reads fields, as they are written, of one set of delimiters and one codec.

    `value` gives the first sub-component at a component and a repetition; `identifier` the same of
    the first repetition, or None if that is no identifier; `coded` the concepts of a field, or None
    if a code of them is no identifier.
    """

    value: Callable[[str, int, int], str]
    identifier: Callable[[str, int], str | None]
    coded: Callable[[str], tuple[Coded, ...] | None]


@lru_cache(maxsize=4)
def field_reader(marks: Delimiters, codec: str) -> FieldReader:
    """Reads whatever stands in a field."""
    value = _value_reader(marks, codec)
    repetitions = marks.repetition or _NEVER

    def identifier(text: str, component: int) -> str | None:
        found = value(text, component, 1)
        return found if is_identifier(found) else None

    def coded(text: str) -> tuple[Coded, ...] | None:
        found = []
        for repetition in range(1, text.count(repetitions) + 2):
            code, system = value(text, 1, repetition), value(text, 3, repetition)
            if not is_identifier(code) or not is_identifier(system):
                return None
            if code:
                found.append(Coded(code, system, plain_text(value(text, 2, repetition))))
        return tuple(found)

    return FieldReader(value=value, identifier=identifier, coded=coded)


@lru_cache(maxsize=4)
def plain_fields(marks: Delimiters) -> "PlainFields":
    """Reads plain fields, most of them once: in a day's messages they come again and again."""
    return PlainFields(marks)


class PlainFields(dict[str, tuple[str, ...]]):
    """By plain field, what `FieldReader` would say of its first components: nothing of any other.

    Plain is a short printable field in which only components are set apart, with no blank beside
    what sets them apart. Each of its values is an identifier and a text as it is kept.
    """

    __slots__ = ("_blanks", "_components", "_escape", "_repetitions", "_subcomponents")

    def __init__(self, marks: Delimiters) -> None:
        super().__init__()
        components = marks.component
        self._components = components
        self._blanks = (f" {components}", f"{components} ")
        self._repetitions = marks.repetition or _NEVER
        self._escape = marks.escape or _NEVER
        self._subcomponents = marks.subcomponent or _NEVER

    def __missing__(self, text: str) -> tuple[str, ...]:
        """Read a field that is not kept."""
        if len(text) > IDENTIFIER_LIMIT:
            return ()
        if len(text) > _LONGEST_WORD and text.isalnum():
            return (text, *NO_PLAIN)
        if not self._is_plain(text):
            return ()
        parts = text.split(self._components)
        parts += NO_PLAIN
        if len(self) >= _KEPT:
            self.clear()
        found = self[text] = tuple(parts)
        return found

    def _is_plain(self, text: str) -> bool:
        if '"' in text or self._escape in text or not text.isprintable():
            return False
        if self._subcomponents in text or self._repetitions in text:
            return False
        if " " not in text:
            return True
        before, behind = self._blanks
        return before not in text and behind not in text and text == text.strip()


def _value_reader(marks: Delimiters, codec: str) -> Callable[[str, int, int], str]:
    """Gives the first sub-component at a place of a field; "" for every empty state."""
    repetitions, components = marks.repetition or _NEVER, marks.component or _NEVER
    subcomponents, escape = marks.subcomponent or _NEVER, marks.escape or _NEVER

    def value(text: str, component: int, repetition: int) -> str:
        if repetitions in text:
            parts = text.split(repetitions, repetition)
            text = parts[repetition - 1] if repetition <= len(parts) else ""
        elif repetition > 1:
            return ""
        if components in text:
            parts = text.split(components, component)
            text = parts[component - 1] if component <= len(parts) else ""
        elif component > 1:
            return ""
        if subcomponents in text:
            text = text.partition(subcomponents)[0]
        text = text.strip()
        if text == NULL:
            return ""
        return unescaped(text, marks, codec).strip() if escape in text else text

    return value


def is_identifier(value: str) -> bool:
    """Whether a value is short and without control characters."""
    if len(value) > IDENTIFIER_LIMIT:
        return False
    return value.isprintable() or CONTROLS.isdisjoint(value)


def plain_text(text: str) -> str:
    """A text without control characters, as far as it is kept."""
    kept = text[:TEXT_LIMIT]
    if kept.isprintable():
        return kept
    return "".join(" " if each in CONTROLS else each for each in kept)


def unescaped(text: str, delimiters: Delimiters, codec: str) -> str:
    """Undo the escapes of a value that is already split; what is no escape stays as it is."""
    if not delimiters.escape or delimiters.escape not in text:
        return text
    mark = re.escape(delimiters.escape)
    return re.sub(
        f"{mark}([^{mark}]*){mark}",
        lambda found: _unescaped_one(found.group(1), found.group(0), delimiters, codec),
        text,
    )


def _unescaped_one(code: str, whole: str, delimiters: Delimiters, codec: str) -> str:
    match code[:1]:
        case "F" | "S" | "T" | "R" | "E" | "P" if len(code) == 1:
            return _meaning_of(code, delimiters)
        case "X":
            return _from_hex(code[1:], codec) or whole
        case "." if code == ".br":
            return "\n"
        case _:  # highlighting, character set switches, what vendors invent
            return whole


def _meaning_of(code: str, delimiters: Delimiters) -> str:
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "P": delimiters.truncation or "#",
    }[code]


def _from_hex(digits: str, codec: str) -> str:
    try:
        return bytes.fromhex(digits).decode(codec)
    except ValueError:  # not hexadecimal, or not of the character set
        return ""
