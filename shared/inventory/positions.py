"""From facts to positions, in whatever order they came to be known (PAR5). Pure.

A count replaces what was on hand at its time. What happened before it and is told later changes
nothing on hand: by so much more, or less, the count differed from the books. What happens at the
very second of a count is not proven to be counted, and counts on top.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from shared.canonical.effect import EffectType
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.stock import StockCause, StockFact, StockPosition

NOTHING = Decimal(0)


def fact_of(entry: LedgerEntry) -> StockFact | None:
    """What an effect does to the stock of its place; None if it was cancelled out unsent.

    What the ERP refused, or has not heard of yet, happened all the same (LAW1).
    """
    if entry.state is EffectState.OFFSET:
        return None
    effect = entry.effect
    is_issue = effect.effect_type is EffectType.ISSUE
    quantity = effect.quantity.in_base_units
    return StockFact(
        fact_id=effect.effect_id,
        tenant=effect.tenant,
        place=effect.stock_place,
        item=effect.item,
        at=effect.moved_at,
        cause=StockCause.ISSUE if is_issue else StockCause.RETURN,
        quantity=-quantity if is_issue else quantity,
        lot=effect.lot,
        document_id=effect.document_id,
        is_booked=entry.state is EffectState.DONE,
    )


def positions_of(facts: Iterable[StockFact]) -> tuple[StockPosition, ...]:
    """The positions of all places and items that the facts name, lot by lot, in their order."""
    by_item: dict[tuple[str, str], list[StockFact]] = defaultdict(list)
    for fact in _standing(tuple(facts)):
        by_item[fact.place, fact.item].append(fact)
    found = (_of_item(place, item, told) for (place, item), told in sorted(by_item.items()))
    return tuple(position for positions in found for position in positions)


def _standing(facts: Sequence[StockFact]) -> Iterator[StockFact]:
    """All but what was taken back, and what takes it back."""
    retracted = {fact.retracts for fact in facts if fact.retracts}
    for fact in facts:
        if not fact.retracts and fact.fact_id not in retracted:
            yield fact


@dataclass(slots=True)
class _Lot:
    """One lot while its facts are read in the order of time."""

    on_hand: Decimal = NOTHING
    booked: Decimal = NOTHING
    counted_at: str = ""
    differing: dict[StockCause, Decimal] = field(default_factory=dict)

    def move(self, fact: StockFact) -> None:
        self.on_hand += fact.quantity
        if fact.is_booked:
            self.booked += fact.quantity
        else:
            self._differ(fact.cause, fact.quantity)

    def count(self, quantity: Decimal, at: str) -> None:
        self._differ(StockCause.COUNT, quantity - self.on_hand)
        self.on_hand, self.counted_at = quantity, at

    def _differ(self, cause: StockCause, quantity: Decimal) -> None:
        self.differing[cause] = self.differing.get(cause, NOTHING) + quantity


def _of_item(place: str, item: str, facts: Sequence[StockFact]) -> Iterator[StockPosition]:
    lots: dict[str, _Lot] = {}
    all_counted_at = ""
    for fact in sorted(_with_sums(facts), key=_order):
        if fact.covers_all_lots:
            all_counted_at = fact.at
            for counted in lots.values():
                counted.count(NOTHING, fact.at)
        lot = lots.setdefault(fact.lot, _Lot(counted_at=all_counted_at))
        if fact.cause is StockCause.COUNT:
            lot.count(fact.quantity, fact.at)
        else:
            lot.move(fact)
    for number, lot in sorted(lots.items()):
        yield StockPosition(
            place=place,
            item=item,
            lot=number,
            on_hand=lot.on_hand,
            booked=lot.booked,
            differing=_not_nothing(lot.differing),
            counted_at=lot.counted_at,
        )


def _with_sums(facts: Iterable[StockFact]) -> Iterator[StockFact]:
    """Counts of one report and time add up: it may name the same lot in several states or bins."""
    counts: dict[tuple[str, str, str, bool], StockFact] = {}
    for fact in facts:
        if fact.cause is not StockCause.COUNT:
            yield fact
            continue
        key = fact.document_id, fact.at, fact.lot, fact.covers_all_lots
        before = counts.get(key)
        quantity = fact.quantity + (before.quantity if before else NOTHING)
        counts[key] = replace(fact, quantity=quantity)
    yield from counts.values()


def _order(fact: StockFact) -> tuple[str, int, str, str]:
    """By time; at one time what covers all lots, then counts of lots, then what moves."""
    is_count = fact.cause is StockCause.COUNT
    rank = 2 if not is_count else (0 if fact.covers_all_lots else 1)
    return fact.at, rank, fact.document_id, fact.fact_id


def _not_nothing(differing: Mapping[StockCause, Decimal]) -> dict[StockCause, Decimal]:
    return {cause: quantity for cause, quantity in differing.items() if quantity}
