"""What a field says: its parts, split, then unescaped once, trimmed."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from shared.canonical.coded import Coded
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT
from shared.formats.hl7v2.framing import Delimiters

NULL = '""'
TEXT_LIMIT = 512  # characters of a text that are kept
LONGEST_KEPT = 256  # characters of a field of which is kept what it says
_KEPT = 16_384  # fields


class KeptFields(NamedTuple):
    """Reads fields of one set of delimiters and one codec; most of them come again and again.

    Each takes a field as it is written, no longer than 256 characters. `value` gives the first
    sub-component at a component and a repetition; `identifier` the same, or None if that is no
    identifier; `coded` the concepts of a field, or None if a code of them is no identifier.
    """

    value: Callable[[str, int, int], str]
    identifier: Callable[[str, int, int], str | None]
    coded: Callable[[str], tuple[Coded, ...] | None]


@lru_cache(maxsize=8)
def kept_fields(marks: Delimiters, codec: str) -> KeptFields:
    """What is kept of the fields of all messages that are written alike."""

    def value(text: str, component: int, repetition: int) -> str:
        return value_of(text, component, repetition, marks, codec)

    def identifier(text: str, component: int, repetition: int) -> str | None:
        found = value_of(text, component, repetition, marks, codec)
        return found if is_identifier(found) else None

    def coded(text: str) -> tuple[Coded, ...] | None:
        return concepts_of(text, marks, codec)

    keep = lru_cache(maxsize=_KEPT)
    return KeptFields(value=keep(value), identifier=keep(identifier), coded=keep(coded))


def value_of(text: str, component: int, repetition: int, marks: Delimiters, codec: str) -> str:
    """The first sub-component at a place of a field; "" for every empty state."""
    for mark, place in ((marks.repetition, repetition), (marks.component, component)):
        if mark and mark in text:
            parts = text.split(mark, place)
            text = parts[place - 1] if place <= len(parts) else ""
        elif place > 1:
            return ""
    if marks.subcomponent:
        text = text.partition(marks.subcomponent)[0]
    text = text.strip()
    return "" if text == NULL else unescaped(text, marks, codec).strip()


def concepts_of(text: str, marks: Delimiters, codec: str) -> tuple[Coded, ...] | None:
    """The concepts of a field that repeats; those without a code are none.

    None if a code, or the name of its system, is no identifier.
    """
    count = text.count(marks.repetition) + 1 if marks.repetition else 1
    found = []
    for repetition in range(1, count + 1):
        parts = (value_of(text, part, repetition, marks, codec) for part in (1, 3, 2))
        code, system, words = parts
        if not is_identifier(code) or not is_identifier(system):
            return None
        if code:
            found.append(Coded(code, system, plain_text(words)))
    return tuple(found)


def is_identifier(value: str) -> bool:
    """Whether a value is short and without control characters."""
    is_short = len(value) <= IDENTIFIER_LIMIT
    return is_short and (value.isprintable() or CONTROLS.isdisjoint(value))


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
