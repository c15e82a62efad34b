"""ISO 8601 as JSON senders write it: to the day or finer, with or without an offset."""

import datetime as dt
import re

from shared.canonical.source_time import SourceTime

_HOUR = 60  # minutes
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # a date outside is a typing error, and overflows zones

_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def iso_time(text: str) -> SourceTime | None:
    """The stated time with its stated offset; None if it is no such time. Finer than µs is cut."""
    found = _ISO.fullmatch(text)
    if not found:
        return None
    try:
        day = dt.date.fromisoformat(found["day"])
        time, offset = _clock(found), _offset(found["offset"])
    except ValueError:
        return None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    return SourceTime(day=day, time=time, offset_minutes=offset)


def _clock(found: re.Match[str]) -> dt.time | None:
    if found["hour"] is None:
        return None
    return dt.time(
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
        int((found["fraction"] or "").ljust(6, "0")[:6]),
    )


def _offset(text: str | None) -> int | None:
    """Minutes east of UTC; real zones lie between -12 and +14 hours."""
    if text is None:
        return None
    if text in ("Z", "z"):
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:])
    total = (hours * _HOUR + minutes) * (-1 if text[0] == "-" else 1)
    if minutes >= _HOUR or not -12 * _HOUR <= total <= 14 * _HOUR:
        raise ValueError(text)
    return total
