"""Effects into the ERP, exactly once (effect-protocol sections 3, 4 and 6)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.canonical.breaker import Breaker
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, LedgerEntry, SubmitOutcome, SubmitResult
from shared.effects.decisions import Answer, Deferral, Review, Step, entry_after, step_for
from shared.effects.doubt import is_told_long_ago, is_undone
from shared.ports.clock import Clock, Deadline
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import EffectClass, ErpConnector
from shared.ports.hold_store import HoldStore
from shared.ports.target_breaker import TargetBreaker
from shared.workflow.claimed_calls import ClaimedCalls
from shared.workflow.posting_holds import conflict_hold, content_in_target, owned_hold
from shared.workflow.target_calls import TargetCalls
from shared.workflow.target_gate import Pace, TargetGate


class PostOutcome(StrEnum):
    """What one delivery came to."""

    POSTED = "posted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    REVIEW = "review"
    DEFERRED = "deferred"  # the ledger says when to try again; the delivery is done


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEffect:
    """Many effects share a call; each keeps its own identity and outcome.

    Where the target enforces our reference (class E1) an effect is one ledger write, also one that
    waits while its target's breaker is open. Elsewhere it is claimed first, which is one more.
    `target` names the breaker; `new_token` mints what no two deliveries share.
    """

    target: str
    connector: ErpConnector
    breakers: TargetBreaker
    pace: Pace
    ledger: EffectLedger
    holds: HoldStore
    clock: Clock
    new_token: Callable[[], str]

    def __call__(self, effects: Sequence[Effect], deadline: Deadline) -> Sequence[PostOutcome]:
        """Post what is not settled yet.

        Raises:
            ThrottledError: the ledger or the holds could not be written; deliver all of it again.
        """
        breaker, entries = self.breakers.read_with(
            self.target, [effect.effect_id for effect in effects]
        )
        steps = self._steps(effects, entries, breaker)
        to_send = _once_each(effects, steps)
        calls = self._calls(entries, self._gate(breaker, deadline))
        answers = self._posted(to_send, entries, calls, breaker, deadline)
        outcomes = [
            _outcome(effect, step, to_send, answers)
            for effect, step in zip(effects, steps, strict=True)
        ]
        self._hold_conflicts(effects, outcomes)
        return outcomes

    def _steps(
        self, effects: Sequence[Effect], entries: Mapping[str, LedgerEntry], breaker: Breaker
    ) -> list[Step]:
        """A copy of what a loss has undone is done with: its message is driven again."""
        asked = [x.reverses for x in effects if x.reverses and is_told_long_ago(x, breaker)]
        originals = self.ledger.read(asked) if asked else {}
        steps = []
        for effect in effects:
            entry, original = entries.get(effect.effect_id), originals.get(effect.reverses)
            undone = is_undone(effect, entry, original, breaker)
            steps.append(Step.ACKNOWLEDGE if undone else step_for(effect, entry))
        return steps

    def _posted(
        self,
        to_send: Mapping[str, Effect],
        entries: Mapping[str, LedgerEntry],
        calls: TargetCalls,
        breaker: Breaker,
        deadline: Deadline,
    ) -> Mapping[str, Answer | Step]:
        effects = list(to_send.values())
        if self.connector.traits.effect_class is not EffectClass.E1:
            claimed = ClaimedCalls(
                calls=calls,
                ledger=self.ledger,
                target=breaker,
                deadline=deadline,
                new_token=self.new_token,
            )
            return claimed.answers(effects, entries)
        answers = calls.answers(effects)
        self._record(to_send, answers, entries)
        return answers

    def _hold_conflicts(self, effects: Sequence[Effect], outcomes: Sequence[PostOutcome]) -> None:
        now = self.clock.now()
        conflicts = [
            conflict_hold(effect, now)
            for effect, outcome in zip(effects, outcomes, strict=True)
            if outcome is PostOutcome.CONFLICT
        ]
        if conflicts:
            self.holds.open(conflicts)

    def _calls(self, entries: Mapping[str, LedgerEntry], gate: TargetGate) -> TargetCalls:
        return TargetCalls(
            connector=self.connector,
            gate=gate,
            holds=self.holds,
            clock=self.clock,
            attempts={key: entry.attempts for key, entry in entries.items()},
        )

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
            entry_after(effect, entries.get(key), answer, now=now)
            for key in sent
            for effect, answer in self._told(sent[key], entries.get(key), answers[key])
        ]
        # The hold first: a REJECTED effect that nobody owns would be lost.
        rejected = [entry for entry in changes if entry.state is EffectState.REJECTED]
        if rejected:
            self.holds.open([owned_hold(entry, now) for entry in rejected])
        written = self.ledger.record(changes) if changes else ()
        passed_over = [each for each, kept in zip(changes, written, strict=True) if not kept]
        if passed_over:
            self._hold_other_contents(passed_over, now)

    def _hold_other_contents(self, passed_over: Sequence[LedgerEntry], now: datetime) -> None:
        """What was not written because another content of its line was settled first (USE2).

        Nothing in the ledger says that it ever came, and its delivery ends here.
        """
        standing = self.ledger.read([each.effect.effect_id for each in passed_over])
        conflicts = [
            conflict_hold(each.effect, now)
            for each in passed_over
            if standing[each.effect.effect_id].effect.content_hash != each.effect.content_hash
        ]
        if conflicts:
            self.holds.open(conflicts)

    def _told(
        self, effect: Effect, entry: LedgerEntry | None, answer: Answer
    ) -> Iterator[tuple[Effect, Answer]]:
        """What the ledger is told; of a CONFLICT nothing, unless we know the target's content."""
        if not (isinstance(answer, SubmitResult) and answer.outcome is SubmitOutcome.CONFLICT):
            yield effect, answer
        elif entry is not None and (known := content_in_target(self.holds, effect, answer)):
            yield known.effect, known.answer


OUTCOMES = {
    SubmitOutcome.POSTED: PostOutcome.POSTED,
    SubmitOutcome.DUPLICATE: PostOutcome.DUPLICATE,
    SubmitOutcome.ACCEPTED: PostOutcome.DEFERRED,
    SubmitOutcome.REFUSED: PostOutcome.REJECTED,
    SubmitOutcome.CONFLICT: PostOutcome.CONFLICT,
}


SETTLED_BEFORE = {
    Step.ACKNOWLEDGE: PostOutcome.DUPLICATE,
    Step.CONFLICT: PostOutcome.CONFLICT,
    Step.WAIT: PostOutcome.DEFERRED,
}


def _outcome(
    effect: Effect, step: Step, sent: Mapping[str, Effect], answers: Mapping[str, Answer | Step]
) -> PostOutcome:
    if step is not Step.SEND:
        return SETTLED_BEFORE[step]
    if sent[effect.effect_id].content_hash != effect.content_hash:
        return PostOutcome.CONFLICT
    answer = answers[effect.effect_id]
    match answer:
        case Step():
            return SETTLED_BEFORE[answer]
        case Deferral():
            return PostOutcome.DEFERRED
        case Review():
            return PostOutcome.REVIEW
        case SubmitResult():
            return OUTCOMES[answer.outcome]


def _once_each(effects: Sequence[Effect], steps: Sequence[Step]) -> dict[str, Effect]:
    """What is sent, by effect id: the first delivery of each, since a batch may hold one twice."""
    first: dict[str, Effect] = {}
    for effect, step in zip(effects, steps, strict=True):
        if step is Step.SEND:
            first.setdefault(effect.effect_id, effect)
    return first
