"""ISBT 128 messages of ICCBBA: devices of human tissue, and blood bags (UDI3).

The data structures are those that the FDA's table of UDI formats names, and those that stand
beside them in compound messages: ISBT 128 Standard Technical Specification, section 2.4.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from shared.canonical.device import DeviceIdentifier, IssuingAgency
from shared.canonical.source_time import SourceTime
from shared.formats.udi.dates import century_and_day, century_and_day_time
from shared.formats.udi.scanning import Element, Scan

FLAGS = frozenset("=&")
_Stated = dict[str, Any]  # members of DeviceIdentifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A data structure: how many characters, and which member of the noun it states, if any."""

    length: int
    name: str = ""
    reads: Callable[[str, int], SourceTime | None] | None = None


STRUCTURES: Mapping[str, Structure] = MappingProxyType(
    {
        "=/": Structure(length=16, name="di"),  # 034, processor product identification code
        "=)": Structure(length=10, name="di"),  # 017, container manufacturer and catalogue number
        "&)": Structure(length=10, name="lot"),  # 018, container lot number
        "&,1": Structure(length=18, name="lot"),  # 035, MPHO lot number
        "=,": Structure(length=6, name="serial"),  # 032, product divisions
        "=>": Structure(length=6, name="expires", reads=century_and_day),  # 004
        "&>": Structure(length=10, name="expires", reads=century_and_day_time),  # 005
        "=}": Structure(length=6, name="produced", reads=century_and_day),  # 008
        "&}": Structure(length=10, name="produced", reads=century_and_day_time),  # 009
        "=+": Structure(length=5),  # 023, how many structures a compound message has
        "=<": Structure(length=8),  # 003, product code
        "=%": Structure(length=4),  # 002, blood groups
    }
)
_DONATION = Structure(length=15, name="donation")  # 001: = and then a letter or digit at once


def read_isbt(text: str, at: int, scan: Scan) -> DeviceIdentifier | None:
    """Data structures one behind another, each of its own length."""
    elements: list[Element] = []
    stated: _Stated = {}
    for element, structure in _structures(text, at):
        fault = _fault_of(element, structure, stated)
        if structure is None or fault:
            scan.tell(fault, element.at, element.value)
            return None
        elements.append(element)
        stated |= _stated(element, structure, scan)
    if "di" not in stated:
        scan.tell("DEVICE_UNNAMED", at)
    read = DeviceIdentifier(
        agency=IssuingAgency.ICCBBA,
        raw=scan.raw,
        line=scan.line,
        byte=scan.byte,
        elements=tuple((each.id, each.value) for each in elements),
    )
    return replace(read, **stated)


def _structures(text: str, at: int) -> Iterator[tuple[Element, Structure | None]]:
    """Each structure with its text; the last has none if nothing is known of its flag."""
    place = 0
    while place < len(text):
        flag, structure = _structure_at(text, place)
        start = place + len(flag)
        stop = start + structure.length if structure else len(text)
        yield Element(flag, text[start:stop], at + place), structure
        place = stop


def _structure_at(text: str, place: int) -> tuple[str, Structure | None]:
    for length in (3, 2):
        flag = text[place : place + length]
        if flag in STRUCTURES:
            return flag, STRUCTURES[flag]
    return text[place : place + 1], _DONATION if _is_donation(text[place : place + 2]) else None


def _is_donation(flag: str) -> bool:
    return flag[:1] == "=" and flag[1:].isalnum() and flag.isascii()


def _fault_of(element: Element, structure: Structure | None, stated: _Stated) -> str:
    if structure is None:
        return "IDENTIFIER_UNKNOWN"
    is_plain = element.value.isalnum() and element.value.isascii()
    if not is_plain or len(element.value) != structure.length:
        return "ELEMENT_CUT"
    return "ELEMENT_REPEATED" if structure.name in stated else ""


def _stated(element: Element, structure: Structure, scan: Scan) -> _Stated:
    if structure.reads is None:
        return {structure.name: element.value} if structure.name else {}
    day = structure.reads(element.value, scan.year) if element.value.isdigit() else None
    if day is None:
        scan.tell("DATE_INVALID", element.at, element.value)
        return {}
    return {structure.name: day}
