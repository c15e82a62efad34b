"""A file's numbers and times: exact, bounded, never guessed."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.canonical.source_time import SourceTime
from shared.formats.bounds import number_of
from shared.formats.flatfile.profile import FACILITY_ZONE, FlatFileProfile

_LONGEST_TIME = 40
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # a date outside is a typing error, and overflows zones
_MINUTE = dt.timedelta(minutes=1)
_FURTHEST = dt.timedelta(hours=14)


def quantity_of(text: str, decimal_mark: str) -> Decimal | None:
    """A number with this decimal mark, and no mark for thousands: 1,000 is not guessed at."""
    if decimal_mark != ".":
        if "." in text:
            return None
        text = text.replace(decimal_mark, ".")
    return number_of(text)


def times_of(text: str, profile: FlatFileProfile) -> frozenset[SourceTime]:
    """Every moment that the text can mean by this profile: one, if it is sound."""
    if len(text) > _LONGEST_TIME or not text.isascii():
        return frozenset()
    return frozenset(
        moment
        for form in profile.times
        if (parsed := _parsed(text, form)) is not None
        for moment in _moments(parsed, form, profile.zone)
    )


def _parsed(text: str, form: str) -> dt.datetime | None:
    try:
        parsed = dt.datetime.strptime(text, form)  # noqa: DTZ007 - its zone is asked for below
    except ValueError:
        return None
    return parsed if _FIRST_YEAR <= parsed.year <= _LAST_YEAR else None


def _moments(parsed: dt.datetime, form: str, zone: str) -> frozenset[SourceTime]:
    if "%H" not in form and "%I" not in form:
        return frozenset({SourceTime(day=parsed.date())})
    return frozenset(
        SourceTime(day=parsed.date(), time=parsed.time(), offset_minutes=offset)
        for offset in _offsets(parsed, zone)
    )


def _offsets(parsed: dt.datetime, zone: str) -> frozenset[int | None]:
    """The stated offset, else the zone's; two where the clocks of that zone are put back."""
    stated = parsed.utcoffset()
    if stated is not None:
        is_real = abs(stated) <= _FURTHEST and not stated % _MINUTE
        return frozenset({stated // _MINUTE}) if is_real else frozenset()
    if zone == FACILITY_ZONE:
        return frozenset({None})
    there = ZoneInfo(zone)
    both = (parsed.replace(tzinfo=there, fold=fold).utcoffset() for fold in (0, 1))
    return frozenset(each // _MINUTE for each in both if each is not None)
