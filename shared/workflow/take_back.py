"""What a version takes back of earlier ones: a reversal of each part that it lowers (USE4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.canonical.codec import to_json
from shared.canonical.effect import Effect, EffectType
from shared.canonical.head import LineHead, StandingPart, TakenBack
from shared.canonical.hold import Hold
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.parking import ParkedLine
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.effects.identity import content_hash, effect_id
from shared.holds.opening import HoldFacts, hold_for
from shared.mapping.reversals import ReversalIntent, reversal_effect
from shared.mapping.usage import MappedLine
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.parking import ParkingLot
from shared.workflow.line_ends import STOPPED, EndedLine, LineEnd
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.still_missing import effect_key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """One part, what is taken back of it, and under which ids."""

    part: StandingPart
    taken: TakenBack
    original_id: str
    mapped: MappedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """The line's head says what is taken back; here it is sent, or waits for its part.

    Each reversal is an effect of its own, reserved on the part that it reverses and sent only once
    that is DONE (effect-protocol section 7). Asked again, it gives the same.
    """

    ledger: EffectLedger
    parking: ParkingLot
    pair: PairReversal
    clock: Clock

    def __call__(
        self, head: LineHead, line: UsageLine, document: SupplyUsage, version: int
    ) -> tuple[EndedLine, ...]:
        """All that one version takes back of a line; `line` is what that version says of it.

        Raises:
            ThrottledError: too many reversals of one part at once; deliver it again.
        """
        takings = [_taking(line, document, part, taken) for part, taken in head.taken_by(version)]
        if not takings:
            return ()
        records = self.parking.records([each.mapped.line_id for each in takings])
        originals = self.ledger.read([each.original_id for each in takings])
        return tuple(
            self._ended(
                each,
                document,
                originals.get(each.original_id),
                records.get(each.mapped.line_id),
            )
            for each in takings
        )

    def _ended(
        self,
        taking: _Taking,
        document: SupplyUsage,
        original: LedgerEntry | None,
        record: ParkedLine | None,
    ) -> EndedLine:
        if record is not None and record.state in STOPPED:
            return EndedLine(line=taking.mapped, end=STOPPED[record.state])
        if original is None or original.state is not EffectState.DONE:
            parked = self._parked(taking, document, record)
            return EndedLine(line=taking.mapped, end=LineEnd.WAITING, parked=parked)
        wanted = taking.taken.quantity
        reservation = self.pair.reserved(original, taking.mapped.line_id, wanted)
        if reservation is None:
            detail = f"nothing is left of effect {taking.original_id} to take back"
            held = self._held(taking, document, "REVERSAL_NOTHING_LEFT", detail)
            return EndedLine(line=taking.mapped, end=LineEnd.HELD, holds=held)
        effect = reversal_effect(
            _intent(taking, document, original.effect), document, original.effect, reservation
        )
        holds: tuple[Hold, ...] = ()
        if reservation.quantity != wanted:
            over = wanted - reservation.quantity
            detail = f"{over:f} more than is left of effect {taking.original_id}"
            holds = self._held(taking, document, "REVERSAL_EXCESS", detail)
        part = str(taking.taken.by)
        return EndedLine(
            line=taking.mapped, end=LineEnd.EFFECT, effect=replace(effect, part=part), holds=holds
        )

    def _parked(
        self, taking: _Taking, document: SupplyUsage, record: ParkedLine | None
    ) -> ParkedLine:
        limit = datetime.fromisoformat(document.received_at) + self.pair.wait
        return ParkedLine(
            line_id=taking.mapped.line_id,
            document_id=document.document_id,
            missing=(effect_key(taking.original_id),),
            payload=to_json(document.reduced_to(taking.mapped.line)),
            parked_at=record.parked_at if record else self.clock.now(),
            waits_until=record.waits_until if record else limit,
        )

    def _held(
        self, taking: _Taking, document: SupplyUsage, code: str, detail: str
    ) -> tuple[Hold, ...]:
        mapped = taking.mapped
        facts = HoldFacts(
            line_id=mapped.line_id,
            document_id=document.document_id,
            message_id=document.message_id,
            position=str(mapped.line.position),
            detail=detail,
            facility=mapped.line.facility,
            content_hash=mapped.content_hash,
            payload=to_json(document.reduced_to(mapped.line)),
        )
        return (hold_for(code, facts, now=self.clock.now()),)


def part_ids(tenant: str, key: Sequence[str], part: int, by: int) -> tuple[str, str]:
    """The id of what a version posted of a line, and of what another takes back of that."""
    original_id = effect_id(tenant, EffectType.ISSUE, key, str(part))
    return original_id, effect_id(tenant, EffectType.REVERSAL, (original_id, *key), str(by))


def _taking(
    line: UsageLine, document: SupplyUsage, part: StandingPart, taken: TakenBack
) -> _Taking:
    original_id, line_id = part_ids(document.tenant, line.key, part.version, taken.by)
    mapped = MappedLine(line=line, line_id=line_id, content_hash=content_hash(line))
    return _Taking(part=part, taken=taken, original_id=original_id, mapped=mapped)


def _intent(taking: _Taking, document: SupplyUsage, original: Effect) -> ReversalIntent:
    """Of the day and moment of what it takes back: it corrects that use, and is none of its own."""
    return ReversalIntent(
        line=taking.mapped.line,
        line_id=taking.mapped.line_id,
        content_hash=taking.mapped.content_hash,
        original_id=taking.original_id,
        accounting_date=original.accounting_date,
        moved_at=original.moved_at,
        facilities=document.facilities,
    )
