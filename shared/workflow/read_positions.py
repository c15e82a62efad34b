"""What lies at a place: the facts of its store, and the uses of the effect ledger, made positions.

A place is read from the month on in which it was opened, or in which it was first counted: what
happened before that is in the balance, or was replaced by the count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.canonical.stock import Opening, StockCause, StockFact, StockPosition
from shared.inventory.positions import fact_of, positions_of
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.stock_store import StockStore

NEVER = "9999"  # after every moment
A_DAY = timedelta(days=1)  # a facility's day may be ahead of ours, or behind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPositions:
    """Reads only. The ledger's index lags by a moment: what was just mapped may be absent."""

    stock: StockStore
    ledger: EffectLedger
    clock: Clock

    def __call__(
        self, tenant: str, facility: str, place: str, item: str = ""
    ) -> tuple[StockPosition, ...]:
        """The positions of a place; none of one that was neither opened nor counted."""
        opening = self.stock.opening(tenant, place)
        kept = [
            fact
            for fact in self.stock.of_place(tenant, place, item)
            if fact.cause is not StockCause.OPENING or _is_of(fact, opening)
        ]
        if opening is not None:
            return positions_of([*kept, *self.uses(tenant, facility, place, opening.since, item)])
        counts = _first_counts(kept)
        if not counts:
            return ()
        uses = self.uses(tenant, facility, place, _month_of(min(counts.values())), item)
        since = (fact for fact in (*kept, *uses) if fact.at >= counts.get(fact.item, NEVER))
        return tuple(each for each in positions_of(since) if each.counted_at)

    def uses(
        self, tenant: str, facility: str, place: str, since: str, item: str = ""
    ) -> Iterator[StockFact]:
        """What effects did to the place from a month (`YYYY-MM`) on."""
        for month in months(since, self.clock.now() + A_DAY):
            for entry in self.ledger.of_place(facility, month, place, item):
                fact = fact_of(entry)
                if fact and fact.tenant == tenant:
                    yield fact


def _is_of(fact: StockFact, opening: Opening | None) -> bool:
    """Whether it is of the attempt that opened the place; others may have been cut off."""
    return opening is not None and fact.document_id == opening.attempt


def _first_counts(kept: Sequence[StockFact]) -> dict[str, str]:
    """When each item that was ever counted was so for the first time."""
    first: dict[str, str] = {}
    for fact in kept:
        if fact.cause is StockCause.COUNT:
            first[fact.item] = min(first.get(fact.item, fact.at), fact.at)
    return first


def _month_of(at: str) -> str:
    """The month of a moment, or the one before: its facility may be a day behind UTC."""
    return f"{datetime.fromisoformat(at) - A_DAY:%Y-%m}"


def months(first: str, until: datetime) -> Iterator[str]:
    """From one month (`YYYY-MM`) to that of a moment, both included."""
    year, month = int(first[:4]), int(first[5:7])
    while (year, month) <= (until.year, until.month):
        yield f"{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004
