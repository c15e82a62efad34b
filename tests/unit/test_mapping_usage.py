"""A usage line becomes an effect: what, how much, where, when, and at what cost."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from shared.canonical.effect import EffectType
from shared.canonical.hold import HoldKind
from shared.canonical.master import ChargeCodeRecord
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import UsageLine
from shared.effects.identity import line_effect_id
from shared.mapping.evidence import beside_key
from shared.mapping.usage import MappedLine, map_line
from shared.simulation.master_data import SimulatedMasterData
from tests.builders import (
    AS_OF,
    NOW,
    a_document,
    a_master,
    a_usage_line,
)


def mapped(line: UsageLine, *, master: SimulatedMasterData | None = None) -> MappedLine:
    return map_line(line, a_document(line), master or a_master(), as_of=AS_OF, now=NOW)


def test_a_clean_line_becomes_one_issue_with_nothing_left_open() -> None:
    line = a_usage_line(quantity=Decimal(2), project="P-1", service_line="S-1")

    result = mapped(line)

    assert result.holds == ()
    effect = result.effect
    assert effect is not None
    assert effect.effect_id == line_effect_id("meridian", line) == result.line_id
    assert effect.effect_type is EffectType.ISSUE
    assert (effect.item, effect.lot, effect.case_token) == ("SUT-001", "L-1", "c1-CASE")
    assert (effect.from_place, effect.to_place) == ("NORTH-STO", "NORTH-OR-USED")
    assert effect.dimensions.cost_centre == "17010"
    assert (effect.dimensions.project, effect.dimensions.service_line) == ("P-1", "S-1")
    assert (effect.document_id, effect.correlation_id) == (
        "DOCUMENT234567ABCDEFGHIJKL",
        "message-1",
    )
    assert effect.content_hash == result.content_hash


def test_an_effect_knows_which_source_waits_for_news_of_it() -> None:
    line = a_usage_line()

    result = map_line(line, a_document(line, status_to="ORTRACK"), a_master(), as_of=AS_OF, now=NOW)

    assert result.effect is not None
    assert result.effect.status_to == "ORTRACK"


@pytest.mark.parametrize(
    ("lot", "case", "last"), [("L-1", "C1-X", "C1-X"), ("L-1", "", "L-1"), ("", "", "")]
)
def test_reports_of_one_use_meet_by_case_or_else_by_lot(lot: str, case: str, last: str) -> None:
    key = beside_key("NORTH", "SUT-001", date(2026, 3, 4), lot, case)

    assert key == f"use:NORTH|SUT-001|2026-03-04|{last}"


def test_the_amount_is_rounded_once_as_the_books_round_it() -> None:
    effect = mapped(a_usage_line(quantity=Decimal(2))).effect

    assert effect is not None
    assert effect.unit_cost == Decimal("23.7575")
    assert effect.amount == Decimal("47.52")  # 47.515 goes to the even cent


def test_what_the_source_said_stays_beside_the_base_units() -> None:
    effect = mapped(a_usage_line(charge_code="C-BT", quantity=Decimal("0.5"))).effect

    assert effect is not None
    quantity = effect.quantity
    assert (quantity.stated, quantity.stated_unit) == (Decimal("0.5"), "BT")
    assert (quantity.in_base_units, quantity.base_unit) == (Decimal(50), "ML")
    assert (quantity.factor.numerator, quantity.factor.version) == (100, "1")


def test_a_unit_that_the_line_states_wins_over_the_charge_codes() -> None:
    effect = mapped(a_usage_line(charge_code="C-GLV", unit="BX", lot="")).effect

    assert effect is not None
    assert effect.quantity.in_base_units == Decimal(80)


@pytest.mark.parametrize(("day", "each"), [(3, 100), (4, 80)])
def test_the_pack_size_is_that_of_the_date_of_use(day: int, each: int) -> None:
    used_at = SourceTime(day=date(2026, 3, day))

    effect = mapped(a_usage_line(charge_code="C-BOX", used_at=used_at)).effect

    assert effect is not None
    assert effect.quantity.in_base_units == each


@pytest.mark.parametrize(
    ("day", "clock", "offset", "facility", "expected"),
    [
        (31, time(23, 30), -420, "NORTH", date(2026, 3, 31)),  # April already in UTC
        (31, time(23, 30), -420, "SOUTH", date(2026, 4, 1)),  # 01:30 there
        (31, time(23, 50), None, "NORTH", date(2026, 3, 31)),  # the facility's own clock
        (31, None, None, "NORTH", date(2026, 3, 31)),
        (8, time(23, 30), -420, "NORTH", date(2026, 3, 8)),  # the day of 23 hours
    ],
)
def test_the_accounting_date_is_the_facilitys_local_date_of_use(
    day: int, clock: time | None, offset: int | None, facility: str, expected: date
) -> None:
    used_at = SourceTime(day=date(2026, 3, day), time=clock, offset_minutes=offset)

    effect = mapped(a_usage_line(used_at=used_at, facility=facility)).effect

    assert effect is not None
    assert effect.accounting_date == expected


def test_a_lot_controlled_item_without_its_lot_is_posted_and_the_lot_is_asked_for() -> None:
    result = mapped(a_usage_line(lot=""))

    assert result.effect is not None
    assert result.effect.lot == "UNKNOWN"
    (hold,) = result.holds
    assert (hold.code, hold.kind) == ("LOT_MISSING", HoldKind.ADVISORY)
    assert hold.due_at - hold.opened_at == timedelta(hours=24)
    assert hold.payload == ""
    assert hold.amount == Decimal("23.76")


def test_an_inactive_item_is_posted_and_the_steward_is_told() -> None:
    result = mapped(a_usage_line(charge_code="C-OLD", lot=""))

    assert result.effect is not None
    assert [(hold.code, hold.owner) for hold in result.holds] == [
        ("ITEM_INACTIVE", "master_data_steward")
    ]


def test_a_serial_is_a_lot_of_one() -> None:
    result = mapped(a_usage_line(charge_code="C-STN", serial="SN-1", lot="L-9"))

    assert result.holds == ()
    assert result.effect is not None
    assert result.effect.lot == "SN-1"


def test_an_implant_without_its_serial_is_posted_and_the_serial_is_asked_for() -> None:
    result = mapped(a_usage_line(charge_code="C-STN", lot="", quantity=Decimal(2)))

    assert result.effect is not None
    assert result.effect.lot == "UNKNOWN"
    assert [hold.code for hold in result.holds] == ["LOT_MISSING"]


@pytest.mark.parametrize(("quantity", "lot"), [("1", "SN-1"), ("2", "")])
def test_a_serial_of_an_item_not_followed_by_serials_blocks_nothing(
    quantity: str, lot: str
) -> None:
    line = a_usage_line(charge_code="C-GLV", serial="SN-1", lot="", quantity=Decimal(quantity))

    result = mapped(line)

    assert result.holds == ()
    assert result.effect is not None
    assert result.effect.lot == lot


def test_the_rules_are_those_that_stood_when_the_document_was_first_mapped() -> None:
    arrived = ChargeCodeRecord(
        application="EHR", charge_code="C-SUT", item="GLV-001", unit="EA", version="2"
    )
    line = a_usage_line()
    earlier = datetime(2026, 3, 5, 11, 59, tzinfo=UTC).isoformat()

    pinned = map_line(line, a_document(line), a_master(arrived), as_of=earlier, now=NOW)
    today = map_line(line, a_document(line), a_master(arrived), as_of=AS_OF, now=NOW)

    assert pinned.effect is not None
    assert today.effect is not None
    assert (pinned.effect.item, today.effect.item) == ("SUT-001", "GLV-001")
