"""A person decides about an effect that waits for one: REJECTED or in REVIEW (section 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from shared.canonical.codec import to_json
from shared.canonical.effect import Effect
from shared.canonical.hold import HoldKind
from shared.canonical.journal import JournalFact
from shared.canonical.message import Sighting
from shared.canonical.outcome import EffectState, ErpDocument, LedgerEntry
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import external_reference
from shared.errors import LedgerwardError
from shared.holds.identity import CONFLICT
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import ErpConnector
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.release_parked import SKEW
from shared.workflow.waiting_reversals import WaitingReversals

KIND = "EffectDecision"


class Verdict(StrEnum):
    """What a person may say of an effect."""

    RELEASE = "release"  # the cause of a refusal is mended: mapped again and sent again
    CLOSE = "close"  # a refusal stands
    POSTED = "posted"  # the target has it, as the document that is named
    ABSENT = "absent"  # the target has it not


ABOUT = {
    Verdict.RELEASE: (EffectState.REJECTED,),
    Verdict.CLOSE: (EffectState.REJECTED,),
    Verdict.POSTED: (EffectState.REVIEW, EffectState.REJECTED),
    Verdict.ABSENT: (EffectState.REVIEW,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectDecision:
    """What is decided of one effect. `erp_id` names its document if it is posted."""

    effect_id: str
    verdict: Verdict
    who: str
    reason: str
    erp_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideEffect:
    """The target is asked before a person's word is taken, and the word is archived before it acts.

    An effect that goes on keeps its hold until it is posted: refused once more, it has its owner.
    """

    archive: OperatorArchive
    journal: Journal
    ledger: EffectLedger
    holds: HoldStore
    connector: ErpConnector
    clock: Clock
    reversals: WaitingReversals
    source_line: Callable[[Effect], SupplyUsage | None]
    documents: DocumentQueue

    def __call__(self, decision: EffectDecision) -> EffectState:
        """Apply a decision; the state it leads to.

        Raises:
            LedgerwardError: it is not about such an effect, or the target says otherwise.
            OutcomeUnknownError: the target could not be asked; decide again later.
            NotWrittenError: the same.
        """
        entry = self._about(decision)
        after = self._judged(entry, decision, self._found(entry.effect))
        kept = self.archive.keep(to_json(decision), kind=KIND, who=decision.who)
        return self._apply(kept, entry, after, decision)

    def again(self, sighting: Sighting, decision: EffectDecision) -> bool:
        """Apply an archived decision that was lost; whether it was.

        Raises:
            OutcomeUnknownError: the target could not be asked; recover again later.
            NotWrittenError: the same.
        """
        entry = self.ledger.read([decision.effect_id]).get(decision.effect_id)
        if entry is None or not _is_about(entry, decision):
            return False
        told = self.journal.read(entry.effect.document_id)
        if _fact_id(sighting) in {each.fact.fact_id for each in told}:
            return False  # it was applied; what waits now was refused after it
        found = self._found(entry.effect)
        final = [document for document in found.values() if document.is_final]
        if len(final) == len(found) == 1:  # what was decided has been carried out since
            after = _done(entry, final[0])
        else:
            try:
                after = self._judged(entry, decision, found)
            except LedgerwardError:
                return False  # the target says otherwise by now: a person looks again
        self._apply(sighting, entry, after, decision)
        return True

    def _about(self, decision: EffectDecision) -> LedgerEntry:
        entry = self.ledger.read([decision.effect_id]).get(decision.effect_id)
        if entry is None or not _is_about(entry, decision):
            state = entry.state if entry else "unknown"
            wanted = " or ".join(ABOUT[decision.verdict])
            raise LedgerwardError(
                f"effect {decision.effect_id} is {state}: only one that is {wanted} can be"
                f" decided as {decision.verdict}"
            )
        if decision.verdict is Verdict.ABSENT and _is_young(entry, now=self.clock.now()):
            raise LedgerwardError(
                f"effect {decision.effect_id} may still show in the target: decide it after"
                f" {datetime.fromtimestamp(entry.quiet_until, UTC).isoformat()}"
            )
        return entry

    def _judged(
        self, entry: LedgerEntry, decision: EffectDecision, found: Mapping[str, ErpDocument]
    ) -> LedgerEntry:
        """The item as the decision leaves it; a document that is found speaks for itself."""
        if decision.verdict is Verdict.POSTED:
            return _done(entry, self._named(entry.effect, decision.erp_id, found))
        if found:
            ids = ", ".join(each.erp_id for each in found.values())
            raise LedgerwardError(
                f"effect {decision.effect_id} is in the target (document {ids}): it cannot be"
                f" decided as {decision.verdict}; name its document instead, or reverse it there"
            )
        if decision.verdict is Verdict.CLOSE:
            is_offset = self.reversals.full_one_of(entry.effect) is not None
            return replace(entry, state=EffectState.OFFSET if is_offset else entry.state)
        return replace(entry, state=EffectState.FREE, fence=entry.fence + 1, undecided=0)

    def _found(self, effect: Effect) -> Mapping[str, ErpDocument]:
        reference = external_reference(effect.effect_id, self.connector.traits.reference_length)
        found = self.connector.find([reference]).get(reference, ())
        return {document.erp_id: document for document in found}

    def _named(self, effect: Effect, erp_id: str, found: Mapping[str, ErpDocument]) -> ErpDocument:
        document = found.get(erp_id)
        if document is None or not document.is_final:
            ids = ", ".join(each.erp_id for each in found.values() if each.is_final) or "none"
            raise LedgerwardError(
                f"the target has no final document {erp_id} under effect {effect.effect_id}:"
                f" there is {ids}"
            )
        return document

    def _apply(
        self, kept: Sighting, entry: LedgerEntry, after: LedgerEntry, decision: EffectDecision
    ) -> EffectState:
        """What is mapped again is owed by the documents queue, any other that goes on from now."""
        at = kept.received_at
        again = self._mapped_again(after, decision, at)
        owed = int(at.timestamp()) if after.state is EffectState.FREE and again is None else None
        written = replace(after, next_at=owed, recorded_at=at.isoformat(), reason=decision.reason)
        if not all(self.ledger.amend([written])):
            raise LedgerwardError(f"effect {decision.effect_id} has changed meanwhile: look again")
        if again is not None:
            self.documents.send([again])
        if decision.verdict is Verdict.CLOSE and after.state is not EffectState.DONE:
            self._close(entry.effect, decision, is_offset=after.state is EffectState.OFFSET)
        self.journal.append(entry.effect.document_id, [_fact(kept, decision, after.state)])
        return after.state

    def _mapped_again(
        self, after: LedgerEntry, decision: EffectDecision, at: datetime
    ) -> SupplyUsage | None:
        """By the rules of now, with the same id; what has no line of its own goes as it is."""
        if decision.verdict is not Verdict.RELEASE or after.state is not EffectState.FREE:
            return None
        line = self.source_line(after.effect)
        return replace(line, released_at=(at + SKEW).isoformat()) if line else None

    def _close(self, effect: Effect, decision: EffectDecision, *, is_offset: bool) -> None:
        if is_offset:
            self.reversals.offset_full_one_of(effect)
        for hold in self.holds.of_line(effect.effect_id):
            if hold.kind is HoldKind.BLOCKING and hold.code != CONFLICT:
                self.holds.close(hold.line_id, hold.code, decision.reason, who=decision.who)


def _is_young(entry: LedgerEntry, *, now: datetime) -> bool:
    """Whether a look-up does not show yet what the last attempt wrote."""
    return entry.quiet_until >= int(now.timestamp())


def _is_about(entry: LedgerEntry, decision: EffectDecision) -> bool:
    """One that was released and then lost on its way may be released once more."""
    is_lying = entry.state is EffectState.FREE and entry.next_at is None
    is_released = decision.verdict is Verdict.RELEASE and is_lying
    return is_released or entry.state in ABOUT[decision.verdict]


def _done(entry: LedgerEntry, document: ErpDocument) -> LedgerEntry:
    return replace(entry, state=EffectState.DONE, document=document, undecided=0)


def _fact_id(sighting: Sighting) -> str:
    return f"effect_decided:{sighting.message_id}"


def _fact(sighting: Sighting, decision: EffectDecision, state: EffectState) -> JournalFact:
    return JournalFact(
        fact_id=_fact_id(sighting),
        kind="effect_decided",
        at=sighting.received_at.isoformat(),
        data={
            "effect_id": decision.effect_id,
            "verdict": decision.verdict.value,
            "state": state.value,
            "erp_id": decision.erp_id,
            "reason": decision.reason,
            "who": decision.who,
            "raw_key": sighting.key,
        },
    )
