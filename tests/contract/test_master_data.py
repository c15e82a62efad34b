"""Master data as of a moment: the promises kept by both families."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    DimensionRecord,
    FacilityRecord,
    ItemRecord,
    LocationRecord,
    PlaceRecord,
    StockSourceRecord,
    UnitRecord,
    WebhookSourceRecord,
)
from shared.mapping.keys import name_of
from shared.ports.master_data import MasterRecord
from tests.contract.families import Aws, Family

SEEDED = datetime(2026, 1, 1, tzinfo=UTC)
NOW = "2026-03-14T12:00:00+00:00"
ITEM = ItemRecord(item="ITM-1", base_unit="EA", unit_cost=Decimal("4.2575"))


def a_box(of: int, *, since: date) -> UnitRecord:
    return UnitRecord(item="ITM-1", unit="BX", numerator=of, denominator=1, valid_from=since)


def test_each_kind_of_record_is_found_by_its_key_and_no_other(family: Family) -> None:
    facility = FacilityRecord(facility="NORTH", name="North", zone="America/New_York")
    department = DepartmentRecord(
        facility="NORTH", department="OR", cost_centre="N-OR", from_place="A", to_place="B"
    )
    charge = ChargeCodeRecord(application="EHR", charge_code="47#11", item="ITM-1", unit="BX")
    project = DimensionRecord(
        kind="project", code="P-1", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
    )
    box = a_box(10, since=date(2026, 1, 1))
    family.put_master([facility, department, ITEM, charge, project, box], SEEDED)
    master, day = family.master, date(2026, 3, 14)

    assert master.facility("NORTH", as_of=NOW) == facility
    assert master.department("NORTH", "OR", as_of=NOW) == department
    assert master.item("ITM-1", as_of=NOW) == ITEM
    assert master.charge_code("EHR", "47#11", as_of=NOW) == charge
    assert master.dimension("project", "P-1", as_of=NOW) == project
    assert master.unit("ITM-1", "BX", on=day, as_of=NOW) == box
    assert master.facility("SOUTH", as_of=NOW) is None
    assert master.department("SOUTH", "OR", as_of=NOW) is None
    assert master.charge_code("EHR#47", "11", as_of=NOW) is None
    assert master.dimension("grant", "P-1", as_of=NOW) is None
    assert master.unit("ITM-1", "CS", on=day, as_of=NOW) is None


def test_the_source_that_moves_stock_is_found_by_facility_and_class(family: Family) -> None:
    cabinet = StockSourceRecord(facility="NORTH", item_class="SUTURE", application="CABINET")
    ehr = replace(cabinet, application="EHR", version="2")
    family.put_master([cabinet], SEEDED)
    family.put_master([ehr], SEEDED + timedelta(days=10))

    assert family.master.stock_source("NORTH", "SUTURE", as_of=NOW) == ehr
    then = "2026-01-02T00:00:00+00:00"
    assert family.master.stock_source("NORTH", "SUTURE", as_of=then) == cabinet
    assert family.master.stock_source("SOUTH", "SUTURE", as_of=NOW) is None
    assert family.master.stock_source("NORTH", "STENT", as_of=NOW) is None


def test_a_webhook_source_is_known_as_it_stands_now(family: Family) -> None:
    ortrack = WebhookSourceRecord(
        source="ORTRACK",
        tenant="meridian",
        facilities=("NORTH", "SOUTH"),
        status_url="https://ortrack.example/status",
    )
    moved = replace(ortrack, status_url="https://ortrack.example/v2", version="2")
    moves = family.clock.now() + timedelta(seconds=120)
    family.put_master([ortrack], SEEDED)
    family.put_master([moved], moves)

    assert family.webhook_sources.source("ORTRACK") == ortrack
    assert family.webhook_sources.source("NOBODY") is None
    family.clock.advance(seconds=120)
    assert family.webhook_sources.source("ORTRACK") == moved


KEYS_OF_RECORDS: list[tuple[str, MasterRecord]] = [
    ("facility#NORTH", FacilityRecord(facility="NORTH", name="North", zone="UTC")),
    (
        "department#NORTH#OR",
        DepartmentRecord(
            facility="NORTH", department="OR", cost_centre="1", from_place="A", to_place="B"
        ),
    ),
    ("item#ITM-1", ITEM),
    ("item#ITM#1%", replace(ITEM, item="ITM#1%")),
    ("unit#ITM-1#BX", a_box(10, since=date(2031, 1, 1))),
    ("unit#ITM-1##", replace(a_box(10, since=date(2026, 1, 1)), unit="#")),
    (
        "charge#EHR#47#11",
        ChargeCodeRecord(application="EHR", charge_code="47#11", item="ITM-1", unit="BX"),
    ),
    (
        "dimension#project#P-1",
        DimensionRecord(
            kind="project", code="P-1", valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31)
        ),
    ),
    ("place#NORTH#STO", PlaceRecord(place="NORTH#STO", facility="NORTH")),
    (
        "location#EHR#Shelf #9",
        LocationRecord(application="EHR", location="Shelf #9", place="NORTH#STO"),
    ),
]


@pytest.mark.parametrize(("key", "record"), KEYS_OF_RECORDS, ids=lambda each: str(each)[:24])
def test_what_a_line_lacks_exists_once_anything_is_recorded_under_its_key(
    family: Family, key: str, record: MasterRecord
) -> None:
    assert not family.master.exists(key)
    others = [other for _, other in KEYS_OF_RECORDS if other != record]
    family.put_master(others, SEEDED)
    assert not family.master.exists(key)

    family.put_master([record], SEEDED + timedelta(days=3650))

    assert family.master.exists(key)


@pytest.mark.parametrize(
    "key",
    [
        "effect#ab",
        "stock#NORTH#SUTURE",
        "webhook#ORTRACK",
        "client#ehr",
        "item",
        "",
        "unit#ITM-1",
        "department#NORTH",
        "ITEM#ITM-1",
    ],
)
def test_what_no_rule_can_bring_is_not_asked_for(family: Family, key: str) -> None:
    with pytest.raises(ValueError, match="no key of master data"):
        family.master.exists(key)


def test_every_kind_of_record_has_a_name_of_its_own() -> None:
    kinds = get_args(MasterRecord)

    assert len({record_name[0] for record_name in map(name_of, one_of_each())}) == len(kinds)


def one_of_each() -> list[MasterRecord]:
    stock = StockSourceRecord(facility="NORTH", item_class="SUTURE", application="CABINET")
    webhook = WebhookSourceRecord(source="ORTRACK", tenant="meridian", facilities=())
    first = {type(record): record for _, record in KEYS_OF_RECORDS}
    return [*first.values(), stock, webhook]


def test_whether_something_exists_is_asked_past_every_memory(on_aws: Family, aws: Aws) -> None:
    on_aws.put_master([ITEM], SEEDED)
    on_aws.master.item("ITM-1", as_of=NOW)

    assert aws.calls.counts_of(lambda: on_aws.master.exists("item#ITM-1")) == {"Query": 1}
    assert aws.calls.counts_of(lambda: on_aws.master.exists("charge#A#B")) == {"Query": 1}


def test_that_every_source_moves_stock_is_kept_for_a_minute_too(on_aws: Family, aws: Aws) -> None:
    def look_up() -> dict[str, int]:
        return aws.calls.counts_of(lambda: on_aws.master.stock_source("NORTH", "X", as_of=NOW))

    assert look_up() == {"Query": 1}
    assert look_up() == {}
    rule = StockSourceRecord(facility="NORTH", item_class="X", application="EHR")
    on_aws.put_master([rule], SEEDED)
    on_aws.clock.advance(seconds=60)
    assert on_aws.master.stock_source("NORTH", "X", as_of=NOW) == rule


def test_a_later_version_is_not_seen_by_who_reads_as_of_before(family: Family) -> None:
    dearer = replace(ITEM, unit_cost=Decimal("5.00"), version="2")
    family.put_master([ITEM], SEEDED)
    family.put_master([dearer], SEEDED + timedelta(days=59))

    assert family.master.item("ITM-1", as_of=NOW) == dearer
    assert family.master.item("ITM-1", as_of="2026-02-28T23:59:59.999999+00:00") == ITEM
    assert family.master.item("ITM-1", as_of="2025-12-31T23:59:59+00:00") is None


@pytest.mark.parametrize(
    "as_of", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000+00:00", "2025-12-31T19:00:00-05:00"]
)
def test_the_very_moment_counts_however_it_is_written(family: Family, as_of: str) -> None:
    family.put_master([ITEM], SEEDED)

    assert family.master.item("ITM-1", as_of=as_of) == ITEM


def test_a_unit_means_what_it_meant_on_the_day_of_use(family: Family) -> None:
    tens, twelves = a_box(10, since=date(2026, 1, 1)), a_box(12, since=date(2026, 3, 1))
    family.put_master([twelves, tens], SEEDED)

    assert family.master.unit("ITM-1", "BX", on=date(2026, 2, 28), as_of=NOW) == tens
    assert family.master.unit("ITM-1", "BX", on=date(2026, 3, 1), as_of=NOW) == twelves
    assert family.master.unit("ITM-1", "BX", on=date(2025, 12, 31), as_of=NOW) is None


def test_a_corrected_factor_replaces_the_wrong_one_of_the_same_day(family: Family) -> None:
    wrong = a_box(10, since=date(2026, 1, 1))
    right = replace(wrong, numerator=100, version="2")
    older = a_box(8, since=date(2025, 1, 1))
    family.put_master([wrong, older], SEEDED)
    family.put_master([right], SEEDED + timedelta(days=10))
    family.put_master([replace(older, version="2")], SEEDED + timedelta(days=20))

    assert family.master.unit("ITM-1", "BX", on=date(2026, 2, 1), as_of=NOW) == right
    known_then = "2026-01-02T00:00:00+00:00"
    assert family.master.unit("ITM-1", "BX", on=date(2026, 2, 1), as_of=known_then) == wrong


def test_what_was_missing_is_found_as_soon_as_it_is_added(family: Family) -> None:
    assert family.master.item("ITM-1", as_of=NOW) is None

    family.put_master([ITEM], SEEDED)

    assert family.master.item("ITM-1", as_of=NOW) == ITEM


def test_putting_the_same_again_does_no_harm(family: Family) -> None:
    family.put_master([ITEM, ITEM], SEEDED)
    family.put_master([ITEM], SEEDED)

    assert family.master.item("ITM-1", as_of=NOW) == ITEM


def test_hundreds_of_records_are_written_in_few_calls(on_aws: Family, aws: Aws) -> None:
    items = [replace(ITEM, item=f"ITM-{number}") for number in range(240)]

    counts = aws.calls.counts_of(lambda: on_aws.put_master(items, SEEDED))

    assert counts == {"BatchWriteItem": 10}
    assert on_aws.master.item("ITM-239", as_of=NOW) == items[239]


def test_what_was_found_is_kept_for_a_minute_and_what_is_missing_is_not(
    on_aws: Family, aws: Aws
) -> None:
    on_aws.put_master([ITEM], SEEDED)

    def look_up(item: str) -> dict[str, int]:
        return aws.calls.counts_of(lambda: on_aws.master.item(item, as_of=NOW))

    assert look_up("ITM-1") == {"Query": 1}
    assert look_up("ITM-1") == {}
    assert look_up("ITM-2") == {"Query": 1}
    assert look_up("ITM-2") == {"Query": 1}
    on_aws.clock.advance(seconds=60)
    assert look_up("ITM-1") == {"Query": 1}


def test_a_change_recorded_a_minute_ahead_is_seen_by_everyone_at_once(on_aws: Family) -> None:
    on_aws.put_master([ITEM], SEEDED)
    assert on_aws.master.item("ITM-1", as_of=NOW) == ITEM
    dearer = replace(ITEM, unit_cost=Decimal("5.00"), version="2")
    comes = on_aws.clock.now() + timedelta(seconds=60)
    on_aws.put_master([dearer], comes)

    on_aws.clock.advance(seconds=59)
    assert on_aws.master.item("ITM-1", as_of=on_aws.clock.now().isoformat()) == ITEM
    on_aws.clock.advance(seconds=1)
    assert on_aws.master.item("ITM-1", as_of=on_aws.clock.now().isoformat()) == dearer


def test_an_earlier_version_than_the_one_kept_is_still_found(on_aws: Family, aws: Aws) -> None:
    dearer = replace(ITEM, unit_cost=Decimal("5.00"), version="2")
    on_aws.put_master([ITEM], SEEDED)
    on_aws.put_master([dearer], SEEDED + timedelta(days=59))
    assert on_aws.master.item("ITM-1", as_of=NOW) == dearer

    before = "2026-02-01T00:00:00+00:00"

    assert aws.calls.counts_of(lambda: on_aws.master.item("ITM-1", as_of=before)) == {}
    assert on_aws.master.item("ITM-1", as_of=before) == ITEM
