"""A file's numbers and times: exact, bounded, never guessed."""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.canonical.source_time import SourceTime
from shared.formats.bounds import number_of
from shared.formats.flatfile.profile import FACILITY_ZONE, FlatFileProfile, Sign

_LONGEST_TIME = 40
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # a date outside is a typing error, and overflows zones
_MINUTE = dt.timedelta(minutes=1)
_FURTHEST = dt.timedelta(hours=14)
# The last digit with its sign in one character: ISO 1989 leaves them open, these are IBM's.
_OVERPUNCHED = {
    character: f"{sign}{digit}"
    for sign, characters in (("+", "{ABCDEFGHI"), ("-", "}JKLMNOPQR"))
    for digit, character in enumerate(characters)
}


def number_in(text: str, fact: str, profile: FlatFileProfile) -> Decimal | None:
    """A number as the profile writes it; None if it is written in any other way."""
    signed = _sign_first(text, profile.sign)
    if profile.thousands_mark:
        signed = _without_thousands(signed, profile.decimal_mark, profile.thousands_mark)
    if profile.decimal_mark != ".":
        if "." in signed:
            return None
        signed = signed.replace(profile.decimal_mark, ".")
    implied = profile.implied_decimals.get(fact, 0)
    if implied and "." in signed:
        return None
    number = number_of(signed)
    return number.scaleb(-implied) if number is not None and implied else number


def is_negative(text: str, profile: FlatFileProfile) -> bool:
    """Whether a number has a minus where the profile's numbers have their sign."""
    return _sign_first(text, profile.sign).startswith("-")


def _sign_first(text: str, sign: Sign) -> str:
    """The number with its sign in front; with what no number has where it has one there already."""
    if sign is Sign.LEADING or not text:
        return text
    if text[0] in "+-":
        return "?"
    if sign is Sign.TRAILING:
        return text[-1] + text[:-1].rstrip(" ") if text[-1] in "+-" else text
    last = _OVERPUNCHED.get(text[-1])
    return f"{last[0]}{text[:-1]}{last[1]}" if last else text


def _without_thousands(text: str, decimal_mark: str, mark: str) -> str:
    """Marks are believed only between groups of three digits: 1.5 is not 15."""
    whole, *_ = text.partition(decimal_mark)
    grouped = rf"[+-]?[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+"
    if not re.fullmatch(grouped, whole):
        return text
    return whole.replace(mark, "") + text[len(whole) :]


def times_of(text: str, fact: str, profile: FlatFileProfile) -> frozenset[SourceTime]:
    """Every moment that the text can mean by this profile: one, if it is sound."""
    if len(text) > _LONGEST_TIME or not text.isascii():
        return frozenset()
    return _times_of(text, profile.formats_of(fact), profile.zone)


@lru_cache(maxsize=1024)  # rows of a day have few days and many of them the same second
def _times_of(text: str, forms: tuple[str, ...], zone: str) -> frozenset[SourceTime]:
    return frozenset(
        moment
        for form in forms
        if (parsed := _parsed(text, form)) is not None
        for moment in _moments(parsed, form, zone)
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
