"""What a line's fields say, bounded and plain; a line that cannot be read says why."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NoReturn

from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Diagnostic
from shared.canonical.source_time import SourceTime
from shared.formats.bounds import IDENTIFIER_LIMIT, is_bounded, number_of
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.fields import plain_text
from shared.formats.hl7v2.message import Presence, Segment
from shared.formats.hl7v2.values import time_of

_YES_OR_NO = {"Y": True, "y": True, "N": False, "n": False}
_LONGEST_NUMBER = 64
_SHORT_NUMBER = 7  # characters, so few that neither its digits nor its decimals are too many


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


def identifier(segment: Segment, field: int, component: int = 1) -> str:
    """A short plain value; "" if nothing is stated.

    Raises:
        LineFaultError: it is too long, or has a control character.
    """
    fields = segment.fields
    if field >= len(fields):
        return ""
    parts = segment.plain[fields[field]]
    if component <= len(parts):
        return parts[component - 1]
    found = segment.reader.identifier(fields[field], component)
    return _why_none(segment, field, component) if found is None else found


def identifiers(segment: Segment, *places: int) -> list[str]:
    """The identifiers of several fields.

    Raises:
        LineFaultError: one of them is too long, or has a control character.
    """
    return [identifier(segment, field) for field in places]


def _why_none(segment: Segment, field: int, component: int) -> NoReturn:
    value = segment.value(field, component)
    is_long = len(value) > IDENTIFIER_LIMIT
    fail("VALUE_TOO_LONG" if is_long else "CHARACTER_INVALID", segment, field)


def either(segment: Segment, field: int) -> str:
    """A coded field's id, else its alternate id."""
    parts = segment.plain_at(field)
    if parts:
        return parts[0] or parts[3]
    return identifier(segment, field) or identifier(segment, field, 4)


def described(segment: Segment, field: int) -> str:
    """What a coded field says in words, in either triplet, as far as it is kept."""
    parts = segment.plain_at(field)
    if parts:
        return parts[1] or parts[4]
    return plain_text(segment.value(field, 2) or segment.value(field, 5))


def coded(segment: Segment, field: int) -> tuple[Coded, ...]:
    """The concepts of a coded field that repeats; those without a code are none.

    Raises:
        LineFaultError: a code is too long, or has a control character.
    """
    parts = segment.plain_at(field)
    if parts:
        return (Coded(parts[0], parts[2], parts[1]),) if parts[0] else ()
    found = segment.reader.coded(segment.raw(field))
    return fail("CHARACTER_INVALID", segment, field) if found is None else found


def amount(segment: Segment, field: int) -> Decimal:
    """A quantity, whatever its sign; never zero.

    Raises:
        LineFaultError: there is none.
    """
    stated = segment.value(field)
    if not stated:
        is_deleted = segment.presence(field) is Presence.NULL
        fail("QUANTITY_INVALID" if is_deleted else "QUANTITY_MISSING", segment, field)
    return checked_amount(stated, segment, field)


def checked_amount(stated: str, segment: Segment, field: int) -> Decimal:
    """The quantity that a text is; never zero.

    Raises:
        LineFaultError: it is none.
    """
    found = number(stated)
    if found is None:
        code = "QUANTITY_INVALID" if not is_number(stated) else "QUANTITY_TOO_LARGE"
        fail(code, segment, field, stated)
    return found or fail("QUANTITY_ZERO", segment, field)


def number(text: str) -> Decimal | None:
    """A plain number that is small enough to be computed with; None if it is none."""
    return _number(text) if len(text) <= _LONGEST_NUMBER else None


def is_number(text: str) -> bool:
    """Whether a text is a plain number, however large."""
    return number_of(text) is not None


def price(segment: Segment, field: int) -> Decimal | None:
    """The amount of money in a field, the first part of a CP or an MO.

    Raises:
        LineFaultError: what is stated is no such number.
    """
    return _stated_number(segment, field, "PRICE_INVALID")


def count(segment: Segment, field: int) -> Decimal | None:
    """A number that may be zero; None if none is stated.

    Raises:
        LineFaultError: what is stated is no such number.
    """
    return _stated_number(segment, field, "NUMBER_INVALID")


def _stated_number(segment: Segment, field: int, code: str) -> Decimal | None:
    stated = segment.value(field)
    if not stated:
        return None
    found = number(stated)
    return fail(code, segment, field, stated) if found is None else found


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
    return _YES_OR_NO.get(segment.value(field))


def written_texts(segments: Iterator[Segment], field: int, most: int) -> tuple[str, ...]:
    """The texts of so many segments at most, without those that say nothing."""
    found = []
    for segment in islice(segments, most):
        text = plain_text(segment.value(field))
        if text:
            found.append(text)
    return tuple(found)


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    found = number_of(text)
    if found is None or len(text) <= _SHORT_NUMBER:
        return found
    return found if is_bounded(found) else None
