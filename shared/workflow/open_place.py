"""A place is followed from now on: what the ERP has there is the balance that positions begin with.

The balance is that before the month which precedes this one, so that uses booked into the last
month while it is closed come on top. It is what the ERP has less what we have posted since; so it
is only taken while nothing of the place is on its way.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from shared.canonical.source_time import utc_second
from shared.canonical.stock import Opening, StockCause, StockFact
from shared.effects.identity import stock_line_id
from shared.errors import LedgerwardError
from shared.ports.clock import Clock
from shared.ports.erp import ErpBooks
from shared.ports.stock_store import StockStore
from shared.workflow.read_positions import A_DAY, ReadPositions, months

Balance = dict[tuple[str, str], Decimal]  # by item and lot


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlace:
    """One place of one ERP company. `reference_of` an effect's id is its reference there."""

    positions: ReadPositions
    stock: StockStore
    books: ErpBooks
    reference_of: Callable[[str], str]
    new_token: Callable[[], str]
    clock: Clock

    def __call__(self, tenant: str, facility: str, place: str) -> Opening | None:
        """Follow a place; None if it was followed before.

        Raises:
            LedgerwardError: effects of the place are on their way; nothing was opened.
            OutcomeUnknownError: the ERP did not answer.
            NotWrittenError: the ERP could not be reached or refused us.
        """
        if self.stock.opening(tenant, place) is not None:
            return None
        now, attempt = self.clock.now(), self.new_token()
        since = f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
        balance = self._balance(tenant, facility, place, since)
        facts = tuple(
            _fact(tenant, place, attempt, item, lot, quantity)
            for (item, lot), quantity in sorted(balance.items())
            if quantity
        )
        opening = Opening(
            tenant=tenant,
            place=place,
            since=since,
            taken_at=utc_second(now),
            attempt=attempt,
            facts=facts,
        )
        return opening if self.stock.open_place(opening) else None

    def _balance(self, tenant: str, facility: str, place: str, since: str) -> Balance:
        """What the ERP has, less what was posted since, while both know of the same effects."""
        before = self._moved(place, since)
        balance: Balance = defaultdict(Decimal)
        for held in self.books.stock(place):
            balance[held.item, held.lot] += held.quantity
        after = self._moved(place, since)
        uses = self.positions.uses(tenant, facility, place, since)
        booked = {self.reference_of(use.fact_id): use for use in uses if use.is_booked}
        if not before == after == booked.keys():
            raise LedgerwardError(
                f"effects of {place} are on their way, or the ERP has moves of ours there that are"
                f" not {facility}'s; open it again when they are settled"
            )
        for use in booked.values():
            balance[use.item, use.lot] -= use.quantity
        return balance

    def _moved(self, place: str, since: str) -> set[str]:
        """Our references of what the ERP has moved there."""
        return {
            move.reference
            for month in months(since, self.clock.now() + A_DAY)
            for move in self.books.moves(period=month)
            if place in (move.from_place, move.to_place)
        }


def _fact(
    tenant: str, place: str, attempt: str, item: str, lot: str, quantity: Decimal
) -> StockFact:
    """It comes before everything else, and the ERP has it."""
    name = (StockCause.OPENING.value, attempt, place, item, lot)
    return StockFact(
        fact_id=stock_line_id(tenant, name),
        tenant=tenant,
        place=place,
        item=item,
        at="",
        cause=StockCause.OPENING,
        quantity=quantity,
        lot=lot,
        document_id=attempt,
        is_booked=True,
    )
