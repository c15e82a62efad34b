"""Every hold has an owner, a clock, a reason and a way out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.canonical.hold import HoldKind
from shared.holds.codes import HOLD_CODES, HoldCode, Owner
from shared.holds.opening import HoldFacts, hold_for

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
FACTS = HoldFacts(line_id="l" * 64, document_id="DOCUMENT", message_id="message-1")
SPINE = {
    *("FACILITY_UNKNOWN", "DEPARTMENT_UNKNOWN", "ITEM_UNMAPPED", "UOM_UNKNOWN", "UOM_INEXACT"),
    *("QUANTITY_FRACTIONAL", "SERIAL_QUANTITY", "LOT_MISSING", "ITEM_INACTIVE"),
    *("DIMENSION_INVALID", "REVERSAL_UNPAIRED", "REVERSAL_EXCESS", "REVERSAL_NOTHING_LEFT"),
    *("LINE_MALFORMED", "CONFLICT", "ERP_REFUSED"),
    *("PERIOD_CLOSED", "MASTER_DATA_MISSING", "INSUFFICIENT_STOCK", "TARGET_ACCESS", "REVIEW"),
    "POISON",
}


def entries() -> list[HoldCode]:
    return list(HOLD_CODES.values())


def test_every_code_of_the_spine_is_explained() -> None:
    assert set(HOLD_CODES) >= SPINE


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.code)
def test_a_code_says_what_it_means_who_owns_it_and_what_releases_it(entry: HoldCode) -> None:
    assert HOLD_CODES[entry.code] is entry
    assert entry.meaning.endswith(".")
    assert entry.releases.endswith(".")
    assert entry.rule
    assert entry.owner in Owner
    assert 1 <= entry.due_hours <= 72
    assert entry.next_command.format(line_id="L", document_id="D")


def test_only_what_is_posted_all_the_same_is_advisory() -> None:
    advisory = {entry.code for entry in entries() if entry.kind is HoldKind.ADVISORY}

    assert advisory == {"LOT_MISSING", "ITEM_INACTIVE", "REVERSAL_EXCESS"}


@pytest.mark.parametrize(("code", "hours"), [("LOT_MISSING", 24), ("REVERSAL_UNPAIRED", 24)])
def test_the_clocks_that_the_rules_set_are_kept(code: str, hours: int) -> None:
    assert HOLD_CODES[code].due_hours == hours


def test_opening_takes_owner_clock_and_way_out_from_the_table() -> None:
    hold = hold_for("ITEM_UNMAPPED", replace(FACTS, missing=("charge#EHR#C-1",)), now=NOW)

    assert hold.kind is HoldKind.BLOCKING
    assert hold.owner == "supply_chain_analyst"
    assert hold.due_at == NOW + timedelta(hours=HOLD_CODES["ITEM_UNMAPPED"].due_hours)
    assert hold.releases == HOLD_CODES["ITEM_UNMAPPED"].releases
    assert hold.detail == HOLD_CODES["ITEM_UNMAPPED"].meaning
    assert hold.missing == ("charge#EHR#C-1",)


def test_a_step_may_say_more_than_the_table() -> None:
    facts = replace(FACTS, detail="FT1-10 is no number", rule="HL7 NM", amount=Decimal("1.50"))

    hold = hold_for("LINE_MALFORMED", facts, now=NOW)

    assert (hold.detail, hold.rule, hold.amount) == (
        "FT1-10 is no number",
        "HL7 NM",
        Decimal("1.50"),
    )


def test_nobody_can_open_a_hold_that_the_table_does_not_explain() -> None:
    with pytest.raises(KeyError):
        hold_for("BAD_LUCK", FACTS, now=NOW)
