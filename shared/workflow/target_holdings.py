"""What the target holds under the ids of effects, as far as a recovery must know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.canonical.outcome import ErpDocument
from shared.effects.identity import external_reference
from shared.ports.erp import ErpBooks, ErpConnector

AT_ONCE = 50
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One document, in base units; `amount` is None of a draft, which has no journal yet."""

    quantity: Decimal
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetHoldings:
    """`books` are the general ledger of the company that `connector` posts into."""

    connector: ErpConnector
    books: ErpBooks

    def of(self, effect_ids: Sequence[str]) -> dict[str, Holding]:
        """What is there of these effects, by their ids; drafts are, absent ones are left out.

        Raises:
            OutcomeUnknownError: no answer could be had.
            NotWrittenError: the target could not be reached or refused us.
        """
        held: dict[str, Holding] = {}
        for start in range(0, len(effect_ids), AT_ONCE):
            held |= self._page(effect_ids[start : start + AT_ONCE])
        return held

    def _page(self, effect_ids: Sequence[str]) -> dict[str, Holding]:
        length = self.connector.traits.reference_length
        references = {external_reference(each, length): each for each in effect_ids}
        found = self.connector.find([*references])
        booked = self._booked([*found]) if found else {}
        return {
            references[reference]: _holding(document, booked)
            for reference, (document, *_) in found.items()
        }

    def _booked(self, references: Sequence[str]) -> Mapping[str, Decimal]:
        """The worth of each, by the one side of its journal; what is worth nothing has none."""
        worth: dict[str, Decimal] = {}
        for line in self.books.lines(references=references):
            worth[line.reference] = worth.get(line.reference, ZERO) + max(line.amount, ZERO)
        return worth


def _holding(document: ErpDocument, booked: Mapping[str, Decimal]) -> Holding:
    return Holding(
        quantity=sum((line.quantity for line in document.lines), ZERO),
        amount=booked.get(document.reference, ZERO) if document.is_final else None,
    )
