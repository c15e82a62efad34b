"""What reversals took before a loss is asked of the target, and reserved again (section 4).

A reservation is lost with its original's row, and what another reversal may take depends on it. So
while a recovery is under way no reversal is reserved: each waits under the recovery's key, and this
step reserves for those that the target holds what it holds. What is then left is for the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.canonical.codec import from_json
from shared.canonical.effect import EffectType
from shared.canonical.outcome import EffectState, ErpDocument, LedgerEntry, Reservation
from shared.canonical.parking import ParkedLine
from shared.canonical.usage import SupplyUsage
from shared.effects.doubt import shows_all_from
from shared.effects.identity import effect_id, external_reference
from shared.effects.reversals import reservation_for
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import ErpBooks, ErpConnector
from shared.ports.parking import ParkingLot
from shared.ports.target_breaker import TargetBreaker
from shared.workflow.reserving import reserved
from shared.workflow.still_missing import DOUBT_KEY, EFFECT_KEY

AT_ONCE = 50
KEYS = (EFFECT_KEY, DOUBT_KEY)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A reversal that the target holds; `amount` is None of a draft, which has no journal yet."""

    reversal_id: str
    original_id: str
    quantity: Decimal
    amount: Decimal | None

    def reservation_on(self, original: LedgerEntry) -> Reservation | None:
        """What it has taken of its original: to the cent what the target booked."""
        standing = reservation_for(original, self.reversal_id, self.quantity)
        is_there = standing in original.reservations
        if standing is None or is_there or self.amount is None:
            return standing
        return Reservation(reversal_id=self.reversal_id, quantity=self.quantity, amount=self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallReversals:
    """Asked by whoever recovers, once all that was driven again has been mapped.

    `target` names the target whose breaker tells of the recovery; `books` are its general ledger.
    """

    target: str
    connector: ErpConnector
    books: ErpBooks
    ledger: EffectLedger
    parking: ParkingLot
    breakers: TargetBreaker
    clock: Clock

    def __call__(self) -> int:
        """Reserve what is found; how many reversals are left, for which to ask again later.

        Left are those whose original is not DONE in the ledger yet, and all of them while the
        target does not answer or may still commit what was under way when the recovery began.
        """
        waiting = self._waiting()
        if waiting and not self._shows_all():
            return len(waiting)
        ids = list(waiting)
        pages = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        return sum(self._left({each: waiting[each] for each in page}) for page in pages)

    def _waiting(self) -> Mapping[str, str]:
        """The originals of all reversals that wait, by the id of the reversal."""
        keys = [key for key in self.parking.missing_keys() if key.startswith(KEYS)]
        line_ids = [line_id for key in keys for line_id in self.parking.parked_on(key)]
        records = self.parking.records([*dict.fromkeys(line_ids)]) if line_ids else {}
        return dict(_originals(records.values()))

    def _shows_all(self) -> bool:
        begun = self.breakers.read(self.target)
        return self.clock.now() >= shows_all_from(begun, self.connector.traits)

    def _left(self, waiting: Mapping[str, str]) -> int:
        try:
            held = self._held(waiting)
        except (NotWrittenError, OutcomeUnknownError):
            return len(waiting)
        originals = self.ledger.read([*dict.fromkeys(each.original_id for each in held)])
        return sum(not self._reserved(each, originals.get(each.original_id)) for each in held)

    def _held(self, waiting: Mapping[str, str]) -> Sequence[_Held]:
        """What the target holds of these: what is booked before drafts, which take what is left."""
        length = self.connector.traits.reference_length
        references = {external_reference(each, length): each for each in waiting}
        found = self.connector.find([*references])
        booked = self._booked([*found]) if found else {}
        held = [
            _held(references[reference], waiting[references[reference]], document, booked)
            for reference, (document, *_) in found.items()
        ]
        return sorted(held, key=lambda each: each.amount is None)

    def _booked(self, references: Sequence[str]) -> Mapping[str, Decimal]:
        """The worth of each, by the one side of its journal; what is worth nothing has none."""
        worth: dict[str, Decimal] = {}
        for line in self.books.lines(references=references):
            worth[line.reference] = worth.get(line.reference, ZERO) + max(line.amount, ZERO)
        return worth

    def _reserved(self, held: _Held, original: LedgerEntry | None) -> bool:
        if original is None or original.state is not EffectState.DONE:
            return False
        reserved(self.ledger, original, held.reservation_on)
        return True


def _originals(records: Iterable[ParkedLine]) -> Iterator[tuple[str, str]]:
    for record in records:
        document = from_json(SupplyUsage, record.payload)
        for line in document.lines:
            if line.reverses:
                original = effect_id(document.tenant, EffectType.ISSUE, line.reverses)
                yield record.line_id, original


def _held(
    reversal_id: str, original_id: str, document: ErpDocument, booked: Mapping[str, Decimal]
) -> _Held:
    return _Held(
        reversal_id=reversal_id,
        original_id=original_id,
        quantity=sum((line.quantity for line in document.lines), ZERO),
        amount=booked.get(document.reference, ZERO) if document.is_final else None,
    )
