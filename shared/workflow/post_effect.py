"""Effects into the ERP, exactly once.

The effect protocol on a target that enforces our reference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.canonical.effect import Effect
from shared.canonical.outcome import (
    EffectState,
    ErpDocument,
    LedgerEntry,
    SubmitOutcome,
    SubmitResult,
)
from shared.effects.decisions import Answer, Deferral, Step, entry_after, step_for
from shared.effects.identity import external_reference
from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.ports.clock import Clock, Deadline
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import EffectClass, ErpConnector
from shared.ports.hold_store import HoldStore
from shared.workflow.posting_holds import conflict_hold, refusal_hold, target_access_hold

MARGIN_SECONDS = 5  # to write the outcomes of a call that took all of its time


class PostOutcome(StrEnum):
    """What one delivery came to."""

    POSTED = "posted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    DEFERRED = "deferred"  # the ledger says when to try again; the delivery is done


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEffect:
    """Many effects share a call; each keeps its own identity and outcome.

    One ledger write an effect.
    """

    connector: ErpConnector
    ledger: EffectLedger
    holds: HoldStore
    clock: Clock

    def __call__(self, effects: Sequence[Effect], deadline: Deadline) -> Sequence[PostOutcome]:
        """Post what is not settled yet.

        Raises:
            ThrottledError: the ledger or the holds could not be written; deliver all of it again.
        """
        if self.connector.traits.effect_class is not EffectClass.E1:
            raise NotImplementedError(
                "only targets that enforce our reference can be posted to yet"
            )
        entries = self.ledger.read([effect.effect_id for effect in effects])
        steps = [step_for(effect, entries.get(effect.effect_id)) for effect in effects]
        to_send = _once_each(effects, steps)
        answers = self._answers(list(to_send.values()), deadline)
        self._record(to_send, answers, entries)
        outcomes = [
            _outcome(effect, step, to_send, answers)
            for effect, step in zip(effects, steps, strict=True)
        ]
        self._hold_conflicts(effects, outcomes)
        return outcomes

    def _hold_conflicts(self, effects: Sequence[Effect], outcomes: Sequence[PostOutcome]) -> None:
        now = self.clock.now()
        conflicts = [
            conflict_hold(effect, now)
            for effect, outcome in zip(effects, outcomes, strict=True)
            if outcome is PostOutcome.CONFLICT
        ]
        if conflicts:
            self.holds.open(conflicts)

    def _answers(self, effects: Sequence[Effect], deadline: Deadline) -> dict[str, Answer]:
        answers = self._submit(effects, deadline) if effects else {}
        refused = [effect for effect in effects if _is_refused(answers[effect.effect_id])]
        return answers | self._looked_up(refused) if refused else answers

    def _submit(self, effects: Sequence[Effect], deadline: Deadline) -> dict[str, Answer]:
        """One call, or halves of it when the target refuses it whole (section 6)."""
        if (
            deadline.remaining_seconds()
            < self.connector.traits.call_timeout_seconds + MARGIN_SECONDS
        ):
            return _all(effects, Deferral(state=EffectState.FREE, reason="no time left to send"))
        try:
            results = self.connector.submit(effects, {})
        except OutcomeUnknownError as error:
            return _all(effects, Deferral(state=EffectState.SENT, reason=str(error)))
        except NotWrittenError as error:
            return self._not_written(effects, error)
        except BatchRefusedError as error:
            if len(effects) == 1:
                return {effects[0].effect_id: _refused(error)}
            middle = len(effects) // 2
            first = self._submit(effects[:middle], deadline)
            return first | self._submit(effects[middle:], deadline)
        return {effect.effect_id: result for effect, result in zip(effects, results, strict=True)}

    def _not_written(self, effects: Sequence[Effect], error: NotWrittenError) -> dict[str, Answer]:
        if error.target_access:
            self.holds.open([target_access_hold(effects[0], str(error), self.clock.now())])
        deferral = Deferral(
            state=EffectState.FREE,
            reason=str(error),
            retry_after_seconds=error.retry_after_seconds,
        )
        return _all(effects, deferral)

    def _looked_up(self, refused: Sequence[Effect]) -> dict[str, Answer]:
        """A refusal stands only if the reference is absent: a racing first send may have won."""
        references = {effect.effect_id: self._reference(effect) for effect in refused}
        try:
            found = self.connector.find(list(references.values()))
        except (OutcomeUnknownError, NotWrittenError) as error:
            reason = f"refused, but not looked up: {error}"
            return _all(refused, Deferral(state=EffectState.FREE, reason=reason))
        return {
            effect.effect_id: _as_found(effect, found[references[effect.effect_id]][0])
            for effect in refused
            if found.get(references[effect.effect_id])
        }

    def _reference(self, effect: Effect) -> str:
        return external_reference(effect.effect_id, self.connector.traits.reference_length)

    def _record(
        self,
        sent: Mapping[str, Effect],
        answers: Mapping[str, Answer],
        entries: Mapping[str, LedgerEntry],
    ) -> None:
        now = self.clock.now()
        changes = [
            entry_after(effect, entries.get(key), answers[key], now=now)
            for key, effect in sent.items()
            if not _is_conflict(answers[key])
        ]
        # The hold first: a REJECTED effect that nobody owns would be lost.
        rejected = [entry for entry in changes if entry.state is EffectState.REJECTED]
        if rejected:
            self.holds.open([refusal_hold(entry, now) for entry in rejected])
        if changes:
            self.ledger.record(changes)


OUTCOMES = {
    SubmitOutcome.POSTED: PostOutcome.POSTED,
    SubmitOutcome.DUPLICATE: PostOutcome.DUPLICATE,
    SubmitOutcome.ACCEPTED: PostOutcome.DEFERRED,
    SubmitOutcome.REFUSED: PostOutcome.REJECTED,
    SubmitOutcome.CONFLICT: PostOutcome.CONFLICT,
}


def _outcome(
    effect: Effect, step: Step, sent: Mapping[str, Effect], answers: Mapping[str, Answer]
) -> PostOutcome:
    if step is Step.ACKNOWLEDGE:
        return PostOutcome.DUPLICATE
    if step is Step.CONFLICT or sent[effect.effect_id].content_hash != effect.content_hash:
        return PostOutcome.CONFLICT
    answer = answers[effect.effect_id]
    return PostOutcome.DEFERRED if isinstance(answer, Deferral) else OUTCOMES[answer.outcome]


def _once_each(effects: Sequence[Effect], steps: Sequence[Step]) -> dict[str, Effect]:
    """What is sent, by effect id: the first delivery of each, since a batch may hold one twice."""
    first: dict[str, Effect] = {}
    for effect, step in zip(effects, steps, strict=True):
        if step is Step.SEND:
            first.setdefault(effect.effect_id, effect)
    return first


def _all(effects: Sequence[Effect], answer: Answer) -> dict[str, Answer]:
    return {effect.effect_id: answer for effect in effects}


def _refused(error: BatchRefusedError) -> SubmitResult:
    return SubmitResult(outcome=SubmitOutcome.REFUSED, code="VALIDATION", text=error.refusal)


def _is_refused(answer: Answer) -> bool:
    return isinstance(answer, SubmitResult) and answer.outcome is SubmitOutcome.REFUSED


def _is_conflict(answer: Answer) -> bool:
    return isinstance(answer, SubmitResult) and answer.outcome is SubmitOutcome.CONFLICT


def _as_found(effect: Effect, document: ErpDocument) -> SubmitResult:
    same = document.content_hash == effect.content_hash
    outcome = SubmitOutcome.DUPLICATE if same else SubmitOutcome.CONFLICT
    return SubmitResult(outcome=outcome, document=document)
