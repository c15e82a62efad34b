"""Builders of usage lines, documents, sightings and master data, shared by the tests."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from shared.canonical.diagnostic import Position
from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    DimensionRecord,
    FacilityRecord,
    ItemRecord,
    LocationRecord,
    PlaceRecord,
    UnitRecord,
)
from shared.canonical.message import ClientScope, Sighting
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, SourceSystem, SupplyUsage, UsageLine
from shared.simulation.master_data import MasterRecord, SimulatedMasterData

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
KNOWN_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
AS_OF = "2026-03-05T12:00:00+00:00"
CHARGE_KEY = ("EHR", "NORTH", "T-1", "charge")

SUTURE = ItemRecord(
    item="SUT-001", base_unit="EA", unit_cost=Decimal("23.7575"), is_lot_controlled=True
)
STENT = ItemRecord(
    item="STN-001",
    base_unit="EA",
    unit_cost=Decimal("727.50"),
    is_lot_controlled=True,
    is_serial_controlled=True,
)
CONTRAST = ItemRecord(item="CTR-001", base_unit="ML", unit_cost=Decimal("0.765"), is_divisible=True)
GLOVE = ItemRecord(item="GLV-001", base_unit="EA", unit_cost=Decimal("0.0375"))
OLD_GLOVE = replace(GLOVE, item="GLV-099", is_active=False)


def a_usage_line(**changes: Any) -> UsageLine:  # noqa: ANN401
    """One suture, with its lot, used in the operating room of NORTH on 4 March 2026."""
    line = UsageLine(
        number="1",
        key=CHARGE_KEY,
        direction=Direction.CHARGE,
        facility="NORTH",
        department="OR",
        charge_code="C-SUT",
        quantity=Decimal(1),
        used_at=SourceTime(day=date(2026, 3, 4), time=time(9, 30), offset_minutes=-480),
        position=Position(segment="FT1", byte=120),
        lot="L-1",
    )
    return replace(line, **changes)


def a_credit_line(**changes: Any) -> UsageLine:  # noqa: ANN401
    """The taking back of the same suture, under the same transaction id."""
    line = replace(
        a_usage_line(),
        key=(*CHARGE_KEY[:-1], "credit"),
        direction=Direction.CREDIT,
        reverses=CHARGE_KEY,
    )
    return replace(line, **changes)


def a_document(*lines: UsageLine, **changes: Any) -> SupplyUsage:  # noqa: ANN401
    """A document of these lines from the EHR of NORTH, whose client also speaks for SOUTH."""
    document = SupplyUsage(
        document_id="DOCUMENT234567ABCDEFGHIJKL",
        message_id="message-1",
        raw_key="meridian/hl7v2/2026-03-05T12/message-1",
        tenant="meridian",
        facilities=("NORTH", "SOUTH"),
        source=SourceSystem(application="EHR", facility="NORTH"),
        control_id="CTL-1",
        received_at=AS_OF,
        case_token="c1-CASE",  # noqa: S106
        patient_token="p1-PATIENT",  # noqa: S106
        lines=lines or (a_usage_line(),),
    )
    return replace(document, **changes)


def a_sighting(message_id: str = "message-1", *, sha256: str = "0" * 64) -> Sighting:
    """One arrival of a message from the EHR's registered client."""
    return Sighting(
        message_id=message_id,
        source="hl7v2",
        client=ClientScope(client_id="ehr", tenant="meridian", facilities=("NORTH", "SOUTH")),
        content_type="application/hl7-v2",
        received_at=NOW,
        sha256=sha256,
    )


def a_master(*more: MasterRecord) -> SimulatedMasterData:
    """Two hospitals, five items, the charge codes of one EHR, a project and a closed grant."""
    year = (date(2026, 1, 1), date(2026, 12, 31))
    master = SimulatedMasterData()
    master.put(
        [
            FacilityRecord(facility="NORTH", name="North", zone="America/Los_Angeles"),
            FacilityRecord(facility="SOUTH", name="South", zone="America/Chicago"),
            a_department("NORTH", "OR", "17010"),
            a_department("NORTH", "ICU", "16010"),
            a_department("SOUTH", "OR", "27010"),
            *(SUTURE, STENT, CONTRAST, GLOVE, OLD_GLOVE),
            *_units(),
            *_charges(),
            PlaceRecord(place="NORTH-STO", facility="NORTH"),
            LocationRecord(application="EHR", location="NORTH-STOREROOM", place="NORTH-STO"),
            a_dimension("project", "P-1", *year),
            a_dimension("grant", "G-OLD", date(2024, 1, 1), date(2026, 3, 3)),
            a_dimension("service_line", "S-1", *year),
        ],
        recorded_at=KNOWN_SINCE,
    )
    master.put(more, recorded_at=NOW)
    return master


def a_department(facility: str, department: str, cost_centre: str) -> DepartmentRecord:
    """A department that draws on its facility's storeroom."""
    return DepartmentRecord(
        facility=facility,
        department=department,
        cost_centre=cost_centre,
        from_place=f"{facility}-STO",
        to_place=f"{facility}-{department}-USED",
    )


def a_dimension(kind: str, code: str, valid_from: date, valid_to: date) -> DimensionRecord:
    """A dimension that may be charged between two days."""
    return DimensionRecord(kind=kind, code=code, valid_from=valid_from, valid_to=valid_to)


def a_unit(
    item: str, unit: str, numerator: int, denominator: int = 1, *, since: date = date(2000, 1, 1)
) -> UnitRecord:
    """A factor of one unit of one item."""
    return UnitRecord(
        item=item,
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        valid_from=since,
        version="2" if since > date(2000, 1, 1) else "1",
    )


def _units() -> Iterable[UnitRecord]:
    yield a_unit("GLV-001", "BX", 100)
    yield a_unit("GLV-001", "BX", 80, since=date(2026, 3, 4))
    yield a_unit("GLV-001", "HB", 1, 2)
    yield a_unit("GLV-099", "BX", 100)
    yield a_unit("CTR-001", "BT", 100)
    yield a_unit("CTR-001", "THIRD", 1, 3)


def _charges() -> Iterable[ChargeCodeRecord]:
    codes = [
        ("C-SUT", "SUT-001", "EA"),
        ("C-STN", "STN-001", "EA"),
        ("C-CTR", "CTR-001", "ML"),
        ("C-BT", "CTR-001", "BT"),
        ("C-GLV", "GLV-001", "EA"),
        ("C-BOX", "GLV-001", "BX"),
        ("C-OLD", "GLV-099", "EA"),
        ("C-GONE", "GONE-1", "EA"),
        ("C-ODD", "GLV-001", "TUB"),
    ]
    for code, item, unit in codes:
        yield ChargeCodeRecord(application="EHR", charge_code=code, item=item, unit=unit)
