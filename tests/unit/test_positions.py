"""From facts to positions: whatever the order, a count replaces what was on hand (PAR5)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.effect import EffectType
from shared.canonical.outcome import EffectState
from shared.canonical.stock import StockCause, StockFact, StockPosition
from shared.inventory.comparison import StockRow, compared
from shared.inventory.positions import fact_of, positions_of
from shared.ports.erp import StockOnHand
from tests.effects import an_entry, an_issue
from tests.stock import STORE, a_fact

BEFORE, COUNTED, AFTER = (f"2026-03-04T{hour}:00:00+00:00" for hour in ("11", "12", "13"))
EVERYWHERE = {"lot": "UNKNOWN", "covers_all_lots": True}


@st.composite
def facts(draw: st.DrawFn) -> StockFact:
    """Any fact but its id; a count of all lots is on the lot that stands for one not named."""
    cause = draw(st.sampled_from([each for each in StockCause if each is not StockCause.OPENING]))
    is_count = cause is StockCause.COUNT
    covers = is_count and draw(st.booleans())
    quantity = draw(st.decimals("0" if is_count else "-99", "99", places=2))
    return a_fact(
        place=draw(st.sampled_from([STORE, "SOUTH-STO"])),
        item=draw(st.sampled_from(["GLV-001", "SUT-001"])),
        at=draw(st.sampled_from([BEFORE, COUNTED, AFTER])),
        cause=cause,
        quantity=quantity,
        lot="UNKNOWN" if covers else draw(st.sampled_from(["", "UNKNOWN", "L-1", "L-2"])),
        covers_all_lots=covers,
        document_id=draw(st.sampled_from(["REPORT-1", "REPORT-2"])),
        is_booked=not is_count and draw(st.booleans()),
    )


FACTS = st.lists(facts(), max_size=12).map(
    lambda told: [replace(fact, fact_id=f"fact-{number}") for number, fact in enumerate(told)]
)


def a_count(fact_id: str, quantity: str, **changes: Any) -> StockFact:  # noqa: ANN401
    said = {"at": COUNTED, "cause": StockCause.COUNT} | changes
    return a_fact(fact_id, quantity, **said)


def a_use(fact_id: str, quantity: str, **changes: Any) -> StockFact:  # noqa: ANN401
    return a_fact(fact_id, f"-{quantity}", cause=StockCause.ISSUE, **changes)


def an_opening(quantity: str, **changes: Any) -> StockFact:  # noqa: ANN401
    said = {"at": "", "cause": StockCause.OPENING, "is_booked": True} | changes
    return a_fact(f"opening-{said.get('lot', '')}", quantity, **said)


def only(*told: StockFact) -> StockPosition:
    (position,) = positions_of(told)
    return position


def on_hand(*told: StockFact) -> dict[str, str]:
    return {each.lot: str(each.on_hand) for each in positions_of(told)}


def differing(position: StockPosition) -> dict[str, str]:
    return {cause.value: str(quantity) for cause, quantity in position.differing.items()}


@given(told=FACTS, data=st.data())
def test_any_order_of_the_facts_gives_the_same_positions(
    told: list[StockFact], data: st.DataObject
) -> None:
    retraction = a_fact("retraction", retracts="fact-0")
    shuffled = data.draw(st.permutations([*told, retraction]))

    assert positions_of(shuffled) == positions_of([*told, retraction])


@given(told=FACTS)
def test_what_differs_by_cause_is_all_that_is_between_the_books_and_the_shelf(
    told: list[StockFact],
) -> None:
    for position in positions_of(told):
        assert position.on_hand - position.booked == sum(position.differing.values(), Decimal(0))
        assert Decimal(0) not in position.differing.values()


@given(told=FACTS, other=facts(), data=st.data())
def test_a_retracted_fact_is_as_if_it_never_was(
    told: list[StockFact], other: StockFact, data: st.DataObject
) -> None:
    wrong = replace(other, fact_id="wrong")
    retraction = replace(other, fact_id="retraction", retracts="wrong")
    shuffled = data.draw(st.permutations([*told, wrong, retraction]))

    assert positions_of(shuffled) == positions_of(told)


@given(
    told=FACTS.map(lambda each: [fact for fact in each if fact.at != AFTER]),
    used=st.integers(1, 99),
    is_booked=st.booleans(),
)
def test_a_use_before_a_count_changes_nothing_on_hand_whenever_it_is_told(
    told: Sequence[StockFact], *, used: int, is_booked: bool
) -> None:
    count = a_count("count", "7", at=AFTER, document_id="REPORT-9")
    late = a_use("late", str(used), at=COUNTED, is_booked=is_booked)

    before = {(each.place, each.item, each.lot): each for each in positions_of([*told, count])}
    after = {(each.place, each.item, each.lot): each for each in positions_of([*told, count, late])}

    counted = STORE, "GLV-001", ""
    variance = [
        each[counted].differing.get(StockCause.COUNT, Decimal(0)) for each in (before, after)
    ]
    assert {key: each.on_hand for key, each in after.items()} == {
        key: each.on_hand for key, each in before.items()
    }
    assert variance[1] - variance[0] == used
    assert before[counted].booked - after[counted].booked == (used if is_booked else 0)


def test_nothing_is_known_of_no_facts() -> None:
    assert positions_of([]) == ()


def test_a_count_replaces_what_was_on_hand_and_the_rest_is_its_variance() -> None:
    found = only(an_opening("10"), a_count("count", "7"))

    assert (str(found.on_hand), str(found.booked), found.counted_at) == ("7", "10", COUNTED)
    assert differing(found) == {"count": "-3"}


def test_a_late_use_before_the_count_is_the_count_variance_until_and_after_it_is_posted() -> None:
    known = [an_opening("10"), a_count("count", "7")]

    waiting = only(*known, a_use("late", "2", at=BEFORE))
    posted = only(*known, a_use("late", "2", at=BEFORE, is_booked=True))

    assert (str(waiting.on_hand), str(waiting.booked)) == ("7", "10")
    assert differing(waiting) == {"issue": "-2", "count": "-1"}
    assert (str(posted.on_hand), str(posted.booked)) == ("7", "8")
    assert differing(posted) == {"count": "-1"}


def test_a_count_that_the_books_agree_with_differs_in_nothing() -> None:
    found = only(an_opening("10"), a_use("late", "3", at=BEFORE, is_booked=True), a_count("c", "7"))

    assert (str(found.on_hand), str(found.booked), differing(found)) == ("7", "7", {})


@pytest.mark.parametrize("at", [COUNTED, AFTER])
def test_what_is_used_at_the_very_second_of_a_count_or_later_counts_on_top(at: str) -> None:
    found = only(a_use("a-use", "2", at=at), an_opening("10"), a_count("count", "7"))

    assert (str(found.on_hand), differing(found)) == ("5", {"count": "-3", "issue": "-2"})


def test_receipts_and_updates_differ_from_the_books_each_under_its_cause() -> None:
    found = only(
        an_opening("10"),
        a_fact("in", "5", cause=StockCause.RECEIPT),
        a_fact("waste", "-0.5", cause=StockCause.UPDATE),
        a_fact("back", "1", cause=StockCause.RETURN, is_booked=True),
    )

    assert (str(found.on_hand), str(found.booked)) == ("15.5", "11")
    assert differing(found) == {"receipt": "5", "update": "-0.5"}


def test_counts_of_one_report_at_one_time_add_up() -> None:
    clean, dirty = a_count("clean", "4"), a_count("dirty", "3")

    assert on_hand(an_opening("10"), clean, dirty) == {"": "7"}


def test_counts_of_one_report_at_two_times_do_not_add_up() -> None:
    assert on_hand(a_count("first", "4", at=BEFORE), a_count("second", "3")) == {"": "3"}


def test_of_two_reports_the_later_time_wins_whichever_came_first() -> None:
    early = a_count("early", "4", at=BEFORE, document_id="REPORT-2")
    late = a_count("late", "3", document_id="REPORT-1")

    assert on_hand(early, late) == on_hand(late, early) == {"": "3"}


def test_of_two_reports_of_one_time_one_wins_and_they_do_not_add_up() -> None:
    one = a_count("one", "4", document_id="REPORT-1")
    two = a_count("two", "3", document_id="REPORT-2")

    assert on_hand(one, two) == on_hand(two, one) == {"": "3"}


def test_a_count_of_one_lot_says_nothing_of_another() -> None:
    opened = [an_opening("10", lot="L-1"), an_opening("5", lot="L-2")]

    assert on_hand(*opened, a_count("count", "7", lot="L-1")) == {"L-1": "7", "L-2": "5"}


def test_a_count_that_covers_all_lots_sets_the_others_to_nothing() -> None:
    opened = [an_opening("10", lot="L-1"), an_opening("5", lot="L-2")]

    found = {each.lot: each for each in positions_of([*opened, a_count("all", "12", **EVERYWHERE)])}

    assert {lot: str(each.on_hand) for lot, each in found.items()} == {
        "L-1": "0",
        "L-2": "0",
        "UNKNOWN": "12",
    }
    assert {each.counted_at for each in found.values()} == {COUNTED}
    assert {lot: differing(each) for lot, each in found.items()} == {
        "L-1": {"count": "-10"},
        "L-2": {"count": "-5"},
        "UNKNOWN": {"count": "12"},
    }


def test_lots_that_the_same_report_names_stand_beside_what_covers_the_rest() -> None:
    told = [a_count("all", "2", **EVERYWHERE), a_count("one", "7", lot="L-1")]

    assert on_hand(an_opening("10", lot="L-1"), *told) == {"L-1": "7", "UNKNOWN": "2"}


def test_a_use_of_a_lot_before_all_lots_were_counted_leaves_nothing_of_it() -> None:
    told = [a_count("all", "12", **EVERYWHERE), a_use("late", "2", at=BEFORE, lot="L-9")]

    assert on_hand(*told) == {"L-9": "0", "UNKNOWN": "12"}


def test_a_retracted_count_gives_back_what_it_had_replaced() -> None:
    count = a_count("count", "7")
    retraction = replace(count, fact_id="retraction", retracts="count")

    found = only(an_opening("10"), count, retraction)

    assert (str(found.on_hand), found.counted_at, differing(found)) == ("10", "", {})


def test_positions_stand_in_the_order_of_place_item_and_lot() -> None:
    told = [
        a_fact("1", place="B"),
        a_fact("2", place="A", item="I-2"),
        a_fact("3", place="A", item="I-1", lot="L-2"),
        a_fact("4", place="A", item="I-1", lot="L-1"),
    ]

    found = [(each.place, each.item, each.lot) for each in positions_of(told)]

    assert found == [
        ("A", "I-1", "L-1"),
        ("A", "I-1", "L-2"),
        ("A", "I-2", ""),
        ("B", "GLV-001", ""),
    ]


@pytest.mark.parametrize("state", list(EffectState))
def test_a_use_is_on_hand_whatever_the_erp_says_unless_it_was_cancelled_out(
    state: EffectState,
) -> None:
    issue = replace(an_issue(quantity="2"), lot="L-1", moved_at=BEFORE)

    fact = fact_of(an_entry(issue, state))

    expected = StockFact(
        fact_id=issue.effect_id,
        tenant="meridian",
        place="NORTH-STO",
        item="ITM-0001",
        at=BEFORE,
        cause=StockCause.ISSUE,
        quantity=Decimal(-2),
        lot="L-1",
        document_id="DOCUMENT-1",
        is_booked=state is EffectState.DONE,
    )
    assert fact == (None if state is EffectState.OFFSET else expected)


def test_what_comes_back_is_more_where_it_comes_to() -> None:
    reversal = replace(
        an_issue(quantity="2"),
        effect_type=EffectType.REVERSAL,
        from_place="NORTH-OR-USED",
        to_place="NORTH-STO",
    )

    fact = fact_of(an_entry(reversal))

    assert fact is not None
    assert (fact.place, fact.cause, str(fact.quantity)) == ("NORTH-STO", StockCause.RETURN, "2")


def test_each_item_and_lot_that_either_side_knows_is_compared() -> None:
    told = positions_of(
        [
            an_opening("10", lot="L-1"),
            a_use("use", "2", lot="L-1"),
            a_count("all", "6", at=AFTER, lot="L-2"),
        ]
    )
    held = [
        StockOnHand(item="GLV-001", lot="L-1", quantity=Decimal(6)),
        StockOnHand(item="GLV-001", lot="L-1", quantity=Decimal(5)),
        StockOnHand(item="ABC-001", lot="", quantity=Decimal(3)),
    ]

    rows = compared(told, held)

    assert rows == (
        a_row("ABC-001", "", on_hand="0", in_erp="3", unexplained="3"),
        a_row("GLV-001", "L-1", {StockCause.ISSUE: Decimal(-2)}, on_hand="8", in_erp="11"),
        a_row(
            "GLV-001",
            "L-2",
            {StockCause.COUNT: Decimal(6)},
            on_hand="6",
            in_erp="0",
            unexplained="0",
            counted_at=AFTER,
        ),
    )


def a_row(
    item: str,
    lot: str,
    causes: dict[StockCause, Decimal] | None = None,
    *,
    on_hand: str,
    in_erp: str,
    unexplained: str = "1",
    counted_at: str = "",
) -> StockRow:
    return StockRow(
        item=item,
        lot=lot,
        on_hand=Decimal(on_hand),
        in_erp=Decimal(in_erp),
        differing=causes or {},
        counted_at=counted_at,
        unexplained=Decimal(unexplained),
    )


def test_nothing_beside_nothing_makes_no_row() -> None:
    assert compared([], []) == ()
