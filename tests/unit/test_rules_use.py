"""The rules of usage events, each by its own worked example."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from shared.canonical.codec import to_json
from shared.canonical.effect import EffectType
from shared.canonical.master import ChargeCodeRecord, StockSourceRecord
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.source_time import SourceTime
from shared.canonical.token import keyed_token
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.effects.decisions import Step, step_for
from shared.effects.reversals import outstanding, reservation_for
from shared.formats.hl7v2.documents import chunked
from shared.formats.hl7v2.reader import read_message
from shared.mapping.reversals import reversal_effect, reversed_quantity
from shared.mapping.usage import MappedLine, map_line, map_usage
from shared.simulation.master_data import SimulatedMasterData
from tests.builders import (
    AS_OF,
    CHARGE_KEY,
    NOW,
    STENT,
    SUTURE,
    a_credit_line,
    a_document,
    a_master,
    a_sighting,
    a_usage_line,
)
from tests.effects import an_entry
from tests.hl7 import ACCOUNT, PATIENT, VISIT, a_dft, an_ft1

IMPLANT = replace(STENT, item_class="implant", version="2")
STITCH = replace(SUTURE, item_class="suture", version="2")
CABINET_MOVES_SUTURES = (
    STITCH,
    IMPLANT,
    StockSourceRecord(facility="NORTH", item_class="suture", application="CABINET"),
    ChargeCodeRecord(application="CABINET", charge_code="SUT-001", item="SUT-001", unit="EA"),
)


def mapped(
    line: UsageLine,
    *,
    master: SimulatedMasterData | None = None,
    application: str = "EHR",
) -> MappedLine:
    document = a_document(line)
    document = replace(document, source=replace(document.source, application=application))
    return map_line(line, document, master or a_master(), as_of=AS_OF, now=NOW)


def posted(line: UsageLine) -> LedgerEntry:
    effect = mapped(line).effect
    assert effect is not None
    return an_entry(effect)


def a_withdrawal(**changes: object) -> UsageLine:
    """The same suture, as the cabinet tells it."""
    line = a_usage_line(
        key=("CABINET", "NORTH", "W-1", "1", "charge"), charge_code="SUT-001", **changes
    )
    return replace(line, lot="")


def test_use2_two_scans_of_two_screws_are_two_uses() -> None:
    at = SourceTime(day=date(2026, 3, 4), time=time(9, 30, 0), offset_minutes=-480)
    first = a_usage_line(used_at=at)
    second = a_usage_line(
        key=("EHR", "NORTH", "T-2", "charge"), used_at=replace(at, time=time(9, 30, 2))
    )

    effects = [mapped(line).effect for line in (first, second)]

    assert len({effect.effect_id for effect in effects if effect}) == 2


def test_use2_the_same_line_told_again_is_a_duplicate_whatever_message_brings_it() -> None:
    line = a_usage_line()
    again = replace(a_document(line), document_id="DOCUMENT-2", message_id="message-2")

    effect = map_line(line, again, a_master(), as_of=AS_OF, now=NOW).effect

    assert effect is not None
    assert effect.effect_id == posted(line).effect.effect_id
    assert step_for(effect, posted(line)) is Step.ACKNOWLEDGE


def test_use2_the_same_line_id_with_other_content_is_a_conflict() -> None:
    changed = mapped(a_usage_line(quantity=Decimal(2))).effect

    assert changed is not None
    assert step_for(changed, posted(a_usage_line())) is Step.CONFLICT


def test_use2a_of_a_withdrawal_and_a_charge_only_the_named_source_moves_stock() -> None:
    master = a_master(*CABINET_MOVES_SUTURES)

    withdrawal = mapped(a_withdrawal(), master=master, application="CABINET")
    charge = mapped(a_usage_line(), master=master)

    assert withdrawal.effect is not None
    assert withdrawal.evidence == ""
    assert (charge.effect, charge.holds, charge.reversal) == (None, (), None)
    assert charge.evidence == "CABINET moves stock of suture"
    assert charge.line_id == posted(a_usage_line()).effect.effect_id  # keyed like any other
    assert charge.beside == withdrawal.beside == "use:NORTH|SUT-001|2026-03-04|c1-CASE"


def test_use2a_without_a_case_the_lot_shows_what_stands_beside_what() -> None:
    line = a_usage_line()
    document = a_document(line, case_token="")

    result = map_line(line, document, a_master(*CABINET_MOVES_SUTURES), as_of=AS_OF, now=NOW)

    assert result.beside == "use:NORTH|SUT-001|2026-03-04|L-1"


@pytest.mark.parametrize(
    "lacks",
    [
        {"department": "LAUNDRY"},
        {"unit": "TUB"},
        {"quantity": Decimal(0)},
        {"project": "P-9"},
        {"lot": ""},
    ],
    ids="-".join,
)
def test_use2a_evidence_is_never_held_whatever_it_lacks(lacks: dict[str, object]) -> None:
    result = mapped(a_usage_line(**lacks), master=a_master(*CABINET_MOVES_SUTURES))

    assert result.evidence
    assert result.holds == ()


def test_use2a_a_reversal_from_an_evidence_source_is_evidence_too() -> None:
    master = a_master(*CABINET_MOVES_SUTURES)

    credit = mapped(a_credit_line(), master=master)
    taken_back = mapped(
        replace(a_withdrawal(), direction=a_credit_line().direction, reverses=a_withdrawal().key),
        master=master,
        application="CABINET",
    )

    assert (credit.evidence, credit.reversal) == ("CABINET moves stock of suture", None)
    assert taken_back.evidence == ""
    assert taken_back.reversal is not None
    assert credit.beside == taken_back.beside != ""


@pytest.mark.parametrize(
    ("changes", "posts"),
    [
        ({"facility": "SOUTH"}, True),
        ({"charge_code": "C-STN", "serial": "SN-1"}, True),
        ({"charge_code": "C-GLV", "lot": ""}, True),
        ({"charge_code": "C-NEW"}, False),
    ],
    ids=["another facility", "another class", "no class", "an unmapped code"],
)
def test_use2a_where_no_rule_is_known_every_source_moves_stock(
    changes: dict[str, object], *, posts: bool
) -> None:
    result = mapped(a_usage_line(**changes), master=a_master(*CABINET_MOVES_SUTURES))

    assert (result.evidence, result.beside) == ("", "")
    assert (result.effect is not None) == posts


def test_use2a_the_rule_counts_from_the_moment_it_is_made() -> None:
    master = a_master(*CABINET_MOVES_SUTURES)
    before = (NOW - timedelta(seconds=1)).isoformat()
    line = a_usage_line()

    earlier = map_line(line, a_document(line), master, as_of=before, now=NOW)

    assert earlier.effect is not None


def test_use2a_a_sender_learns_nothing_of_a_facility_that_is_not_its_own() -> None:
    line = a_usage_line()
    document = a_document(line, facilities=("SOUTH",))

    result = map_line(line, document, a_master(*CABINET_MOVES_SUTURES), as_of=AS_OF, now=NOW)

    assert (result.evidence, result.beside) == ("", "")
    assert [hold.code for hold in result.holds] == ["FACILITY_UNKNOWN"]


def test_use2a_a_document_lists_its_evidence_with_the_reason() -> None:
    evidence, use = a_usage_line(), a_usage_line(charge_code="C-GLV", key=("k",), lot="")
    document = a_document(evidence, use)

    result = map_usage(document, a_master(*CABINET_MOVES_SUTURES), as_of=AS_OF, now=NOW)

    assert result.evidence == ((evidence, "CABINET moves stock of suture"),)
    assert [effect.item for effect in result.effects] == ["GLV-001"]


def test_use5_a_reversal_is_the_inverse_at_the_cost_of_the_original_not_todays() -> None:
    use = a_usage_line(charge_code="C-STN", serial="SN-1", project="P-1")
    original = posted(use)
    credit = a_credit_line(charge_code="", department="", lot="")
    dearer = a_master(replace(STENT, unit_cost=Decimal("999.00"), version="2"))
    intent = mapped(credit, master=dearer).reversal
    assert intent is not None
    asked = reversed_quantity(intent, original, dearer, as_of=AS_OF)
    assert isinstance(asked, Decimal)
    share = reservation_for(original, intent.line_id, asked)
    assert share is not None

    inverse = reversal_effect(intent, a_document(credit), original.effect, share)

    effect = original.effect
    assert inverse.effect_type is EffectType.REVERSAL
    assert (inverse.item, inverse.lot) == (effect.item, "SN-1")
    assert (inverse.unit_cost, inverse.amount) == (Decimal("727.50"), effect.amount)
    assert inverse.dimensions == effect.dimensions
    assert (inverse.from_place, inverse.to_place) == (effect.to_place, effect.from_place)


def test_use5_the_original_is_the_charge_that_the_credit_names() -> None:
    intent = mapped(a_credit_line()).reversal

    assert intent is not None
    assert intent.line.reverses == CHARGE_KEY
    assert intent.original_id == posted(a_usage_line()).effect.effect_id


def test_use6_of_five_three_and_three_come_back_as_three_and_two_with_one_in_excess() -> None:
    original = posted(a_usage_line(quantity=Decimal(5)))
    three = Decimal(3)

    first = reservation_for(original, "first", three)
    assert first is not None
    after = replace(original, reservations=(first,))
    second = reservation_for(after, "second", three)

    assert second is not None
    assert [first.quantity, second.quantity, three - second.quantity] == [3, 2, 1]
    assert first.amount + second.amount == original.effect.amount
    assert outstanding(replace(after, reservations=(first, second))) == 0
    assert original.state is EffectState.DONE


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (SourceTime(day=date(2026, 3, 4), time=time(23, 50)), date(2026, 3, 4)),
        (SourceTime(day=date(2026, 3, 5), time=time(1, 40)), date(2026, 3, 5)),
        (
            SourceTime(day=date(2026, 3, 5), time=time(7, 50), offset_minutes=0),
            date(2026, 3, 4),
        ),
    ],
    ids=["before midnight", "after midnight", "stated in UTC"],
)
def test_use8_a_case_across_midnight_is_booked_by_each_lines_own_time(
    at: SourceTime, expected: date
) -> None:
    effect = mapped(a_usage_line(used_at=at)).effect
    reversal = mapped(a_credit_line(used_at=at)).reversal

    assert effect is not None
    assert reversal is not None
    assert (effect.accounting_date, reversal.accounting_date) == (expected, expected)


def test_use9_what_goes_on_from_the_edge_knows_the_patient_by_token_only() -> None:
    case = keyed_token(b"0" * 32, 1, "case", VISIT)
    (document,) = _read(a_dft(an_ft1(), an_ft1("T-2", code="NEW")), case)

    result = map_usage(document, a_master(_gloves()), as_of=AS_OF, now=NOW)

    (effect,) = result.effects
    assert effect.case_token == case
    told = [to_json(each) for each in (document, effect, *result.holds)]
    assert len(told) == 3
    for name in (PATIENT, ACCOUNT, VISIT, "TEST", "PATIENT^"):
        assert not any(name in text for text in told)


def _read(body: bytes, case: str) -> tuple[SupplyUsage, ...]:
    return chunked(read_message(body), a_sighting(), case_token=case, patient_token="")


def _gloves() -> ChargeCodeRecord:
    return ChargeCodeRecord(application="EHR", charge_code="27000004", item="GLV-001", unit="EA")
