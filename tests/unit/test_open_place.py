"""A place begins with what the ERP has there, less what we posted since the month before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import EffectState
from shared.canonical.stock import Opening, StockCause, StockFact
from shared.effects.identity import external_reference, stock_line_id
from shared.errors import LedgerwardError, OutcomeUnknownError
from shared.ports.erp import StockOnHand
from shared.simulation.books import SimulatedBooks
from shared.simulation.clock import VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import SimulatedErp
from shared.simulation.stock_store import SimulatedStockStore
from shared.workflow.open_place import OpenPlace
from shared.workflow.read_positions import ReadPositions
from tests.effects import an_entry, an_issue
from tests.stock import STORE

ITEM = "ITM-0001"
REFERENCE_LENGTH = 34


@dataclass(frozen=True)
class InterruptedBooks(SimulatedBooks):
    """Books while which are read something else happens."""

    meanwhile: Callable[[], object] = int

    def stock(self, place: str) -> Iterator[StockOnHand]:
        held = list(SimulatedBooks.stock(self, place))
        self.meanwhile()
        yield from held


@dataclass
class World:
    """A storeroom of which the ERP had ten of one item before we posted anything."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    lots: tuple[tuple[str, str], ...] = (("", "10"),)

    def __post_init__(self) -> None:
        self.erp, self.ledger = SimulatedErp(), SimulatedEffectLedger()
        self.stock = SimulatedStockStore()
        self.positions = ReadPositions(stock=self.stock, ledger=self.ledger, clock=self.clock)
        self.open_place = self.opener()

    def opener(self, meanwhile: Callable[[], object] = int) -> OpenPlace:
        held = [
            StockOnHand(item=ITEM, lot=lot, quantity=Decimal(quantity))
            for lot, quantity in self.lots
        ]
        return OpenPlace(
            positions=self.positions,
            stock=self.stock,
            books=InterruptedBooks(self.erp, {STORE: held}, meanwhile),
            reference_of=lambda effect: external_reference(effect, REFERENCE_LENGTH),
            new_token=lambda: "attempt-1",
            clock=self.clock,
        )

    def post(self, *effects: Effect) -> None:
        self.erp.submit(effects, {})
        self.ledger.record([an_entry(effect) for effect in effects])

    def open(self) -> Opening:
        opening = self.open_place("meridian", "NORTH", STORE)
        assert opening is not None
        return opening

    def on_hand(self) -> dict[tuple[str, str], str]:
        found = self.positions("meridian", "NORTH", STORE)
        return {(each.item, each.lot): str(each.on_hand) for each in found}


def balance(opening: Opening) -> dict[tuple[str, str], str]:
    return {(fact.item, fact.lot): str(fact.quantity) for fact in opening.facts}


def a_return(transaction: str = "R-1", quantity: str = "2") -> Effect:
    issue = an_issue(transaction, quantity=quantity)
    return replace(
        issue,
        effect_type=EffectType.REVERSAL,
        from_place=issue.to_place,
        to_place=issue.from_place,
    )


def test_a_place_opens_with_what_the_erp_has() -> None:
    world = World()

    opening = world.open()

    fact = StockFact(
        fact_id=stock_line_id("meridian", ("opening", "attempt-1", STORE, ITEM, "")),
        tenant="meridian",
        place=STORE,
        item=ITEM,
        at="",
        cause=StockCause.OPENING,
        quantity=Decimal(10),
        document_id="attempt-1",
        is_booked=True,
    )
    assert opening == Opening(
        tenant="meridian",
        place=STORE,
        since="2026-02",
        taken_at="2026-03-14T12:00:00+00:00",
        attempt="attempt-1",
        facts=(fact,),
    )
    assert world.stock.opening("meridian", STORE) == replace(opening, facts=())
    assert list(world.stock.of_place("meridian", STORE)) == [fact]


def test_what_was_posted_since_the_month_before_comes_on_top_of_the_balance() -> None:
    world = World()
    world.post(
        an_issue("TX-1", quantity="2"),
        an_issue("TX-2", quantity="3", on=date(2026, 2, 1)),
        a_return(quantity="1"),
    )

    opening = world.open()

    assert balance(opening) == {(ITEM, ""): "10"}
    assert world.on_hand() == {(ITEM, ""): "6"}


def test_what_was_posted_before_is_in_the_balance() -> None:
    world = World()
    world.post(an_issue("TX-1", quantity="3", on=date(2026, 1, 31)))

    assert balance(world.open()) == {(ITEM, ""): "7"}
    assert world.on_hand() == {(ITEM, ""): "7"}


def test_a_followed_place_goes_with_what_is_posted_later() -> None:
    world = World()
    world.open()

    world.post(an_issue("TX-1", quantity="2"))

    (found,) = world.positions("meridian", "NORTH", STORE)
    assert (str(found.on_hand), str(found.booked), found.differing) == ("8", "8", {})


def test_lots_stand_apart_and_what_comes_to_nothing_is_left_out() -> None:
    world = World(lots=(("L-1", "4"), ("L-2", "-1"), ("L-3", "0")))
    world.post(
        replace(an_issue("TX-1", quantity="4"), lot="L-1"),
        replace(an_issue("TX-2", quantity="2"), lot="L-9"),
    )

    opening = world.open()

    assert balance(opening) == {(ITEM, "L-1"): "4", (ITEM, "L-2"): "-1"}
    assert world.on_hand() == {(ITEM, "L-1"): "0", (ITEM, "L-2"): "-1", (ITEM, "L-9"): "-2"}


def test_a_place_of_which_the_erp_has_nothing_is_followed_all_the_same() -> None:
    world = World(lots=())

    assert world.open().facts == ()
    world.post(an_issue("TX-1", quantity="2"))

    assert world.on_hand() == {(ITEM, ""): "-2"}


@pytest.mark.parametrize(
    "state", [EffectState.FREE, EffectState.SENT, EffectState.REJECTED, EffectState.REVIEW]
)
def test_what_the_erp_has_not_hinders_nobody_and_comes_off_the_balance(state: EffectState) -> None:
    world = World()
    effect = an_issue("TX-1", quantity="2")
    world.ledger.record([an_entry(effect, state)])

    assert balance(world.open()) == {(ITEM, ""): "10"}
    assert world.on_hand() == {(ITEM, ""): "8"}
    world.post(effect)
    assert world.on_hand() == {(ITEM, ""): "8"}


def test_no_place_is_opened_while_the_erp_has_what_the_ledger_has_not() -> None:
    world = World()
    effect = an_issue("TX-1", quantity="2")
    world.erp.submit([effect], {})

    with pytest.raises(LedgerwardError, match="effects of NORTH-STO are on their way"):
        world.open()

    assert world.stock.opening("meridian", STORE) is None
    assert world.stock.facts == {}
    world.ledger.record([an_entry(effect)])
    assert balance(world.open()) == {(ITEM, ""): "10"}
    assert world.on_hand() == {(ITEM, ""): "8"}


def test_an_effect_that_was_cancelled_out_hinders_nobody() -> None:
    world = World()
    world.ledger.entries["offset"] = an_entry(an_issue(), EffectState.OFFSET)

    assert balance(world.open()) == {(ITEM, ""): "10"}
    assert world.on_hand() == {(ITEM, ""): "10"}


def test_no_place_is_opened_while_an_effect_is_posted_meanwhile() -> None:
    world = World()
    opener = world.opener(lambda: world.post(an_issue("TX-1", quantity="2")))

    with pytest.raises(LedgerwardError, match="open it again"):
        opener("meridian", "NORTH", STORE)

    assert world.stock.opening("meridian", STORE) is None
    assert balance(world.open()) == {(ITEM, ""): "10"}


def test_an_effect_that_is_settled_meanwhile_is_not_trusted_either() -> None:
    world = World()
    effect = an_issue("TX-1", quantity="2")
    world.ledger.record([an_entry(effect, EffectState.SENT)])

    with pytest.raises(LedgerwardError):
        world.opener(lambda: world.post(effect))("meridian", "NORTH", STORE)

    assert world.stock.opening("meridian", STORE) is None


def test_what_another_place_does_hinders_nobody() -> None:
    world = World()
    elsewhere = replace(an_issue("TX-1"), from_place="NORTH-ICU-STO")
    to_elsewhere = replace(a_return(), to_place="NORTH-ICU-STO")
    south = replace(an_issue("TX-2"), dimensions=replace(elsewhere.dimensions, facility="SOUTH"))
    waiting = (elsewhere, to_elsewhere, south)
    world.ledger.record([an_entry(effect, EffectState.SENT) for effect in waiting])

    assert balance(world.open()) == {(ITEM, ""): "10"}
    assert world.on_hand() == {(ITEM, ""): "10"}


def test_a_place_is_opened_once() -> None:
    world = World()
    world.open()
    world.post(an_issue("TX-1", quantity="2"))
    standing = dict(world.stock.facts)

    again = world.open_place("meridian", "NORTH", STORE)

    assert (again, world.stock.facts) == (None, standing)
    assert world.on_hand() == {(ITEM, ""): "8"}


def test_of_two_who_open_a_place_at_once_one_does() -> None:
    world = World()
    opener = world.opener(world.open)

    assert opener("meridian", "NORTH", STORE) is None
    assert world.on_hand() == {(ITEM, ""): "10"}


def test_the_erp_that_does_not_answer_opens_nothing() -> None:
    def fail() -> None:
        raise OutcomeUnknownError("no answer")

    world = World()

    with pytest.raises(OutcomeUnknownError):
        world.opener(fail)("meridian", "NORTH", STORE)

    assert world.stock.opening("meridian", STORE) is None


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2025-12"),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), "2025-12"),
        (datetime(2026, 3, 31, tzinfo=UTC), "2026-02"),
        (datetime(2026, 12, 31, tzinfo=UTC), "2026-11"),
    ],
)
def test_a_place_is_followed_from_the_month_before(now: datetime, since: str) -> None:
    world = World(clock=VirtualClock(now))

    assert world.open().since == since
