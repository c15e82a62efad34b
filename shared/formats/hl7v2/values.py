"""HL7 v2 times: exact, never guessed."""

import datetime as dt
import re
from functools import lru_cache

from shared.canonical.source_time import SourceTime

_HOUR = 60  # minutes
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # a date outside is a typing error, and overflows zones
_LONGEST = 26  # YYYYMMDDHHMMSS.ffffff+ZZZZ

_TIME = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,6}))?)?)?)?"
    r"(?P<offset>[+-][0-9]{4})?"
)


def time_of(text: str) -> SourceTime | None:
    """An HL7 TS or DTM to the day or finer; the stated offset is kept."""
    return _time_of(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _time_of(text: str) -> SourceTime | None:
    found = _TIME.fullmatch(text)
    if not found or not _FIRST_YEAR <= int(found["year"]) <= _LAST_YEAR:
        return None
    try:
        return SourceTime(
            day=dt.date(int(found["year"]), int(found["month"]), int(found["day"])),
            time=_clock(found),
            offset_minutes=_offset(found["offset"]),
        )
    except ValueError:
        return None


def _clock(found: re.Match[str]) -> dt.time | None:
    if found["hour"] is None:
        return None
    return dt.time(
        int(found["hour"]),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        int((found["fraction"] or "").ljust(6, "0")),
    )


def _offset(text: str | None) -> int | None:
    """Minutes east of UTC; real zones lie between -12 and +14 hours."""
    if text is None:
        return None
    hours, minutes = int(text[1:3]), int(text[3:5])
    total = (hours * _HOUR + minutes) * (-1 if text[0] == "-" else 1)
    if minutes >= _HOUR or not -12 * _HOUR <= total <= 14 * _HOUR:
        raise ValueError(text)
    return total
