"""The simulated ERP's own records, as finance would read them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from shared.canonical.effect import EffectType
from shared.ports.erp import BookedLine, BookedMove, StockOnHand
from shared.simulation.erp import PostedEffect, SimulatedErp

EXPENSE = "5.1.9"
STOCK = "1.3.1"


@dataclass(frozen=True, slots=True)
class SimulatedBooks:
    """Implements the ErpBooks port: an issue is expense against stock, a return the inverse.

    `opening` is what lay at a place before anything was posted.
    """

    erp: SimulatedErp
    opening: Mapping[str, Sequence[StockOnHand]] = field(default_factory=dict)

    def moves(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedMove]:
        """Our done stock moves of one month, or of these references; all if neither is given."""
        for posted in self._posted(period, references):
            effect, document = posted.effect, posted.document
            for line in document.lines:
                yield BookedMove(
                    erp_id=document.erp_id,
                    reference=document.reference,
                    item=line.item,
                    quantity=line.quantity,
                    lot=line.lot,
                    from_place=effect.from_place,
                    to_place=effect.to_place,
                    on=effect.accounting_date,
                )

    def lines(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedLine]:
        """The posted general-ledger lines of the same moves; a move worth nothing has none."""
        for posted in self._posted(period, references):
            if posted.amount:
                yield from _lines_of(posted)

    def references(self, number: str) -> tuple[str, ...]:
        """Our references behind a document's id or a journal's number."""
        documents = (each.document for each in self.erp.booked)
        named = (
            (each.reference, {each.erp_id, *(line.journal for line in each.lines if line.journal)})
            for each in documents
        )
        return tuple(dict.fromkeys(reference for reference, ids in named if number in ids))

    def stock(self, place: str) -> Iterator[StockOnHand]:
        """The opening and what came in and went out since, by item and lot."""
        held: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for lying in self.opening.get(place, ()):
            held[lying.item, lying.lot] += lying.quantity
        for move in self.moves():
            sign = (move.to_place == place) - (move.from_place == place)
            held[move.item, move.lot] += sign * move.quantity
        for (item, lot), quantity in sorted(held.items()):
            if quantity:
                yield StockOnHand(item=item, lot=lot, quantity=quantity)

    def _posted(self, period: str | None, references: Sequence[str]) -> Iterator[PostedEffect]:
        found = self.erp.booked_under(references) if references else self.erp.booked
        for posted in found:
            if period in (None, f"{posted.effect.accounting_date:%Y-%m}"):
                yield posted


def _lines_of(posted: PostedEffect) -> Iterator[BookedLine]:
    effect, document = posted.effect, posted.document
    is_return = effect.effect_type is EffectType.REVERSAL
    expense = -posted.amount if is_return else posted.amount
    sides = ((EXPENSE, expense, effect.dimensions.cost_centre), (STOCK, -expense, ""))
    for account, amount, cost_centre in sides:
        yield BookedLine(
            erp_id=f"{document.erp_id}-{account}",
            reference=document.reference,
            journal=document.lines[0].journal,
            account=account,
            amount=amount,
            on=effect.accounting_date,
            period=f"{effect.accounting_date:%Y-%m}",
            cost_centre=cost_centre,
        )
