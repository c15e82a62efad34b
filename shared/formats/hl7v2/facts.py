"""What a line's fields say, bounded and plain; a line that cannot be read says why."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Diagnostic
from shared.canonical.source_time import SourceTime
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT, is_bounded, number_of
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.message import Presence, Segment
from shared.formats.hl7v2.values import time_of

TEXT_LIMIT = 512  # characters of a text that are kept
_YES_OR_NO = {"Y": True, "N": False}
_LONGEST_NUMBER = 64


class LineFaultError(Exception):
    """Inside this package: the line cannot be read, and here is why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def fail(code: str, segment: Segment, field: int = 0, value: str = "") -> NoReturn:
    """Give the line up.

    Raises:
        LineFaultError: always.
    """
    raise LineFaultError(finding(code, segment.position(field), value))


def identifier(segment: Segment, field: int, component: int = 1, *, repetition: int = 1) -> str:
    """A short plain value; "" if nothing is stated.

    Raises:
        LineFaultError: it is too long, or has a control character.
    """
    value = segment.value(field, component, repetition=repetition)
    if len(value) > IDENTIFIER_LIMIT:
        fail("VALUE_TOO_LONG", segment, field)
    if not value.isprintable() and not CONTROLS.isdisjoint(value):
        fail("CHARACTER_INVALID", segment, field)
    return value


def either(segment: Segment, field: int) -> str:
    """A coded field's id, else its alternate id."""
    return identifier(segment, field) or identifier(segment, field, 4)


def described(segment: Segment, field: int) -> str:
    """What a coded field says in words, in either triplet, as far as it is kept."""
    return plain_text(segment.value(field, 2) or segment.value(field, 5))


def coded(segment: Segment, field: int) -> Iterator[Coded]:
    """The concepts of a coded field that repeats; those without a code are none."""
    for repetition in range(1, len(segment.repetitions(field)) + 1):
        code, system = (identifier(segment, field, n, repetition=repetition) for n in (1, 3))
        if code:
            text = segment.value(field, 2, repetition=repetition)
            yield Coded(code=code, system=system, text=plain_text(text))


def plain_text(text: str) -> str:
    """A text without control characters, as far as it is kept."""
    kept = text[:TEXT_LIMIT]
    if kept.isprintable():
        return kept
    return "".join(" " if each in CONTROLS else each for each in kept)


def amount(segment: Segment, field: int) -> Decimal:
    """A quantity, whatever its sign; never zero.

    Raises:
        LineFaultError: there is none.
    """
    if segment.presence(field) is Presence.NULL:
        fail("QUANTITY_INVALID", segment, field)
    stated = segment.value(field) or fail("QUANTITY_MISSING", segment, field)
    return checked_amount(stated, segment, field)


def checked_amount(stated: str, segment: Segment, field: int) -> Decimal:
    """The quantity that a text is; never zero.

    Raises:
        LineFaultError: it is none.
    """
    found = number(stated)
    if found is None:
        fail("QUANTITY_INVALID", segment, field, stated)
    if not is_small(stated):
        fail("QUANTITY_TOO_LARGE", segment, field, stated)
    return found or fail("QUANTITY_ZERO", segment, field)


def number(text: str) -> Decimal | None:
    """A plain number; None if it is none."""
    return _number(text) if len(text) <= _LONGEST_NUMBER else None


def is_small(text: str) -> bool:
    """Whether a number is one that is computed with."""
    return _is_small(text)


def price(segment: Segment, field: int) -> Decimal | None:
    """The amount of money in a field, the first part of a CP or an MO.

    Raises:
        LineFaultError: what is stated is no such number.
    """
    stated = segment.value(field)
    if not stated:
        return None
    found = number(stated)
    if found is None or not is_small(stated):
        fail("PRICE_INVALID", segment, field, stated)
    return found


def count(segment: Segment, field: int) -> Decimal | None:
    """A number that may be zero; None if none is stated.

    Raises:
        LineFaultError: what is stated is no such number.
    """
    stated = segment.value(field)
    if not stated:
        return None
    found = number(stated)
    if found is None or not is_small(stated):
        fail("NUMBER_INVALID", segment, field, stated)
    return found


def moment(segment: Segment, field: int, component: int = 1) -> SourceTime | None:
    """A time; None if none is stated.

    Raises:
        LineFaultError: what is stated is none.
    """
    stated = segment.value(field, component)
    if not stated:
        return None
    return time_of(stated) or fail("TIME_INVALID", segment, field, stated)


def flag(segment: Segment, field: int) -> bool | None:
    """Yes or no (tables 0136 and 0532); None if neither is stated."""
    return _YES_OR_NO.get(segment.value(field).upper())


def written_texts(segments: Iterator[Segment], field: int, most: int) -> tuple[str, ...]:
    """The texts of so many segments at most, without those that say nothing."""
    found = (plain_text(each.value(field)) for each, _ in zip(segments, range(most), strict=False))
    return tuple(text for text in found if text)


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    return number_of(text)


@lru_cache(maxsize=4096)
def _is_small(text: str) -> bool:
    found = number_of(text)
    return found is not None and is_bounded(found)
