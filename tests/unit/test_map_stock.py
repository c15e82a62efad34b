"""Lines of a stock report become facts of one place and item, or say by name what they lack."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from shared.canonical.codec import from_json
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.master import ChargeCodeRecord, LocationRecord, PlaceRecord
from shared.canonical.source_time import SourceTime
from shared.canonical.stock import StockCause, StockFact
from shared.canonical.stock_report import StockLine, StockReport
from shared.canonical.trade import ItemId
from shared.canonical.usage import SourceSystem
from shared.effects.identity import stock_content_hash, stock_line_id
from shared.mapping.stock import MappedStockLine, StockMapping
from shared.simulation.master_data import MasterRecord
from tests.builders import AS_OF, NOW, a_master, a_unit
from tests.stock import COUNT_KEY, STORE, a_stock_line, a_stock_report

LINE_ID = stock_line_id("meridian", COUNT_KEY)


def mapped(
    line: StockLine | None = None,
    *more: MasterRecord,
    as_of: str = AS_OF,
    **changes: Any,  # noqa: ANN401
) -> MappedStockLine:
    report = a_stock_report(line or a_stock_line(), **changes)
    mapping = StockMapping(report=report, master=a_master(*more), as_of=as_of, now=NOW)
    (found,) = mapping.lines()
    return found


def fact_of(
    line: StockLine | None = None,
    *more: MasterRecord,
    **changes: Any,  # noqa: ANN401
) -> StockFact:
    found = mapped(line, *more, **changes)
    assert found.holds == ()
    assert found.fact is not None
    return found.fact


def held(
    line: StockLine | None = None,
    *more: MasterRecord,
    **changes: Any,  # noqa: ANN401
) -> list[tuple[str, tuple[str, ...]]]:
    """The holds of a line that is no fact, as their codes and the keys they wait for."""
    found = mapped(line, *more, **changes)
    assert found.fact is None
    return [(hold.code, hold.missing) for hold in found.holds]


def named(*values: str) -> tuple[ItemId, ...]:
    return tuple(ItemId("buyer", value) for value in values)


def test_a_count_becomes_a_fact_in_the_words_of_the_erp() -> None:
    assert fact_of() == StockFact(
        fact_id=LINE_ID,
        tenant="meridian",
        place=STORE,
        item="GLV-001",
        at="2026-03-04T17:30:00+00:00",
        cause=StockCause.COUNT,
        quantity=Decimal(7),
        document_id="REPORT234567ABCDEFGHIJKLMN",
        content_hash=stock_content_hash(a_stock_line()),
    )


def test_ids_and_hashes_of_lines_stay_the_same_for_ever() -> None:
    line = a_stock_line(lot="L-1", unit="EA")

    assert LINE_ID == "e8fc3be5947e266a43c1a6b8f4f8e009f73c84d5ef6d82229019f46e8b164f1f"
    assert stock_content_hash(line) == (
        "cfa5dfa686a6c827f7bd0d4652c821b43e153dff429583ec82f5ce86a7cf399e"
    )


def test_a_hash_is_of_what_the_line_says_and_not_of_where_it_stands() -> None:
    line = a_stock_line()
    moved = replace(line, number="9", position=replace(line.position, byte=7), key=("other",))

    assert stock_content_hash(moved) == stock_content_hash(line)
    assert stock_content_hash(replace(line, quantity=Decimal("7.00"))) == stock_content_hash(line)


@pytest.mark.parametrize(
    "changes",
    [
        {"ids": named("C-BOX")},
        {"location": "ELSEWHERE"},
        {"quantity": Decimal(8)},
        {"quantity": Decimal(-7)},
        {"at": SourceTime(day=date(2026, 3, 4))},
        {"unit": "EA"},
        {"lot": "L-1"},
        {"serial": "L-1"},
        {"reverses": ("a",)},
    ],
)
def test_whatever_a_line_says_otherwise_gives_another_hash(changes: dict[str, Any]) -> None:
    assert stock_content_hash(a_stock_line(**changes)) != stock_content_hash(a_stock_line())


def test_a_line_is_not_the_use_of_the_same_key_nor_another_tenants() -> None:
    assert len({LINE_ID, stock_line_id("other", COUNT_KEY), stock_line_id("meridian", ("a",))}) == 3


def test_a_line_without_a_location_is_held_and_waits_for_nothing() -> None:
    assert held(a_stock_line(location="")) == [("PLACE_UNMAPPED", ())]


def test_a_location_that_leads_nowhere_is_waited_for() -> None:
    line = a_stock_line(location="SHELF-9")

    assert held(line) == [("PLACE_UNMAPPED", ("location#EHR#SHELF-9",))]


def test_a_place_without_a_record_is_waited_for() -> None:
    shelf = LocationRecord(application="EHR", location="SHELF-9", place="ANNEX-STO")

    assert held(a_stock_line(location="SHELF-9"), shelf) == [
        ("PLACE_UNMAPPED", ("place#ANNEX-STO",))
    ]


def test_a_location_is_its_own_applications_word() -> None:
    source = SourceSystem(application="WMS", facility="NORTH")

    codes = held(a_stock_line(), source=source)

    assert codes == [
        ("PLACE_UNMAPPED", ("location#WMS#NORTH-STOREROOM",)),
        ("ITEM_UNMAPPED", ("charge#WMS#C-GLV",)),
    ]


def test_a_place_of_a_facility_that_the_client_may_not_speak_for_waits_for_a_person() -> None:
    assert held(facilities=("SOUTH",)) == [("FACILITY_UNKNOWN", ())]


def test_a_facility_without_a_record_is_waited_for() -> None:
    shelf = LocationRecord(application="EHR", location="SHELF-9", place="WEST-STO")
    place = PlaceRecord(place="WEST-STO", facility="WEST")

    found = held(a_stock_line(location="SHELF-9"), shelf, place, facilities=("NORTH", "WEST"))

    assert found == [("FACILITY_UNKNOWN", ("facility#WEST",))]


def test_an_item_without_a_name_is_held_and_waits_for_nothing() -> None:
    assert held(a_stock_line(ids=())) == [("ITEM_UNMAPPED", ())]


def test_an_item_that_no_name_leads_to_waits_for_the_first_of_its_names() -> None:
    line = a_stock_line(ids=named("C-X", "C-Y"))

    assert held(line) == [("ITEM_UNMAPPED", ("charge#EHR#C-X",))]


def test_the_second_name_leads_where_the_first_does_not() -> None:
    found = fact_of(a_stock_line(ids=named("C-X", "C-BOX"), quantity=Decimal(2)))

    assert (found.item, str(found.quantity)) == ("GLV-001", "160")


def test_place_and_item_are_told_at_once() -> None:
    line = a_stock_line(location="SHELF-9", ids=named("C-X"))

    assert held(line) == [
        ("PLACE_UNMAPPED", ("location#EHR#SHELF-9",)),
        ("ITEM_UNMAPPED", ("charge#EHR#C-X",)),
    ]


def test_the_unit_of_the_line_comes_before_that_of_its_code() -> None:
    assert str(fact_of(a_stock_line(ids=named("C-BOX"), unit="EA")).quantity) == "7"
    assert str(fact_of(a_stock_line(ids=named("C-GLV"), unit="BX")).quantity) == "560"


def test_a_unit_that_the_item_has_no_factor_for_is_waited_for() -> None:
    assert held(a_stock_line(unit="TUB")) == [("UOM_UNKNOWN", ("unit#GLV-001#TUB",))]


def test_a_count_of_nothing_needs_the_factor_too() -> None:
    line = a_stock_line(quantity=Decimal(0), unit="TUB")

    assert held(line) == [("UOM_UNKNOWN", ("unit#GLV-001#TUB",))]


def test_a_unit_is_that_of_the_day_of_the_count_at_its_facility() -> None:
    last_second = SourceTime(day=date(2026, 3, 4), time=time(7, 59, 59), offset_minutes=0)
    line = a_stock_line(unit="BX", quantity=Decimal(1))

    assert str(fact_of(replace(line, at=last_second)).quantity) == "100"
    assert str(fact_of(line).quantity) == "80"


def test_one_serial_is_one_base_unit() -> None:
    stent = a_stock_line(ids=named("C-STN"), serial="S-1", unit="PK", quantity=Decimal(2))

    assert held(stent, a_unit("STN-001", "PK", 2)) == [("SERIAL_QUANTITY", ())]
    assert held(replace(stent, unit="")) == [("SERIAL_QUANTITY", ())]
    assert fact_of(replace(stent, unit="", quantity=Decimal(1))).lot == "S-1"


def test_a_count_of_nothing_is_a_fact_even_of_a_serial() -> None:
    found = fact_of(a_stock_line(ids=named("C-STN"), serial="S-1", quantity=Decimal(0)))

    assert (str(found.quantity), found.lot, found.covers_all_lots) == ("0", "S-1", False)


def test_an_update_takes_away_what_is_negative() -> None:
    line = a_stock_line(ids=named("C-BOX"), quantity=Decimal(-2))

    found = fact_of(line, cause=StockCause.UPDATE)

    assert (found.cause, str(found.quantity)) == (StockCause.UPDATE, "-160")


def test_an_update_of_less_than_a_unit_is_exact() -> None:
    line = a_stock_line(ids=named("C-CTR"), quantity=Decimal("-12.5"))

    assert str(fact_of(line, cause=StockCause.UPDATE).quantity) == "-12.5"


@pytest.mark.parametrize(
    ("cause", "lot", "covers"),
    [
        (StockCause.COUNT, "", True),
        (StockCause.COUNT, "L-1", False),
        (StockCause.RECEIPT, "", False),
        (StockCause.UPDATE, "", False),
    ],
)
def test_a_count_without_a_lot_covers_all_of_an_item_that_is_followed_by_lots(
    cause: StockCause, lot: str, *, covers: bool
) -> None:
    found = fact_of(a_stock_line(ids=named("C-SUT"), lot=lot), cause=cause)

    assert (found.lot, found.covers_all_lots) == (lot or "UNKNOWN", covers)


def test_a_count_of_an_item_without_lots_covers_no_lots() -> None:
    found = fact_of()

    assert (found.lot, found.covers_all_lots) == ("", False)


def test_a_time_without_a_zone_is_that_of_the_places_facility() -> None:
    shelf = LocationRecord(application="EHR", location="SHELF-9", place="SOUTH-STO")
    place = PlaceRecord(place="SOUTH-STO", facility="SOUTH")
    line = a_stock_line(location="SHELF-9", at=SourceTime(day=date(2026, 3, 4), time=time(9, 30)))

    assert fact_of(line, shelf, place).at == "2026-03-04T15:30:00+00:00"


def test_a_day_without_a_time_is_its_last_second() -> None:
    line = a_stock_line(at=SourceTime(day=date(2026, 3, 4)))

    assert fact_of(line).at == "2026-03-05T07:59:59+00:00"


def test_a_retraction_names_the_line_that_it_takes_back() -> None:
    key = (*COUNT_KEY, "retracted")

    found = fact_of(a_stock_line(key=key, reverses=COUNT_KEY))

    assert (found.fact_id, found.retracts) == (stock_line_id("meridian", key), LINE_ID)


def test_rules_that_came_later_are_not_seen() -> None:
    code = ChargeCodeRecord(application="EHR", charge_code="C-NEW", item="GLV-001", unit="EA")
    line = a_stock_line(ids=named("C-NEW"))

    assert fact_of(line, code, as_of=AS_OF).item == "GLV-001"
    assert held(line, code, as_of="2026-03-05T11:59:59+00:00") == [
        ("ITEM_UNMAPPED", ("charge#EHR#C-NEW",))
    ]


def test_a_hold_carries_its_line_alone_and_where_it_stood() -> None:
    report = a_stock_report(a_stock_line(location="SHELF-9"), a_stock_line(key=("other",)))
    mapping = StockMapping(report=report, master=a_master(), as_of=AS_OF, now=NOW)

    hold = the_hold(mapping.lines()[0])

    assert (hold.line_id, hold.kind, hold.opened_at) == (LINE_ID, HoldKind.BLOCKING, NOW)
    assert (hold.document_id, hold.message_id) == (report.document_id, report.message_id)
    assert hold.position == "InventoryReport.inventoryListing.item @ byte 120"
    assert hold.detail == "EHR location SHELF-9 leads to no place"
    assert hold.content_hash == stock_content_hash(report.lines[0])
    assert from_json(StockReport, hold.payload) == report.reduced_to(report.lines[0])


def the_hold(line: MappedStockLine) -> Hold:
    (hold,) = line.holds
    return hold


def test_an_item_without_a_record_is_what_is_waited_for() -> None:
    line = mapped(a_stock_line(ids=(ItemId("buyer", "C-GONE"),)))

    assert [hold.missing for hold in line.holds] == [("item#GONE-1",)]
