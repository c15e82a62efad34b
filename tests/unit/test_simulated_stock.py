"""What the simulated ERP has on hand: its opening and what was posted since."""

from dataclasses import replace
from decimal import Decimal

from shared.canonical.effect import Effect, EffectType
from shared.ports.erp import ErpBooks, StockOnHand
from shared.simulation.books import SimulatedBooks
from shared.simulation.erp import SimulatedErp
from tests.effects import an_issue

STOREROOM = "NORTH-STO"


def on_hand(item: str, quantity: str, *, lot: str = "") -> StockOnHand:
    return StockOnHand(item=item, lot=lot, quantity=Decimal(quantity))


def the_return_of(issue: Effect) -> Effect:
    return replace(
        an_issue("R-1"),
        effect_type=EffectType.REVERSAL,
        from_place=issue.to_place,
        to_place=issue.from_place,
    )


def test_stock_is_the_opening_and_what_was_posted_since_by_item_and_lot() -> None:
    erp, issue = SimulatedErp(), an_issue(quantity="2")
    opening = [on_hand("ITM-0001", "2"), on_hand("ITM-0002", "7", lot="L-2")]
    books: ErpBooks = SimulatedBooks(erp, {STOREROOM: opening})
    erp.submit([issue, replace(an_issue("TX-2"), item="ITM-0002", lot="L-1")], {})

    used = list(books.stock(STOREROOM))
    erp.submit([the_return_of(issue)], {})

    others = [on_hand("ITM-0002", "-2", lot="L-1"), on_hand("ITM-0002", "7", lot="L-2")]
    assert used == others
    assert list(books.stock(STOREROOM)) == [on_hand("ITM-0001", "2"), *others]
    assert list(books.stock("NORTH-OR-USED")) == [on_hand("ITM-0002", "2", lot="L-1")]
    assert list(books.stock("SOUTH-STO")) == []
