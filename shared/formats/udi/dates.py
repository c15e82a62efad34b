"""Dates as barcodes write them."""

import datetime as dt
from functools import lru_cache

from shared.canonical.source_time import SourceTime

MOST_KEPT = 4096  # a store has labels of few days
_CENTURY = 100
_LATEST_BEHIND, _EARLIEST_AHEAD = 51, -50  # years from the window's own, GS1 section 7.12
_DECEMBER = 12
_NO_TIME = "9999"


def full_year(two_digits: int, year: int) -> int:
    """A two-digit year by the window around `year` (GS1 General Specifications 7.12; UDI2)."""
    century, own = divmod(year, _CENTURY)
    away = two_digits - own
    if away >= _LATEST_BEHIND:
        century -= 1
    elif away <= _EARLIEST_AHEAD:
        century += 1
    return century * _CENTURY + two_digits


@lru_cache(maxsize=MOST_KEPT)
def year_month_day(text: str, year: int) -> SourceTime | None:
    """YYMMDD; day 00 is the last of the month (UDI2)."""
    return calendar_day(full_year(int(text[:2]), year), int(text[2:4]), int(text[4:6]))


def year_month_day_time(text: str, year: int) -> SourceTime | None:
    """YYMMDDHH, YYMMDDHHMM or with seconds; the time 9999 is none (GS1 AI 7003)."""
    if text[6:] == _NO_TIME:
        return year_month_day(text, year)
    return at_time(year_month_day(text, year), text[6:])


def month_day_year(text: str, year: int) -> SourceTime | None:
    """MMDDYY."""
    return calendar_day(full_year(int(text[4:6]), year), int(text[:2]), int(text[2:4]))


def month_year(text: str, year: int) -> SourceTime | None:
    """MMYY: the last day of that month."""
    return calendar_day(full_year(int(text[2:4]), year), int(text[:2]), 0)


def year_and_day(text: str, year: int) -> SourceTime | None:
    """YYJJJ: the day of the year."""
    return ordinal_day(full_year(int(text[:2]), year), int(text[2:5]))


def year_and_day_hour(text: str, year: int) -> SourceTime | None:
    """YYJJJHH."""
    return at_time(year_and_day(text, year), text[5:7])


def whole_year(text: str, _year: int) -> SourceTime | None:
    """YYYYMMDD."""
    return calendar_day(int(text[:4]), int(text[4:6]), int(text[6:8]))


def century_and_day(text: str, _year: int) -> SourceTime | None:
    """CYYJJJ of ISBT 128: the last three digits of the year, of which 9 begins the 1900s."""
    thousand = 1000 if text[0] == "9" else 2000
    return ordinal_day(thousand + int(text[:3]), int(text[3:6]))


def century_and_day_time(text: str, year: int) -> SourceTime | None:
    """CYYJJJHHMM of ISBT 128."""
    return at_time(century_and_day(text, year), text[6:10])


def calendar_day(year: int, month: int, day: int) -> SourceTime | None:
    """A day of the calendar; 0 is the last of the month."""
    try:
        if day:
            return SourceTime(day=dt.date(year, month, day))
        after = dt.date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
        last = after - dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return SourceTime(day=last) if 1 <= month <= _DECEMBER else None


def ordinal_day(year: int, day: int) -> SourceTime | None:
    """A day of the year, from 1."""
    try:
        found = dt.date(year, 1, 1) + dt.timedelta(days=day - 1)
    except (ValueError, OverflowError):
        return None
    return SourceTime(day=found) if found.year == year else None


def at_time(day: SourceTime | None, text: str) -> SourceTime | None:
    """A day at HH, HHMM or HHMMSS of the clock."""
    if day is None:
        return None
    clock = text.ljust(len("HHMMSS"), "0")
    try:
        time = dt.time(int(clock[:2]), int(clock[2:4]), int(clock[4:6]))
    except ValueError:
        return None
    return SourceTime(day=day.day, time=time)
