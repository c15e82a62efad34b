"""Numbers, dates and ids as X12 writes them: exact, bounded, each text read once."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from shared.canonical.trade import ItemId
from shared.formats.bounds import is_bounded, number_of
from shared.formats.gtins import GTIN, check_digit, sound_gtin
from shared.formats.x12.vocabularies import ITEM_SCHEMES

_REMEMBERED = 8192
_REMEMBERED_AMOUNTS = 512  # totals hardly ever come again
_SHORT = 7  # characters of a number that is within all bounds
_LONG_DATE, _SHORT_DATE = 8, 6
_CENTURY = 50  # a year without one is of this century below it
GTINS = {"UP": 12, "EN": 13, "UK": 14}  # with their check digit
_NAKEDGTINS = {"UI": 10, "UA": 10, "U2": 11}  # without


@lru_cache(maxsize=_REMEMBERED)
def decimal_of(text: str) -> Decimal | None:
    """A sound number; None if it is empty, or too large or too fine to be computed with."""
    if not text:
        return None
    number = number_of(text)
    if number is None or len(text) <= _SHORT:
        return number
    return number if is_bounded(number) else None


@lru_cache(maxsize=_REMEMBERED_AMOUNTS)
def hundredths_of(text: str) -> Decimal | None:
    """A number with two implied decimals (type N2): 125000 is 1250.00."""
    if not text:
        return None
    number = number_of(text)
    hundredth = None if number is None else number.scaleb(-2)
    return hundredth if hundredth is not None and is_bounded(hundredth) else None


@lru_cache(maxsize=_REMEMBERED)
def day_of(text: str) -> date | None:
    """A day as CCYYMMDD or YYMMDD; None if it is empty or no day of any calendar."""
    if not text.isdigit() or not text.isascii():
        return None
    if len(text) == _SHORT_DATE:
        text = ("20" if int(text[:2]) < _CENTURY else "19") + text
    if len(text) != _LONG_DATE:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=_REMEMBERED)
def item_id(qualifier: str, value: str) -> ItemId:
    """A product id; a GTIN with a sound check digit in 14 digits, another one as it was sent."""
    gtin = _gtin(qualifier, value)
    if gtin:
        return ItemId(GTIN, gtin)
    return ItemId(ITEM_SCHEMES.word(qualifier), value)


def _gtin(qualifier: str, value: str) -> str:
    if qualifier in GTINS:
        return sound_gtin(value)
    is_naked = len(value) == _NAKEDGTINS.get(qualifier) and value.isdigit() and value.isascii()
    return sound_gtin(value + check_digit(value)) if is_naked else ""
