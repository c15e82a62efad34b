"""What comes back of a use is never more than was used, and nets to nothing when all of it is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import LedgerEntry, Reservation
from shared.canonical.quantity import Quantity, UnitFactor
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import UsageLine
from shared.effects.identity import content_hash, effect_id
from shared.effects.reversals import outstanding, reservation_for
from shared.mapping.problems import Problem
from shared.mapping.reversals import ReversalIntent, reversal_effect, reversed_quantity
from shared.mapping.usage import map_line
from shared.simulation.master_data import MasterRecord
from tests.builders import (
    AS_OF,
    CHARGE_KEY,
    GLOVE,
    NOW,
    SUTURE,
    a_credit_line,
    a_document,
    a_master,
    a_unit,
    a_usage_line,
)
from tests.effects import an_entry, an_issue

COSTS = st.decimals("0", "9999.9999", places=4, allow_nan=False)
PARTS = st.lists(st.integers(1, 40), min_size=1, max_size=8)
MILLIONTHS = st.lists(
    st.decimals("0.000001", "500", places=6, allow_nan=False), min_size=1, max_size=6
)


def an_original(quantity: str = "3", unit_cost: str = "23.7575") -> LedgerEntry:
    return an_entry(an_issue(quantity=quantity, unit_cost=unit_cost))


def reserved(original: LedgerEntry, wanted: Iterable[str | Decimal | int]) -> LedgerEntry:
    """The original after reversals have asked for these quantities, one after the other."""
    for quantity in wanted:
        number = len(original.reservations) + 1
        taken = reservation_for(original, f"reversal-{number}", Decimal(quantity))
        if taken is not None:
            original = replace(original, reservations=(*original.reservations, taken))
    return original


def parts(original: LedgerEntry) -> list[tuple[str, str]]:
    return [(str(each.quantity), str(each.amount)) for each in original.reservations]


def intent_of(line: UsageLine, facilities: tuple[str, ...] = ("NORTH", "SOUTH")) -> ReversalIntent:
    document = a_document(line, facilities=facilities)
    found = map_line(line, document, a_master(), as_of=AS_OF, now=NOW).reversal
    assert found is not None
    return found


def posted(line: UsageLine) -> LedgerEntry:
    effect = map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW).effect
    assert effect is not None
    return an_entry(effect)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["3"], [("3", "71.27")]),
        (["1", "2"], [("1", "23.76"), ("2", "47.51")]),
        (["2", "1"], [("2", "47.51"), ("1", "23.76")]),
        (["1", "1", "1"], [("1", "23.76"), ("1", "23.75"), ("1", "23.76")]),
    ],
)
def test_three_that_cost_23_7575_come_back_for_what_they_were_booked_at(
    wanted: list[str], expected: list[tuple[str, str]]
) -> None:
    assert parts(reserved(an_original(), wanted)) == expected


def test_a_share_that_ends_on_half_a_cent_goes_to_the_even_cent() -> None:
    one_cent_for_two = an_original("2", "0.005")
    three_cents_for_two = an_original("2", "0.015")

    assert parts(reserved(one_cent_for_two, ["1", "1"])) == [("1", "0.00"), ("1", "0.01")]
    assert parts(reserved(three_cents_for_two, ["1", "1"])) == [("1", "0.02"), ("1", "0.01")]


@given(PARTS, COSTS, st.randoms(use_true_random=False))
def test_parts_in_any_order_give_back_exactly_what_was_booked(
    quantities: list[int], unit_cost: Decimal, chance: Random
) -> None:
    shuffled = list(quantities)
    chance.shuffle(shuffled)
    original = an_original(str(sum(quantities)), str(unit_cost))

    after = reserved(original, shuffled)

    assert sum(each.amount for each in after.reservations) == original.effect.amount
    assert all(each.amount >= 0 for each in after.reservations)
    assert outstanding(after) == 0


@given(MILLIONTHS, COSTS)
def test_parts_of_what_can_be_divided_give_back_exactly_what_was_booked(
    quantities: list[Decimal], unit_cost: Decimal
) -> None:
    original = an_original(str(sum(quantities)), str(unit_cost))

    after = reserved(original, quantities)

    assert sum(each.amount for each in after.reservations) == original.effect.amount
    assert outstanding(after) == 0


@given(PARTS, PARTS, COSTS)
def test_what_a_quantity_is_worth_does_not_depend_on_the_parts_it_came_back_in(
    one_way: list[int], rest: list[int], unit_cost: Decimal
) -> None:
    original = an_original(str(sum(one_way) + sum(rest)), str(unit_cost))

    in_parts, at_once = reserved(original, one_way), reserved(original, [sum(one_way)])

    total = sum(each.amount for each in in_parts.reservations)
    assert [each.amount for each in at_once.reservations] == [total]


@given(st.integers(1, 60), st.lists(st.integers(1, 30), max_size=8), COSTS)
def test_no_more_comes_back_than_was_used(used: int, wanted: list[int], unit_cost: Decimal) -> None:
    original = an_original(str(used), str(unit_cost))

    after = reserved(original, wanted)

    taken = sum(each.quantity for each in after.reservations)
    assert taken == min(used, sum(wanted))
    assert 0 <= sum(each.amount for each in after.reservations) <= original.effect.amount


def test_three_and_three_of_five_give_three_and_two() -> None:
    after = reserved(an_original("5", "4.25"), ["3", "3", "1"])

    assert parts(after) == [("3", "12.75"), ("2", "8.50")]


def test_a_reversal_that_asks_again_gets_what_it_has() -> None:
    original = reserved(an_original("5", "4.25"), ["3", "3"])

    again = reservation_for(original, "reversal-2", Decimal(3))

    assert again == original.reservations[1]
    assert reservation_for(original, "reversal-3", Decimal(1)) is None


@pytest.mark.parametrize("nothing", ["0", "-1"])
def test_nothing_is_never_reserved(nothing: str) -> None:
    with pytest.raises(ValueError, match="takes something back"):
        reservation_for(an_original(), "reversal-1", Decimal(nothing))


def test_a_credit_is_on_its_way_to_the_charge_it_names() -> None:
    line = a_credit_line(
        charge_code="C-NEW",
        department="",
        used_at=SourceTime(day=date(2026, 4, 1), time=time(1, 30), offset_minutes=-300),
    )

    result = map_line(line, a_document(line), a_master(), as_of=AS_OF, now=NOW)

    original = effect_id("meridian", EffectType.ISSUE, CHARGE_KEY)
    assert (result.effect, result.holds, result.evidence) == (None, (), "")
    assert result.reversal == ReversalIntent(
        line=line,
        line_id=effect_id("meridian", EffectType.REVERSAL, (original, *line.key)),
        content_hash=content_hash(line),
        original_id=original,
        accounting_date=date(2026, 3, 31),  # 23:30 in the facility
        moved_at="2026-04-01T06:30:00+00:00",
        facilities=("NORTH", "SOUTH"),
    )


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("", 200), ("BX", 200), ("EA", 2), ("HB", 1)],
    ids=["unstated", "the original's", "the base unit", "another"],
)
def test_a_credit_counts_in_its_originals_unit_unless_it_states_another(
    unit: str, expected: int
) -> None:
    before_the_change = SourceTime(day=date(2026, 3, 3))  # boxes of 100; of 80 since then
    original = posted(a_usage_line(charge_code="C-BOX", used_at=before_the_change, lot=""))
    credit = a_credit_line(unit=unit, quantity=Decimal(2))

    asked = reversed_quantity(intent_of(credit), original, a_master(), as_of=AS_OF)

    assert asked == expected


def test_another_unit_counts_by_the_factor_of_the_credits_own_date() -> None:
    original = posted(a_usage_line(charge_code="C-GLV", quantity=Decimal(300), lot=""))
    on = [SourceTime(day=date(2026, 3, day)) for day in (3, 4)]
    intents = [intent_of(a_credit_line(unit="BX", used_at=used_at)) for used_at in on]

    asked = [reversed_quantity(each, original, a_master(), as_of=AS_OF) for each in intents]

    assert asked == [100, 80]


def refusal(credit: UsageLine, original: LedgerEntry, *records: MasterRecord) -> Problem:
    master = a_master(*records)
    found = reversed_quantity(intent_of(credit), original, master, as_of=AS_OF)
    assert isinstance(found, Problem)
    return found


def test_a_unit_without_a_factor_waits_for_one() -> None:
    found = refusal(a_credit_line(unit="TUB"), posted(a_usage_line()))

    assert (found.code, found.missing) == ("UOM_UNKNOWN", ("unit#SUT-001#TUB",))


def test_a_factor_into_another_base_unit_says_nothing_of_the_original() -> None:
    now_in_pairs = replace(SUTURE, base_unit="PR", version="2")
    original = posted(a_usage_line())

    found = refusal(a_credit_line(unit="BX"), original, now_in_pairs, a_unit("SUT-001", "BX", 6))

    assert found.code == "UOM_UNKNOWN"
    asked = reversed_quantity(
        intent_of(a_credit_line(unit="EA")), original, a_master(now_in_pairs), as_of=AS_OF
    )
    assert asked == 1


@pytest.mark.parametrize("charge_code", ["C-GLV", "C-STN"])
def test_half_of_what_cannot_be_divided_does_not_come_back(charge_code: str) -> None:
    original = posted(a_usage_line(charge_code=charge_code))

    found = refusal(a_credit_line(quantity=Decimal("0.5")), original)

    assert found.code == "QUANTITY_FRACTIONAL"


def test_what_is_followed_by_serials_comes_back_whole_even_if_it_could_be_divided() -> None:
    original = posted(a_usage_line(charge_code="C-STN", serial="SN-1"))
    divisible = replace(GLOVE, item="STN-001", is_divisible=True, is_serial_controlled=True)

    found = refusal(a_credit_line(quantity=Decimal("0.5")), original, divisible)

    assert found.code == "QUANTITY_FRACTIONAL"


def test_an_item_that_the_rules_of_that_moment_do_not_know_is_waited_for() -> None:
    original = an_original()  # of an item without a record

    found = refusal(a_credit_line(), original)

    assert (found.code, found.missing) == ("ITEM_UNMAPPED", ("item#ITM-0001",))


def test_a_sender_takes_back_only_what_lies_in_its_facilities() -> None:
    original = posted(a_usage_line(facility="SOUTH"))
    intent = intent_of(a_credit_line(), facilities=("NORTH",))

    found = reversed_quantity(intent, original, a_master(), as_of=AS_OF)

    assert isinstance(found, Problem)
    assert found.code == "FACILITY_UNKNOWN"


def test_a_reversal_is_never_taken_back() -> None:
    original = posted(a_usage_line())
    reversal = replace(original.effect, effect_type=EffectType.REVERSAL)

    found = refusal(a_credit_line(), an_entry(reversal))

    assert found.code == "REVERSAL_UNPAIRED"


def test_a_reversal_is_the_inverse_of_what_is_reserved() -> None:
    use = a_usage_line(quantity=Decimal(3), project="P-1", service_line="S-1")
    original = posted(use).effect
    credit = a_credit_line(lot="L-OTHER", department="ICU", charge_code="C-GLV")
    document = a_document(
        credit, document_id="DOCUMENT-2", message_id="message-2", status_to="ORTRACK"
    )
    intent = intent_of(credit)
    share = Reservation(reversal_id=intent.line_id, quantity=Decimal(2), amount=Decimal("47.51"))

    effect = reversal_effect(intent, document, original, share)

    assert effect == Effect(
        effect_id=intent.line_id,
        effect_type=EffectType.REVERSAL,
        tenant="meridian",
        content_hash=content_hash(credit),
        document_id="DOCUMENT-2",
        correlation_id="message-2",
        item=original.item,
        quantity=Quantity(
            stated=Decimal(2),
            stated_unit="EA",
            factor=UnitFactor(unit="EA", numerator=1, denominator=1, version="identity"),
            in_base_units=Decimal(2),
            base_unit="EA",
        ),
        from_place=original.to_place,
        to_place=original.from_place,
        dimensions=original.dimensions,
        accounting_date=intent.accounting_date,
        unit_cost=original.unit_cost,
        amount=Decimal("47.51"),
        lot="L-1",
        case_token=original.case_token,
        status_to="ORTRACK",
        source_line="/".join(credit.key),
        reverses=original.effect_id,
        moved_at=intent.moved_at,
    )
