"""Effects claimed before they are sent, to a target that does not enforce our reference."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from shared.canonical.breaker import Breaker
from shared.canonical.claim import Claim
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, ErpDocument, LedgerEntry
from shared.effects.claims import (
    answer_of_look_up,
    concluded_entry,
    is_quiet_time,
    owed_entry,
    quiet_until,
    step_after,
    waiting_entry,
)
from shared.effects.decisions import Answer, Deferral, Review, Step
from shared.effects.doubt import is_looked_up_first, is_lost_track_of, raised_entry
from shared.ports.clock import Deadline
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import EffectClass, Found
from shared.workflow.posting_holds import content_in_target, owned_hold
from shared.workflow.target_calls import TargetCalls

Answers: TypeAlias = "dict[str, Answer | Step]"
PERSONS = frozenset({EffectState.REJECTED, EffectState.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What the target said of effects in doubt.

    `answers` settle or defer one, `drafts` are to be finished, and `absent` ones are proven not
    written by any earlier attempt.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    drafts: dict[str, tuple[ErpDocument, ...]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    def cleared(self, entry: LedgerEntry) -> LedgerEntry:
        """The claim of an effect, without the doubt that a look-up has cleared."""
        is_absent = entry.effect.effect_id in self.absent
        return replace(entry, prior=EffectState.FREE) if is_absent else entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCalls:
    """One batch, call by call: what cannot be begun any more is not even claimed (section 3).

    `target` says what of the ledger is to be doubted, as it was read with the effects.
    """

    calls: TargetCalls
    ledger: EffectLedger
    target: Breaker
    deadline: Deadline
    new_token: Callable[[], str]

    def answers(self, effects: Sequence[Effect], entries: Mapping[str, LedgerEntry]) -> Answers:
        """One answer an effect, or the step that another's claim leaves to it; each effect once.

        The ledger has what each came to when this returns.
        """
        now = self.calls.clock.now()
        lost = [each for each in effects if self._is_lost(each, entries)]
        answers: Answers = {effect.effect_id: Step.WAIT for effect in lost}
        answers |= self._raise(lost, entries)
        known = [entries[each.effect_id] for each in effects if each.effect_id in entries]
        waiting = [each for each in known if is_quiet_time(each, now=now)]
        self._wait([each for each in waiting if each.effect.effect_id not in answers])
        answers |= {entry.effect.effect_id: Step.WAIT for entry in waiting}
        begun = [effect for effect in effects if effect.effect_id not in answers]
        for call in self.calls.calls_of(begun):
            if held := self.calls.gate.closed(call[0]):
                answers |= self._put_off(call, entries, held)
            else:
                answers |= self._one_call(call)
        return answers

    def _is_lost(self, effect: Effect, entries: Mapping[str, LedgerEntry]) -> bool:
        return is_lost_track_of(effect, entries.get(effect.effect_id), self.target)

    def _raise(self, lost: Sequence[Effect], entries: Mapping[str, LedgerEntry]) -> Answers:
        """Into doubt, in the ledger, before anything of them is sent again."""
        if not lost:
            return {}
        now, quiet = self.calls.clock.now(), self._quiet_until()
        raised = [
            raised_entry(each, entries.get(each.effect_id), quiet_until=quiet, now=now)
            for each in lost
        ]
        written = self.ledger.amend(raised)
        late = [each for each, done in zip(raised, written, strict=True) if not done]
        self.ledger.owe(late)
        return self._conflicts([each.effect for each in late])

    def _conflicts(self, effects: Sequence[Effect]) -> Answers:
        """Those whose item another content took between our read and our write."""
        standing = self.ledger.read([each.effect_id for each in effects]) if effects else {}
        return {
            each.effect_id: Step.CONFLICT
            for each in effects
            if (entry := standing.get(each.effect_id)) is not None
            and entry.effect.content_hash != each.content_hash
        }

    def _put_off(
        self, effects: Sequence[Effect], entries: Mapping[str, LedgerEntry], held: Deferral
    ) -> Answers:
        """Nothing is begun. What is owed already is owed at the new moment, the rest from now."""
        now = self.calls.clock.now()
        unmarked = []
        for effect in effects:
            known = entries.get(effect.effect_id)
            owed = owed_entry(effect, known, held, now=now)
            if known is None or known.next_at is None or owed.next_at is None:
                unmarked.append(owed)
            else:
                self.ledger.postpone(known, next_at=owed.next_at)
        if unmarked:
            self.ledger.owe(unmarked)
        new = [effect for effect in effects if effect.effect_id not in entries]
        put_off: Answers = dict.fromkeys((effect.effect_id for effect in effects), held)
        return put_off | self._conflicts(new)

    def _one_call(self, effects: Sequence[Effect]) -> Answers:
        """One claim per effect, and only what is claimed enters the call (section 6)."""
        claims = [self._claim_of(effect) for effect in effects]
        standing = self.ledger.claim(claims)
        steps = [step_after(claim, entry) for claim, entry in zip(claims, standing, strict=True)]
        by_step = list(zip(standing, steps, strict=True))
        self._wait([entry for entry, step in by_step if step is Step.WAIT])
        mine = [entry for entry, step in by_step if step is Step.SEND]
        answers: Answers = {
            entry.effect.effect_id: step for entry, step in by_step if step is not Step.SEND
        }
        return answers | self._sent(mine) if mine else answers

    def _claim_of(self, effect: Effect) -> Claim:
        return Claim(
            effect=effect,
            owner=self.new_token(),
            at=self.calls.clock.now(),
            quiet_until=self._quiet_until(),
        )

    def _quiet_until(self) -> int:
        return quiet_until(
            self.calls.connector.traits,
            now=self.calls.clock.now(),
            living_seconds=self.deadline.remaining_seconds(),
        )

    def _wait(self, others: Sequence[LedgerEntry]) -> None:
        """What is owed already costs nothing; only an outcome that settles it takes that away."""
        unmarked = [entry for entry in others if entry.next_at is None or not entry.quiet_until]
        if unmarked:
            quiet = self._quiet_until()
            self.ledger.owe([waiting_entry(entry, quiet=quiet) for entry in unmarked])

    def _sent(self, claimed: Sequence[LedgerEntry]) -> Answers:
        """What an earlier attempt may have written is looked up, the rest is sent."""
        claimed = [self._doubted(entry) for entry in claimed]
        seen = self._looked_up([entry for entry in claimed if entry.prior is EffectState.SENT])
        answers = dict(seen.answers)
        to_send = [entry.effect for entry in claimed if entry.effect.effect_id not in answers]
        if to_send:
            answers |= self.calls.submit(to_send, seen.drafts)
        return self._concluded([seen.cleared(entry) for entry in claimed], answers)

    def _doubted(self, entry: LedgerEntry) -> LedgerEntry:
        """One that a loss made doubtful is so until a look-up clears it, whatever comes between."""
        is_doubtful = is_looked_up_first(entry, self.target)
        return replace(entry, prior=EffectState.SENT) if is_doubtful else entry

    def _looked_up(self, doubtful: Sequence[LedgerEntry]) -> LookUp:
        effects = [entry.effect for entry in doubtful]
        if not effects:
            return LookUp()
        if self._class is EffectClass.E3:
            review = Review(reason="one attempt was made, and nobody can look what it wrote")
            return LookUp(answers=_all(effects, review))
        found = self.calls.gate.out_of_time() or self.calls.look_up(effects)
        if isinstance(found, Deferral):
            return LookUp(answers=_all(effects, found))
        return self._told(effects, found)

    def _told(self, effects: Sequence[Effect], found: Found) -> LookUp:
        told = LookUp()
        for effect in effects:
            reference = self.calls.reference(effect)
            documents = found.get(reference, ())
            answer = answer_of_look_up(effect, documents, self.calls.connector.traits)
            if answer is not None:
                told.answers[effect.effect_id] = answer
            elif documents:
                told.drafts[reference] = documents
            else:
                told.absent.add(effect.effect_id)
        return told

    def _concluded(self, claimed: Sequence[LedgerEntry], answers: Mapping[str, Answer]) -> Answers:
        now = self.calls.clock.now()
        outcomes = [
            concluded_entry(entry, answer, effect_class=self._class, now=now)
            for entry, answer in self._as_held(claimed, answers)
        ]
        # The hold first: what waits for a person that nobody names would be lost.
        persons = [outcome for outcome in outcomes if outcome.state in PERSONS]
        if persons:
            self.calls.holds.open([owned_hold(outcome, now) for outcome in persons])
        written = self.ledger.conclude(outcomes)
        late = [each for each, is_mine in zip(outcomes, written, strict=True) if not is_mine]
        if late:
            self._give_way(late)
        reviews = {
            outcome.effect.effect_id: Review(reason=outcome.reason)
            for outcome in outcomes
            if outcome.state is EffectState.REVIEW
        }
        return {**answers, **reviews}

    def _as_held(
        self, claimed: Sequence[LedgerEntry], answers: Mapping[str, Answer]
    ) -> Iterator[tuple[LedgerEntry, Answer]]:
        """Other content that the target holds is the effect's, if we know it: it waits on hold."""
        for entry in claimed:
            answer = answers[entry.effect.effect_id]
            known = content_in_target(self.calls.holds, entry.effect, answer)
            if known is None:
                yield entry, answer
            else:
                yield replace(entry, effect=known.effect), known.answer

    def _give_way(self, late: Sequence[LedgerEntry]) -> None:
        """Another has written since: nothing may wait for this delivery, which ends here.

        While that other goes on, our hold stays: it may end as we did, and finds the hold there,
        which nobody may take away behind it. If it posts the line, that closes the hold.
        """
        standing = self.ledger.read([outcome.effect.effect_id for outcome in late])
        unsettled = [entry for entry in standing.values() if not entry.is_settled]
        self._wait(unsettled)
        for outcome in late:
            stands = standing.get(outcome.effect.effect_id)
            is_other = stands and stands.is_settled and stands.state is not outcome.state
            if outcome.state in PERSONS and is_other:
                hold = owned_hold(outcome, self.calls.clock.now())
                self.calls.holds.close(hold.line_id, hold.code, "another attempt ended otherwise")

    @property
    def _class(self) -> EffectClass:
        return self.calls.connector.traits.effect_class


def _all(effects: Sequence[Effect], answer: Answer) -> dict[str, Answer]:
    return {effect.effect_id: answer for effect in effects}
