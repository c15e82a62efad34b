"""HIBC barcodes: primary, secondary and both in one (UDI3, ANSI/HIBC 2.6)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.canonical.device import DeviceIdentifier, IssuingAgency
from shared.canonical.source_time import SourceTime
from shared.formats.udi import dates
from shared.formats.udi.scanning import Element, Scan

MOD_43 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
FLAG = "+"
LONGEST = 18  # lot or serial
_SHORTEST = 4  # flag, one character of data, link or level, check character
_VALUES = {character: value for value, character in enumerate(MOD_43)}
_PRIMARY = re.compile(r"[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]")
_QUANTITY = re.compile(r"8(?P<few>[0-9]{2})|9(?P<many>[0-9]{5})")
_JULIAN_LOT = re.compile(r"[0-9]{5}")
_COUNT = re.compile(r"[0-9]{1,5}")
_Stated = dict[str, Any]  # members of DeviceIdentifier
_Reads = Callable[[Element, Scan], _Stated | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _DateForm:
    """A date behind its flag: `skip` characters of flag, `length` digits."""

    skip: int
    length: int
    reads: Callable[[str, int], SourceTime | None]


_DATES: Mapping[str, _DateForm] = MappingProxyType(
    {
        "0": _DateForm(skip=0, length=4, reads=dates.month_year),
        "1": _DateForm(skip=0, length=4, reads=dates.month_year),
        "2": _DateForm(skip=1, length=6, reads=dates.month_day_year),
        "3": _DateForm(skip=1, length=6, reads=dates.year_month_day),
        "4": _DateForm(skip=1, length=8, reads=dates.year_month_day_time),
        "5": _DateForm(skip=1, length=5, reads=dates.year_and_day),
        "6": _DateForm(skip=1, length=7, reads=dates.year_and_day_hour),
    }
)
_NO_DATE = "7"
_JULIAN = _DateForm(skip=0, length=5, reads=dates.year_and_day)
_WHOLE = _DateForm(skip=0, length=8, reads=dates.whole_year)


def check_character(text: str) -> str:
    """The character that ends a barcode, from all before it (mod 43)."""
    return MOD_43[sum(map(_VALUES.__getitem__, text)) % len(MOD_43)]


def read_hibc(text: str, at: int, scan: Scan) -> DeviceIdentifier | None:
    """A barcode that begins with +, its check character at its end."""
    if not _is_sound(text, at, scan):
        return None
    is_primary = text[1].isalpha()
    parts = _parts(text[1:-1] if is_primary else text[1:-2], at + 1, is_primary=is_primary)
    stated: _Stated = {}
    for part in parts:
        more = _read_part(part, scan)
        if more is None:
            return None
        if any(stated.get(name, value) != value for name, value in more.items()):
            scan.tell("ELEMENT_REPEATED", part.at, part.value)
            return None
        stated |= more
    if not is_primary:
        scan.tell("DEVICE_UNNAMED", at)
    read = DeviceIdentifier(
        agency=IssuingAgency.HIBCC,
        raw=scan.raw,
        line=scan.line,
        byte=scan.byte,
        link=_link(text, parts, is_primary=is_primary),
        elements=tuple((part.id, part.value) for part in parts),
    )
    return replace(read, **stated)


def _is_sound(text: str, at: int, scan: Scan) -> bool:
    """Whether it can be taken apart; a wrong check character is told, and hinders nothing."""
    if len(text) < _SHORTEST:
        scan.tell("BARCODE_CUT", at, text)
        return False
    strange = next((place for place, each in enumerate(text) if each not in _VALUES), None)
    if strange is not None:
        scan.tell("CHARACTER_INVALID", at + strange, text[strange])
        return False
    if check_character(text[:-1]) != text[-1]:
        scan.tell("UDI_CHECK_DIGIT", at, text)
    return True


def _link(text: str, parts: list[Element], *, is_primary: bool) -> str:
    """The check character of a primary barcode alone, or what a secondary one repeats of it."""
    if is_primary:
        return text[-1] if len(parts) == 1 else ""
    return text[-2]


def _parts(text: str, at: int, *, is_primary: bool) -> list[Element]:
    """What stands between slashes, each with the flag it begins with."""
    found: list[Element] = []
    for part in text.split("/"):
        is_first = is_primary and not found
        flag = FLAG if is_first else next(each for each in _KINDS if part.startswith(each))
        found.append(Element(flag, part if is_first else part[len(flag) :], at))
        at += len(part) + 1
    return found


def _read_part(part: Element, scan: Scan) -> _Stated | None:
    return _device(part, scan) if part.id == FLAG else _KINDS[part.id](part, scan)


def _device(part: Element, scan: Scan) -> _Stated | None:
    if _PRIMARY.fullmatch(part.value):
        return {"di": part.value}
    scan.tell("PRIMARY_INVALID", part.at, part.value)
    return None


def _text(name: str) -> _Reads:
    """A lot or a serial."""

    def reads(part: Element, scan: Scan) -> _Stated:
        if len(part.value) > LONGEST:
            scan.tell("ELEMENT_TOO_LONG", part.at, part.value)
            return {}
        return {name: part.value} if part.value else {}

    return reads


def _flagged(name: str) -> _Reads:
    """An optional quantity, an optional date with its flag, then the lot or serial."""
    reads_text = _text(name)

    def reads(part: Element, scan: Scan) -> _Stated | None:
        stated: _Stated = {}
        rest = part.value
        if counted := _QUANTITY.match(rest):
            stated["quantity"] = Decimal(counted["few"] or counted["many"])
            rest = rest[counted.end() :]
        if form := _DATES.get(rest[:1]):
            stated |= _day(form, "expires", rest, part.at, scan)
            rest = rest[form.skip + form.length :]
        elif rest.startswith(_NO_DATE):
            rest = rest[len(_NO_DATE) :]
        elif rest:
            scan.tell("SECONDARY_INVALID", part.at, part.value)
            return None
        return stated | (reads_text(part._replace(value=rest), scan) or {})

    return reads


def _day(form: _DateForm, name: str, text: str, at: int, scan: Scan) -> _Stated:
    digits = text[form.skip : form.skip + form.length]
    is_whole = len(digits) == form.length and digits.isdigit()
    day = form.reads(digits, scan.year) if is_whole else None
    if day is None:
        scan.tell("DATE_INVALID", at, digits)
        return {}
    return {name: day}


def _whole_day(name: str) -> _Reads:
    """YYYYMMDD and no more."""

    def reads(part: Element, scan: Scan) -> _Stated:
        text = part.value if len(part.value) == _WHOLE.length else ""
        return _day(_WHOLE, name, text, part.at, scan)

    return reads


def _count(part: Element, scan: Scan) -> _Stated:
    if _COUNT.fullmatch(part.value):
        return {"quantity": Decimal(part.value)}
    scan.tell("ELEMENT_INVALID", part.at, part.value)
    return {}


def _julian_lot(part: Element, scan: Scan) -> _Stated | None:
    """YYJJJ without a flag, then the lot."""
    if not _JULIAN_LOT.match(part.value):
        scan.tell("SECONDARY_INVALID", part.at, part.value)
        return None
    lot = part._replace(value=part.value[_JULIAN.length :])
    day = _day(_JULIAN, "expires", part.value, part.at, scan)
    return day | (_text("lot")(lot, scan) or {})


_KINDS: Mapping[str, _Reads] = MappingProxyType(
    {  # the longer of two that begin alike first
        "$$+": _flagged("serial"),
        "$$": _flagged("lot"),
        "$+": _text("serial"),
        "$": _text("lot"),
        "14D": _whole_day("expires"),
        "16D": _whole_day("produced"),
        "S": _text("serial"),
        "Q": _count,
        "": _julian_lot,
    }
)
