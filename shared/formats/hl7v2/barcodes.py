"""What the barcode of a device states, where a segment carries one (UDI1, UDI2).

PRT-10 holds it as it is printed, or as scanned; it holds the numbers of pumps and monitors as well.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shared.canonical.device import DeviceIdentifier

MOST_READ = 1024
LONGEST = 512  # characters: labels have a third of it
EXPIRES = "expires"
_YEAR_DIGITS = 4
_YEARS = range(1900, 2200)
_ANY_YEAR = 2000
_DAY = "%Y%m%d"
_MAY_BE_MISREAD = "UDI_CHECK_DIGIT"
_READ_ALL_THE_SAME = frozenset({"GTIN_UNPADDED", "DEVICE_UNNAMED"})
_BEGINS = ("(", "+", "=", "&", "]", "http")  # of no number that a hospital gives its devices


class Barcode(NamedTuple):
    """The facts that it states, and the codes of what is wrong with it."""

    facts: Mapping[str, str]
    codes: tuple[str, ...] = ()


def barcode_of(text: str, sent_at: str) -> Barcode:
    """Lot, serial and expiry of a barcode; nothing of another number, or of one that was misread.

    `sent_at` is the time of its message as written: years of two digits are those around it, and
    without one nothing says which are meant.
    """
    is_sure = text.startswith(_BEGINS)
    if len(text) > LONGEST or "\r" in text or "\n" in text:
        return Barcode({}, ("BARCODE_OVERSIZED",) if is_sure else ())
    year = sent_at[:_YEAR_DIGITS]
    is_dated = year.isascii() and year.isdigit() and int(year) in _YEARS
    read = _read(text, int(year) if is_dated else _ANY_YEAR)
    if not is_sure and not read.names_device:
        return Barcode({})
    if is_dated:
        return read.barcode
    return read.barcode._replace(facts={**read.barcode.facts, EXPIRES: ""})


class _Read(NamedTuple):
    barcode: Barcode
    names_device: bool


@lru_cache(maxsize=MOST_READ)
def _read(text: str, year: int) -> _Read:
    # Few messages carry a barcode, and a cold start pays for every module.
    from shared.canonical.device import DeviceIdentifier  # noqa: PLC0415
    from shared.formats.udi.reader import read  # noqa: PLC0415

    told = list(read(text, year=year))
    devices = [each for each in told if isinstance(each, DeviceIdentifier)]
    codes = dict.fromkeys(each.code for each in told if not isinstance(each, DeviceIdentifier))
    is_sound = bool(devices) and _MAY_BE_MISREAD not in codes
    odd = tuple(code for code in codes if code not in _READ_ALL_THE_SAME)
    facts = _facts(devices[0]) if is_sound else {}
    return _Read(Barcode(facts, odd), bool(devices) and bool(devices[0].di))


def _facts(device: "DeviceIdentifier") -> Mapping[str, str]:
    expires = device.expires.day.strftime(_DAY) if device.expires else ""
    return {"lot": device.lot, "serial": device.serial, EXPIRES: expires}
