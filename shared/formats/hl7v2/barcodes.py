"""What the barcode of a device states, where a segment carries one (UDI1, UDI2).

PRT-10 holds it as it is printed, or as scanned; it holds the numbers of pumps and monitors as well.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shared.canonical.device import DeviceIdentifier

MOST_READ = 1024
_YEAR_DIGITS = 4
_ANY_YEAR = 2000
_DAY = "%Y%m%d"
_MAY_BE_MISREAD = "UDI_CHECK_DIGIT"
_BEGINS = ("(", "+", "=", "&", "]", "http")  # of no number that a hospital gives its devices


class Barcode(NamedTuple):
    """The facts that it states, and the codes of what is wrong with it."""

    facts: Mapping[str, str]
    codes: tuple[str, ...]


@lru_cache(maxsize=MOST_READ)
def read_barcode(text: str, sent_at: str) -> Barcode:
    """Lot, serial and expiry of a barcode; nothing of another number, or of one that was misread.

    `sent_at` is the time of its message as written: years of two digits are those around it, and
    without one nothing says which are meant.
    """
    # Few messages carry a barcode, and a cold start pays for every module.
    from shared.canonical.device import DeviceIdentifier  # noqa: PLC0415
    from shared.formats.udi.reader import read  # noqa: PLC0415

    year = sent_at[:_YEAR_DIGITS]
    is_dated = len(year) == _YEAR_DIGITS and year.isascii() and year.isdigit()
    told = list(read(text, year=int(year) if is_dated else _ANY_YEAR))
    devices = [each for each in told if isinstance(each, DeviceIdentifier) and each.di]
    codes = tuple(each.code for each in told if not isinstance(each, DeviceIdentifier))
    if not devices:
        return Barcode({}, codes if text.startswith(_BEGINS) else ())
    if _MAY_BE_MISREAD in codes:
        return Barcode({}, codes)
    return Barcode(_facts(devices[0], is_dated=is_dated), codes)


def _facts(device: "DeviceIdentifier", *, is_dated: bool) -> Mapping[str, str]:
    expires = device.expires.day.strftime(_DAY) if device.expires and is_dated else ""
    stated = {"lot": device.lot, "serial": device.serial, "expires": expires}
    return {name: value for name, value in stated.items() if value}
