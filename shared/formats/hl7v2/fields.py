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
LONGEST_KEPT = 512  # characters of a segment of which is kept what its fields say
_KEPT = 2_048  # fields; units, people and places, not the items of a catalogue
_NEVER = "\r"  # stands in no segment


class FieldReader(NamedTuple):
    """Reads fields, as they are written, of one set of delimiters and one codec.

    `value` gives the first sub-component at a component and a repetition; `identifier` the same, or
    None if that is no identifier; `coded` the concepts of a field, or None if a code of them is no
    identifier.
    """

    value: Callable[[str, int, int], str]
    identifier: Callable[[str, int, int], str | None]
    coded: Callable[[str], tuple[Coded, ...] | None]


@lru_cache(maxsize=4)
def kept_fields(marks: Delimiters, codec: str) -> FieldReader:
    """Reads most fields once: in a day's messages they come again and again."""
    read = unkept_fields(marks, codec)
    keep = lru_cache(maxsize=_KEPT)
    return FieldReader(
        value=keep(read.value), identifier=keep(read.identifier), coded=keep(read.coded)
    )


@lru_cache(maxsize=4)
def unkept_fields(marks: Delimiters, codec: str) -> FieldReader:
    """Reads each field anew: for long segments, which nobody sends twice."""
    value = _value_reader(marks, codec)
    repetitions = marks.repetition or _NEVER

    def identifier(text: str, component: int, repetition: int) -> str | None:
        found = value(text, component, repetition)
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
