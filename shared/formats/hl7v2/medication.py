"""Dispenses (RXD) and administrations (RXA) of drugs and what else a pharmacy hands out.

Of one physical use two messages tell: the dispense, by which stock leaves the pharmacy for a
patient, and the administration, which says that it was used. Exactly one may move stock (USE2a).
Which one is a fact about the sender; unless its profile says otherwise it is the administration,
since what is dispensed may come back. The other is evidence, keyed like any other line.
"""

from dataclasses import dataclass

from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, EvidenceLine, UsageLine
from shared.formats.hl7v2.facts import amount, described, either, fail, identifier
from shared.formats.hl7v2.groups import LineGroup, LineLayout
from shared.formats.hl7v2.lines import LineReading
from shared.formats.hl7v2.message import Segment
from shared.formats.hl7v2.stated import stated_facts
from shared.formats.hl7v2.values import time_of
from shared.formats.making import made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """Where a segment states what was used; `places` name a ward and its facility, newest first."""

    code: int
    at: int
    quantity: int
    unit: int
    lot: int
    expires: int
    manufacturer: int
    places: tuple[int, ...]


DISPENSE = LineLayout(begins="RXD", closed_by={"RXD": 5}, before=("ORC",))
# Only RXA-20 and 21 say whether anything was given, or is taken back.
ADMINISTRATION = LineLayout(begins="RXA", closed_by={"RXA": 21}, before=("ORC",))
_RXD = _Fields(code=2, at=3, quantity=4, unit=5, lot=18, expires=19, manufacturer=20, places=(13,))
_RXA = _Fields(
    code=5, at=3, quantity=6, unit=7, lot=15, expires=16, manufacturer=17, places=(27, 11)
)
_USED = frozenset({"CP", "PA", ""})  # table 0322
_NOT_USED = {"RE": "refused by the patient", "NA": "not administered"}
_DELETE = "D"  # table 0206
_UNKNOWN_AMOUNT = "999"  # without a unit: what immunisation registries write if nobody measured


def read_dispense(group: LineGroup, reading: LineReading) -> UsageLine | EvidenceLine:
    """Read one RXD.

    Raises:
        LineFaultError: it cannot be read.
    """
    rxd = group.first
    order = identifier(rxd, 7) or _order(group)
    key = _identify(reading, rxd, (order, identifier(rxd, 1)), Direction.CHARGE)
    if not reading.profile.dispenses_are_uses:
        reason = "dispensed: its administration or its charge is the use"
        return EvidenceLine(number=str(group.number), key=key, reason=reason)
    return _use(group, reading, key, _RXD)


def read_administration(group: LineGroup, reading: LineReading) -> UsageLine | EvidenceLine:
    """Read one RXA.

    Raises:
        LineFaultError: it cannot be read.
    """
    rxa = group.first
    direction = Direction.CREDIT if rxa.value(21).upper() == _DELETE else Direction.CHARGE
    which = identifier(rxa, 2) or identifier(rxa, _RXA.at)
    key = _identify(reading, rxa, (_order(group), identifier(rxa, 1), which), direction)
    reason = _why_no_use(rxa, reading)
    if reason:
        return EvidenceLine(number=str(group.number), key=key, reason=reason)
    if rxa.value(_RXA.quantity) == _UNKNOWN_AMOUNT and not rxa.value(_RXA.unit):
        fail("QUANTITY_UNKNOWN", rxa, _RXA.quantity)
    return _use(group, reading, key, _RXA)


def _order(group: LineGroup) -> str:
    """The filler's number of the order, else the placer's."""
    orc = group.head("ORC")
    return (identifier(orc, 3) or identifier(orc, 2)) if orc else ""


def _identify(
    reading: LineReading, segment: Segment, parts: tuple[str, ...], direction: Direction
) -> tuple[str, ...]:
    """The intent key: sender, the order with the numbers within it, and the direction."""
    if not parts[0]:
        fail("ORDER_NUMBER_MISSING", segment)
    header = reading.header
    key = (header.application, header.facility, "/".join(parts), direction.value)
    reading.identified(key)
    return key


def _why_no_use(rxa: Segment, reading: LineReading) -> str:
    status = rxa.value(20).upper()
    if status in _NOT_USED:
        return _NOT_USED[status]
    if status not in _USED:
        fail("COMPLETION_UNKNOWN", rxa, 20, status)
    return "administered: its dispense is the use" if reading.profile.dispenses_are_uses else ""


def _use(
    group: LineGroup, reading: LineReading, key: tuple[str, ...], fields: _Fields
) -> UsageLine:
    segment = group.first
    department, facility = _place(segment, fields)
    code = either(segment, fields.code) or fail("ITEM_MISSING", segment, fields.code)
    stated = stated_facts(group, reading.profile)
    return made(
        UsageLine,
        {
            "number": str(group.number),
            "key": key,
            "direction": Direction(key[3]),
            "facility": facility or reading.header.facility,
            "department": department,
            "charge_code": code,
            "quantity": abs(amount(segment, fields.quantity)),
            "used_at": _used_at(segment, fields.at),
            "position": group.position,
            "reverses": (*key[:3], Direction.CHARGE.value) if key[3] == Direction.CREDIT else (),
            "unit": either(segment, fields.unit),
            "lot": identifier(segment, fields.lot) or stated.get("lot", ""),
            "serial": stated.get("serial", ""),
            "project": stated.get("project", ""),
            "grant": stated.get("grant", ""),
            "service_line": stated.get("service_line", ""),
            "expires": time_of(segment.value(fields.expires) or stated.get("expires", "")),
            "manufacturer": described(segment, fields.manufacturer)
            or identifier(segment, fields.manufacturer),
        },
    )


def _used_at(segment: Segment, field: int) -> SourceTime:
    stated = segment.value(field) or fail("SERVICE_TIME_MISSING", segment, field)
    return time_of(stated) or fail("SERVICE_TIME_INVALID", segment, field, stated)


def _place(segment: Segment, fields: _Fields) -> tuple[str, str]:
    """The ward and its facility, of the first field that names either."""
    for field in fields.places:
        ward, facility = identifier(segment, field), identifier(segment, field, 4)
        if ward or facility:
            return ward, facility
    return "", ""
