"""Numbers, days and ids as EDIFACT writes them: exact, bounded, each text read once."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from shared.canonical.trade import ItemId
from shared.formats.bounds import is_bounded, number_of
from shared.formats.edifact.vocabularies import GTINS, ITEM_SCHEMES
from shared.formats.gtins import GTIN, sound_gtin

_REMEMBERED = 4096
_CENTURY = 50  # a year without one is of this century below it
_DATE, _MINUTE, _SECOND, _SHORT, _SHORT_MINUTE = 8, 12, 14, 6, 10
_BY_FORMAT = {  # code list 2379: how many digits, or where the year stands
    "102": _DATE,
    "203": _MINUTE,
    "204": _SECOND,
    "101": _SHORT,
    "201": _SHORT_MINUTE,
    "303": _MINUTE,
    "304": _SECOND,
    "205": _MINUTE,
}
_LENGTHS = (_DATE, _MINUTE, _SECOND, _SHORT, _SHORT_MINUTE)
_WEEK = "616"
_MADE: Mapping[str, Callable[[str], str]] = {  # of formats that are no date as they stand
    "2": lambda value: value[4:] + value[2:4] + value[:2],
    "602": lambda value: f"{value}0101",
    "610": lambda value: f"{value}01",
    "711": lambda value: value[:_DATE],
    "718": lambda value: value[:_DATE],
    "719": lambda value: value[:_MINUTE],
}
DURATIONS = ("801", "802", "803", "804", "805", "806")


class Moment(NamedTuple):
    """A day and, if it is said, a time (HHMM or HHMMSS); whether it is in the stated format."""

    day: date
    time: str
    is_as_stated: bool


@lru_cache(maxsize=_REMEMBERED)
def decimal_of(text: str) -> Decimal | None:
    """A sound number; None if it is empty, or too large or too fine to be computed with."""
    number = number_of(text.replace(",", ".")) if text else None
    return number if number is not None and is_bounded(number) else None


@lru_cache(maxsize=_REMEMBERED)
def moment_of(value: str, form: str) -> Moment | None:
    """A value of DTM in its format; of a period its first day; None if it is no day."""
    if form == _WEEK:
        return _week(value)
    if form in _MADE:
        return _digits(_MADE[form](value), is_as_stated=True)
    length = _BY_FORMAT.get(form, 0)
    stated, zone = value[:length], value[length:]
    if length and len(stated) == length and not zone.isdigit():
        return _digits(stated, is_as_stated=True)
    return _digits(value, is_as_stated=not form) if len(value) in _LENGTHS else None


def item_id(qualifier: str, value: str) -> ItemId:
    """A product id; a GTIN with a sound check digit in 14 digits, another one as it was sent."""
    gtin = sound_gtin(value) if qualifier in GTINS else ""
    return ItemId(GTIN, gtin) if gtin else ItemId(ITEM_SCHEMES.word(qualifier), value)


def _digits(text: str, *, is_as_stated: bool) -> Moment | None:
    if not text.isdigit() or not text.isascii():
        return None
    if len(text) in (_SHORT, _SHORT_MINUTE):
        text = ("20" if int(text[:2]) < _CENTURY else "19") + text
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
    return Moment(day, _time(text[8:]), is_as_stated)


def _time(text: str) -> str:
    """A time of day; midnight that only fills a format up says nothing."""
    is_time = text[:2] < "24" and text[2:4] < "60" and text[4:6] < "60"
    return text if is_time and text.strip("0") else ""


def _week(value: str) -> Moment | None:
    try:
        first = date.fromisocalendar(int(value[:4]), int(value[4:]), 1)
    except ValueError:
        return None
    return Moment(first, "", is_as_stated=True)
