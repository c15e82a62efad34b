"""A history's lines as the bytes that an EHR sends, and the rules that a hospital keeps."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    FacilityRecord,
    ItemRecord,
    UnitRecord,
    WebhookSourceRecord,
)
from shared.canonical.usage import Direction
from shared.ports.master_data import MasterRecord
from shared.simulation.histories.facts import (
    DEPARTMENTS,
    FACILITIES,
    LATE_CODES,
    Facts,
    Line,
    Told,
    charge_code,
    late_code,
)

APPLICATION = "EHR"
TRACKER = "ORTRACK"  # tells cases in versions
KNOWN_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
TEN_THOUSANDTH = Decimal("0.0001")


def message_of(told: Told) -> bytes:
    """A DFT^P03 of one source."""
    sender = f"{APPLICATION}|{told.facility}|LEDGERWARD|MERIDIAN"
    segments = [
        f"MSH|^~\\&|{sender}|20260314101500-0800||DFT^P03|CTL-{told.number}|P|2.5.1",
        "EVN|P03|20260314101500-0800",
        f"PID|1||MRN{told.number:06}^^^MERIDIAN^MR||TEST^PATIENT|||||||||||||ACC{told.number:06}",
        f"PV1|1|I|OR^01||||||||||||||||V{told.number:06}",
    ]
    for number, line in enumerate(told.lines, start=1):
        segments += _segments(number, line)
    return "".join(f"{segment}\r" for segment in segments).encode()


def event_of(told: Told) -> bytes:
    """One version of a case, as its tracker tells it by webhook."""
    document = {
        "id": told.document,
        "version": told.version,
        "facility": told.facility,
        "department": next((line.department for line in told.lines), DEPARTMENTS[0]),
        "case": told.document,
        "patient": f"MRN-{told.document}",
        "lines": [_told_line(line) for line in told.lines],
    }
    return json.dumps({"type": "supply.used", "document": document}).encode()


def _told_line(line: Line) -> dict[str, object]:
    return {
        "id": line.transaction,
        "item": line.charge_code,
        "quantity": line.quantity,
        "unit": "EA",
        "used_at": f"2026-03-{line.day:02}T09:30:00-08:00",
        "lot": line.lot,
    }


def _segments(number: int, line: Line) -> tuple[str, str]:
    day = f"202603{line.day:02}"
    kind = "CG" if line.direction is Direction.CHARGE else "CD"
    named = "" if line.reverses == line.transaction else line.reverses
    when = f"{day}093000-0800|{day}"
    used = f"{line.charge_code}|||{line.quantity}|||{line.department}"
    return (
        f"FT1|{number}|{line.transaction}||{when}|{kind}|{used}",
        f"ZLW|{line.lot}||||||{named}",
    )


def rules_of(facts: Facts) -> Iterator[MasterRecord]:
    """What is known from the beginning."""
    yield WebhookSourceRecord(source=TRACKER, tenant="meridian", facilities=FACILITIES)
    for facility in FACILITIES:
        yield FacilityRecord(facility=facility, name=facility.title(), zone="America/Los_Angeles")
        for department in DEPARTMENTS:
            yield DepartmentRecord(
                facility=facility,
                department=department,
                cost_centre=f"{facility}-{department}",
                from_place=f"{facility}-STO",
                to_place=f"{facility}-{department}-USED",
            )
    for item in facts.items:
        yield ItemRecord(item=item.name, base_unit="EA", unit_cost=item.cost * TEN_THOUSANDTH)
        yield UnitRecord(
            item=item.name,
            unit="BX",
            numerator=item.in_box,
            denominator=1,
            valid_from=date(2026, 1, 1),
        )
        for application in (APPLICATION, TRACKER):
            for is_box in (False, True):
                yield ChargeCodeRecord(
                    application=application,
                    charge_code=charge_code(item, is_box=is_box),
                    item=item.name,
                    unit="BX" if is_box else "EA",
                )


def late_rules(facts: Facts) -> Iterator[tuple[float, ChargeCodeRecord]]:
    """What a person adds, and when."""
    for number in range(LATE_CODES):
        code = late_code(number)
        if code not in facts.rules_at:
            continue
        item = facts.items[2 + number]
        record = ChargeCodeRecord(
            application=APPLICATION, charge_code=code, item=item.name, unit="EA"
        )
        yield facts.rules_at[code], record
