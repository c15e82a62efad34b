"""Effects into the ERP, exactly once.

The effect protocol on a target that enforces our reference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.canonical.breaker import Breaker
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, LedgerEntry, SubmitOutcome, SubmitResult
from shared.effects.decisions import Answer, Deferral, Step, entry_after, step_for
from shared.ports.clock import Clock, Deadline
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import EffectClass, ErpConnector
from shared.ports.hold_store import HoldStore
from shared.ports.target_breaker import TargetBreaker
from shared.workflow.posting_holds import conflict_hold, refusal_hold
from shared.workflow.target_calls import TargetCalls
from shared.workflow.target_gate import Pace, TargetGate


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

    One ledger write an effect, also of one that waits while its target's breaker is open.
    `target` names that breaker.
    """

    target: str
    connector: ErpConnector
    breakers: TargetBreaker
    pace: Pace
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
        breaker, entries = self.breakers.read_with(
            self.target, [effect.effect_id for effect in effects]
        )
        steps = [step_for(effect, entries.get(effect.effect_id)) for effect in effects]
        to_send = _once_each(effects, steps)
        gate = self._gate(breaker, deadline)
        answers = self._answers(list(to_send.values()), entries, gate)
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

    def _answers(
        self,
        effects: Sequence[Effect],
        entries: Mapping[str, LedgerEntry],
        gate: TargetGate,
    ) -> dict[str, Answer]:
        calls = TargetCalls(
            connector=self.connector,
            gate=gate,
            holds=self.holds,
            clock=self.clock,
            attempts={key: entry.attempts for key, entry in entries.items()},
        )
        return calls.answers(effects)

    def _gate(self, breaker: Breaker, deadline: Deadline) -> TargetGate:
        return TargetGate(
            breakers=self.breakers,
            connector=self.connector,
            pace=self.pace,
            clock=self.clock,
            deadline=deadline,
            state=breaker,
        )

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


def _is_conflict(answer: Answer) -> bool:
    return isinstance(answer, SubmitResult) and answer.outcome is SubmitOutcome.CONFLICT
