"""What lies at a place, read from its facts and from the effects of the ledger."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState
from shared.canonical.stock import Opening, StockCause, StockFact
from shared.simulation.clock import START, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.stock_store import SimulatedStockStore
from shared.workflow.read_positions import ReadPositions, months
from tests.effects import an_entry, an_issue
from tests.stock import STORE, a_fact

COUNTED, AFTER = "2026-03-04T12:00:00+00:00", "2026-03-04T13:00:00+00:00"
GLOVES, STENTS = "GLV-001", "STN-001"


@dataclass
class World:
    """A storeroom whose facts and effects a test tells."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    stock: SimulatedStockStore = field(default_factory=SimulatedStockStore)
    ledger: SimulatedEffectLedger = field(default_factory=SimulatedEffectLedger)

    def tell(self, *facts: StockFact) -> None:
        self.stock.record(facts)

    def use(self, *effects: Effect, state: EffectState = EffectState.DONE) -> None:
        self.ledger.record([an_entry(effect, state) for effect in effects])

    def open(self, quantity: str, *, since: str = "2026-02", item: str = GLOVES) -> None:
        fact = a_fact(
            "opening", quantity, item=item, at="", cause=StockCause.OPENING, is_booked=True
        )
        self.stock.open_place(
            Opening(
                tenant="meridian",
                place=STORE,
                since=since,
                taken_at=COUNTED,
                attempt="attempt-1",
                facts=(replace(fact, document_id="attempt-1"),),
            )
        )

    def on_hand(self, item: str = "") -> dict[str, str]:
        positions = ReadPositions(stock=self.stock, ledger=self.ledger, clock=self.clock)
        found = positions("meridian", "NORTH", STORE, item)
        return {each.item: str(each.on_hand) for each in found}


def a_count(fact_id: str, quantity: str, **changes: Any) -> StockFact:  # noqa: ANN401
    said = {"at": COUNTED, "cause": StockCause.COUNT} | changes
    return a_fact(fact_id, quantity, **said)


def a_use(
    transaction: str = "TX-1",
    quantity: str = "2",
    *,
    on: date = date(2026, 3, 4),
    **changes: Any,  # noqa: ANN401
) -> Effect:
    said = {"item": GLOVES, "moved_at": AFTER} | changes
    return replace(an_issue(transaction, quantity=quantity, on=on), **said)


def test_of_a_place_that_nobody_opened_or_counted_nothing_is_told() -> None:
    world = World()
    world.tell(a_fact("in", "5"), a_fact("out", "-1", cause=StockCause.UPDATE))
    world.use(a_use())

    assert world.on_hand() == {}


def test_a_count_is_enough_to_follow_a_place_from() -> None:
    world = World()
    world.tell(a_count("count", "7"), a_fact("in", "5", at=AFTER))
    world.use(a_use())

    assert world.on_hand() == {GLOVES: "10"}


def test_of_a_place_that_was_only_counted_nothing_is_told_of_what_was_not() -> None:
    world = World()
    world.tell(a_count("count", "7"), a_fact("in", "5", item="SUT-001"))
    world.use(a_use(item=STENTS))

    assert world.on_hand() == {GLOVES: "7"}
    assert world.on_hand(STENTS) == {}


def test_of_an_opened_place_all_is_told() -> None:
    world = World()
    world.open("10")
    world.tell(a_fact("in", "5", item="SUT-001"))
    world.use(a_use(), a_use("TX-2", item=STENTS))

    assert world.on_hand() == {GLOVES: "8", STENTS: "-2", "SUT-001": "5"}
    assert world.on_hand(STENTS) == {STENTS: "-2"}


def test_a_retracted_count_is_no_count_to_follow_a_place_from() -> None:
    world = World()
    count = a_count("count", "7")
    world.tell(count, replace(count, fact_id="retraction", retracts="count"))

    assert world.on_hand() == {}


def test_effects_before_the_opening_month_are_in_its_balance() -> None:
    world = World()
    world.open("10", since="2026-02")
    world.use(
        a_use("TX-1", on=date(2026, 1, 31)),
        a_use("TX-2", "3", on=date(2026, 2, 1)),
        a_use("TX-3", "4", on=date(2026, 3, 14)),
    )

    assert world.on_hand() == {GLOVES: "3"}


def test_a_use_is_told_whatever_became_of_it_but_cancelled_out_ones() -> None:
    world = World()
    world.open("100")
    for number, state in enumerate(EffectState):
        world.use(a_use(f"TX-{number}", str(10**number)), state=state)

    offset = list(EffectState).index(EffectState.OFFSET)
    used = sum(10**number for number in range(len(EffectState)) if number != offset)
    assert world.on_hand() == {GLOVES: str(100 - used)}


def test_other_tenants_effects_and_facts_are_not_told() -> None:
    world = World()
    world.open("10")
    world.tell(a_fact("in", "5", tenant="other"))
    world.use(a_use(tenant="other"))

    assert world.on_hand() == {GLOVES: "10"}


def test_other_places_and_facilities_effects_are_not_told() -> None:
    world = World()
    world.open("10")
    south = replace(a_use().dimensions, facility="SOUTH")
    world.use(a_use("TX-1", from_place="NORTH-ICU"), a_use("TX-2", dimensions=south))

    assert world.on_hand() == {GLOVES: "10"}


def test_a_facility_may_be_a_month_ahead_of_us() -> None:
    world = World(clock=VirtualClock(datetime(2026, 3, 31, 18, tzinfo=UTC)))
    world.open("10")
    world.use(a_use(on=date(2026, 4, 1)))

    assert world.on_hand() == {GLOVES: "8"}


def test_a_facility_may_be_a_month_behind_its_first_count() -> None:
    world = World()
    world.tell(a_count("count", "7", at="2026-03-01T03:00:00+00:00"))
    world.use(a_use(on=date(2026, 2, 28), moved_at="2026-03-01T04:00:00+00:00"))

    assert world.on_hand() == {GLOVES: "5"}


def test_effects_over_the_years_end_are_told() -> None:
    world = World()
    world.open("10", since="2025-11")
    days = (date(2025, 11, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 14))
    world.use(*(a_use(f"TX-{day}", "1", on=day) for day in days))

    assert world.on_hand() == {GLOVES: "6"}


@pytest.mark.parametrize(
    ("first", "until", "expected"),
    [
        ("2026-03", START, ["2026-03"]),
        ("2025-11", START, ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]),
        ("2025-12", datetime(2026, 1, 1, tzinfo=UTC), ["2025-12", "2026-01"]),
        ("2025-12", datetime(2025, 12, 31, tzinfo=UTC), ["2025-12"]),
        ("2026-04", START, []),
        ("2027-01", START, []),
    ],
)
def test_months_are_from_the_first_to_that_of_the_moment(
    first: str, until: datetime, expected: list[str]
) -> None:
    assert list(months(first, until)) == expected


def test_ten_years_have_their_months_each_once() -> None:
    found = list(months("2016-04", START))

    assert (len(found), found, len(set(found))) == (120, sorted(found), 120)


def test_exact_decimals_stay_exact() -> None:
    world = World()
    world.open("0.3")
    world.tell(a_fact("in", "-0.1", cause=StockCause.UPDATE))
    world.use(a_use(quantity="0.2"))

    assert Decimal(world.on_hand()[GLOVES]) == 0


def test_what_is_used_of_a_lot_after_all_lots_were_counted_is_told() -> None:
    world = World()
    world.tell(a_count("all", "10", lot="UNKNOWN", covers_all_lots=True))
    world.use(a_use(quantity="2", lot="L-1"))
    positions = ReadPositions(stock=world.stock, ledger=world.ledger, clock=world.clock)
    found = positions("meridian", "NORTH", STORE)
    assert sum(each.on_hand for each in found) == 8


def test_a_position_is_the_same_whether_one_item_or_all_are_asked_for() -> None:
    world = World()
    world.tell(a_count("early", "1", item="OTHER", at="2026-01-10T12:00:00+00:00"))
    world.tell(a_count("count", "10"))
    world.use(a_use(on=date(2026, 2, 1), moved_at="2026-02-01T12:00:00+00:00"))
    positions = ReadPositions(stock=world.stock, ledger=world.ledger, clock=world.clock)
    found = [each for each in positions("meridian", "NORTH", STORE) if each.item == GLOVES]
    assert found == list(positions("meridian", "NORTH", STORE, GLOVES))
