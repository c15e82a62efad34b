"""A credit or return finds its original, waits for it, or cancels it out unsent (section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from shared.canonical.breaker import Breaker
from shared.canonical.codec import from_json, to_json
from shared.canonical.effect import Effect
from shared.canonical.hold import Hold
from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.usage import SupplyUsage
from shared.effects.doubt import may_be_posted
from shared.effects.reversals import reservation_for
from shared.holds.opening import HoldFacts, hold_for
from shared.mapping.problems import Problem
from shared.mapping.reversals import ReversalIntent, reversal_effect, reversed_quantity
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.hold_store import HoldStore
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.target_breaker import TargetBreaker
from shared.workflow.reserving import reserved
from shared.workflow.still_missing import doubt_key, effect_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What became of one reversal.

    An effect, holds, a place to wait, or both lines cancelled out.
    """

    effect: Effect | None = None
    holds: tuple[Hold, ...] = ()
    parked: ParkedLine | None = None
    is_offset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PairReversal:
    """Sent only after its original is DONE; what is outstanding there is reserved first (USE6)."""

    ledger: EffectLedger
    parking: ParkingLot
    holds: HoldStore
    master: MasterData
    breakers: TargetBreaker
    target: str
    clock: Clock
    wait: timedelta

    def __call__(
        self,
        intent: ReversalIntent,
        document: SupplyUsage,
        waiting: ParkedLine | None,
        *,
        as_of: str,
    ) -> Pairing:
        """Pair one reversal; `waiting` is its own parking record, if it waited before.

        Raises:
            ThrottledError: too many reversals of one original at once; deliver it again.
        """
        target, entries = self.breakers.read_with(self.target, [intent.original_id])
        original = entries.get(intent.original_id)
        if original is None or original.state is not EffectState.DONE:
            return self._before_done(intent, document, waiting, target)
        if target.is_doubted:  # what others took of it may be lost (RecallReversals)
            missing = (doubt_key(self.target),)
            return Pairing(parked=self._parked(intent, document, waiting, missing=missing))
        return self._of_done(intent, document, original, as_of=as_of)

    def _of_done(
        self, intent: ReversalIntent, document: SupplyUsage, original: LedgerEntry, *, as_of: str
    ) -> Pairing:
        requested = reversed_quantity(intent, original, self.master, as_of=as_of)
        if isinstance(requested, Problem):
            return self._lacking(intent, document, requested)
        reservation = self.reserved(original, intent.line_id, requested)
        if reservation is None:
            detail = f"nothing is left of effect {intent.original_id} to take back"
            return self._held(intent, document, "REVERSAL_NOTHING_LEFT", detail)
        effect = reversal_effect(intent, document, original.effect, reservation)
        if reservation.quantity == requested:
            return Pairing(effect=effect)
        over = requested - reservation.quantity
        detail = f"{over:f} more than is left of effect {intent.original_id}"
        excess = self._held(intent, document, "REVERSAL_EXCESS", detail)
        return Pairing(effect=effect, holds=excess.holds)

    def _lacking(self, intent: ReversalIntent, document: SupplyUsage, problem: Problem) -> Pairing:
        held = self._held(intent, document, problem.code, problem.detail, problem.missing)
        if not problem.missing:
            return held
        waiting = self._parked(intent, document, None, missing=problem.missing)
        return replace(held, parked=waiting)

    def reserved(
        self, original: LedgerEntry, reversal_id: str, requested: Decimal
    ) -> Reservation | None:
        """Reserve conditionally, so that reversals of 3 and 3 on 5 give 3 and 2."""

        def wanted(standing: LedgerEntry) -> Reservation | None:
            return reservation_for(standing, reversal_id, requested)

        return reserved(self.ledger, original, wanted)

    def _before_done(
        self,
        intent: ReversalIntent,
        document: SupplyUsage,
        waiting: ParkedLine | None,
        target: Breaker,
    ) -> Pairing:
        """Wait; but an original that is parked itself is cancelled out by its full reversal.

        Not one that may have been posted before tables were put back: both are posted then.
        """
        parked = self._parked(intent, document, waiting)
        original = self.parking.records([intent.original_id]).get(intent.original_id)
        if original is None:
            return Pairing(parked=parked)
        if original.state is ParkedState.OFFSET and original.offset_by != intent.line_id:
            detail = f"line {intent.original_id} was cancelled out by another reversal"
            return self._held(intent, document, "REVERSAL_NOTHING_LEFT", detail)
        if not _takes_back_all(intent, original) or _may_be_posted(original, target):
            return Pairing(parked=parked)
        self.parking.park([parked])  # first, so that a crash leaves it waiting and not lost
        if not self.parking.offset(intent.original_id, by=intent.line_id):
            return Pairing(parked=parked)
        self._close_holds(intent, (parked, original))
        self._leave(original)
        # After all that: a line that is OFFSET itself is not paired again.
        self.parking.offset(intent.line_id, by=intent.line_id)
        self._leave(parked)
        return Pairing(is_offset=True)

    def _leave(self, line: ParkedLine) -> None:
        for key in line.missing:
            self.parking.leave(key, line.line_id)

    def _close_holds(self, intent: ReversalIntent, lines: Sequence[ParkedLine]) -> None:
        reason = f"cancelled out by reversal {intent.line_id}"
        for line in lines:
            for hold in self.holds.of_line(line.line_id):
                self.holds.close(line.line_id, hold.code, reason)

    def _parked(
        self,
        intent: ReversalIntent,
        document: SupplyUsage,
        waiting: ParkedLine | None,
        missing: tuple[str, ...] = (),
    ) -> ParkedLine:
        now = self.clock.now()
        limit = datetime.fromisoformat(document.received_at) + self.wait
        return ParkedLine(
            line_id=intent.line_id,
            document_id=document.document_id,
            missing=missing or (effect_key(intent.original_id),),
            payload=_payload(intent, document),
            parked_at=waiting.parked_at if waiting else now,
            waits_until=waiting.waits_until if waiting else limit,
        )

    def _held(
        self,
        intent: ReversalIntent,
        document: SupplyUsage,
        code: str,
        detail: str,
        missing: tuple[str, ...] = (),
    ) -> Pairing:
        facts = HoldFacts(
            line_id=intent.line_id,
            document_id=document.document_id,
            message_id=document.message_id,
            position=str(intent.line.position),
            detail=detail,
            facility=intent.line.facility,
            content_hash=intent.content_hash,
            missing=missing,
            payload=_payload(intent, document),
        )
        return Pairing(holds=(hold_for(code, facts, now=self.clock.now()),))


def _payload(intent: ReversalIntent, document: SupplyUsage) -> str:
    return to_json(document.reduced_to(intent.line))


def _may_be_posted(original: ParkedLine, target: Breaker) -> bool:
    """One that is OFFSET was won by this very reversal already, which has only to finish."""
    if original.state is ParkedState.OFFSET:
        return False
    received_at = from_json(SupplyUsage, original.payload).received_at
    return may_be_posted(datetime.fromisoformat(received_at), target)


def _takes_back_all(intent: ReversalIntent, original: ParkedLine) -> bool:
    """The same quantity in the same unit, by a sender who may speak there; a partial one waits."""
    (line,) = from_json(SupplyUsage, original.payload).lines
    is_all = intent.line.quantity == line.quantity and intent.line.unit in ("", line.unit)
    return is_all and line.facility in intent.facilities
