"""GS1 element strings, as scanned and as printed under the symbol (UDI1, UDI2)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from shared.canonical.device import DeviceIdentifier, IssuingAgency
from shared.canonical.source_time import SourceTime
from shared.formats.gtins import check_digit
from shared.formats.making import made
from shared.formats.udi.application_identifiers import FORMS, SET_82, Form, identifier_at
from shared.formats.udi.dates import year_month_day, year_month_day_time
from shared.formats.udi.scanning import GS, Element, Scan

PRINTED = re.compile(r"\(([0-9]{2,4})\)")
PATIENTS = frozenset({"8018", *map(str, range(7250, 7260))})
_DATES: Mapping[str, Callable[[str, int], SourceTime | None]] = MappingProxyType(
    {
        "11": year_month_day,
        "17": year_month_day,
        "7003": year_month_day_time,
        "8008": year_month_day_time,
    }
)
_STRANGE = re.compile(f"[^{SET_82}]")
_HOLDING = frozenset(
    {
        *("IDENTIFIER_UNKNOWN", "CHARACTER_INVALID", "ELEMENT_CUT", "ELEMENT_REPEATED"),
        "PATIENT_BARCODE",
    }
)


@dataclass(slots=True)
class Statement:
    """What the elements of one barcode say, one after the other."""

    scan: Scan
    elements: list[tuple[str, str]] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)
    dates: dict[str, SourceTime] = field(default_factory=dict)

    def take(self, name: str, value: str, at: int) -> bool:
        """Take an element that begins at a byte of the line; whether the line can still be used."""
        self.elements.append((name, value))
        form = FORMS.get(name)
        if form is None or name in PATIENTS or not form.pattern.fullmatch(value):
            return self._refuse(name, value, at)
        if self.stated.setdefault(name, value) != value:
            return self._tell("ELEMENT_REPEATED", value, at)
        if form.checked:
            digits = value[form.checked]
            if check_digit(digits[:-1]) != digits[-1]:
                self.scan.tell("UDI_CHECK_DIGIT", at, value)
        elif name in _DATES:
            self._date(name, value, at)
        return True

    def _refuse(self, name: str, value: str, at: int) -> bool:
        form = FORMS.get(name)
        if form is None:
            return self._tell("IDENTIFIER_UNKNOWN", value, at)
        code = "PATIENT_BARCODE" if name in PATIENTS else _why_not(value, form)
        return self._tell(code, value, at)

    def _tell(self, code: str, value: str, at: int) -> bool:
        self.scan.tell(code, at, value)
        return code not in _HOLDING

    def _date(self, name: str, value: str, at: int) -> None:
        day = _DATES[name](value, self.scan.year)
        if day is None:
            self.scan.tell("DATE_INVALID", at, value)
        else:
            self.dates[name] = day

    def device(self) -> DeviceIdentifier:
        """All that was said: of the item itself, one made to order, or what a pallet holds."""
        stated, dates = self.stated, self.dates
        di = stated.get("01") or stated.get("03") or stated.get("02", "")
        if not di:
            self.scan.tell("DEVICE_UNNAMED", 0)
        quantity = stated.get("30") or stated.get("37")
        values = {
            "agency": IssuingAgency.GS1,
            "raw": self.scan.raw,
            "line": self.scan.line,
            "byte": self.scan.byte,
            "di": di,
            "lot": stated.get("10", ""),
            "serial": stated.get("21", ""),
            "expires": dates.get("17") or dates.get("7003"),
            "produced": dates.get("11") or dates.get("8008"),
            "quantity": Decimal(quantity) if quantity else None,
            "donation": "",
            "link": "",
            "elements": tuple(self.elements),
        }
        return made(DeviceIdentifier, values)


def device_of(elements: Iterable[Element], scan: Scan) -> DeviceIdentifier | None:
    """What the elements say; None if a person must look at the barcode first."""
    said = Statement(scan)
    return said.device() if all(said.take(*element) for element in elements) else None


def read_elements(text: str, at: int, scan: Scan) -> DeviceIdentifier | None:
    """A scanned element string, which begins at a byte of the line."""
    said = Statement(scan)
    place, end = 0, len(text)
    while place < end:
        if text[place] == GS:
            place += 1
            continue
        name = identifier_at(text, place)
        form = FORMS.get(name)
        if form is None:
            scan.tell(_why_unknown(name), at + place, name)
            return None  # nothing says where the next one begins
        start = place + len(name)
        stop = start + form.fixed if form.fixed else text.find(GS, start)
        stop = end if stop < 0 else stop
        if not said.take(name, text[start:stop], at + place):
            return None
        place = stop
    return said.device()


def read_printed(text: str, at: int, scan: Scan) -> DeviceIdentifier | None:
    """Identifiers in parentheses, as people read them; blanks around values mean nothing."""
    if not PRINTED.match(text):
        scan.tell("BARCODE_UNKNOWN", at, text)
        return None
    marks = list(PRINTED.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found = [
        Element(mark[1], text[mark.end() : end].strip(), at + mark.start())
        for mark, end in zip(marks, ends, strict=True)
    ]
    return device_of(found, scan)


def _why_unknown(identifier: str) -> str:
    return "CHARACTER_INVALID" if _STRANGE.search(identifier) else "IDENTIFIER_UNKNOWN"


def _why_not(value: str, form: Form) -> str:
    if _STRANGE.search(value):
        return "CHARACTER_INVALID"
    if form.fixed:
        return "ELEMENT_CUT"
    return "ELEMENT_TOO_LONG" if len(value) > form.longest else "ELEMENT_INVALID"
