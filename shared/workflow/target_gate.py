"""Whether a call may go out to a target now: its breaker, its pace, and the worker's own time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from shared.canonical.breaker import Breaker
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState
from shared.effects.breaker import (
    Admission,
    admission,
    after_answer,
    after_failure,
    claimed,
    due_again_at,
)
from shared.effects.decisions import Deferral
from shared.effects.identity import external_reference
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.clock import Clock, Deadline
from shared.ports.erp import ErpConnector
from shared.ports.target_breaker import TargetBreaker

MARGIN_SECONDS = 5  # to write the outcomes of a call that took all of its time
Pause = Callable[[float], None]


@dataclass(slots=True, kw_only=True)
class Pace:
    """How many documents a second one worker may send: lives as long as the worker.

    POLICY: a target's cap is divided evenly among its workers (their number is fixed by the queue's
    mapping). A call goes out whole, and the next one waits until the average is kept: at most one
    call of documents comes in a burst. Zero is no cap.
    """

    documents_per_second: float
    clock: Clock
    pause: Pause
    free_at: float = 0.0  # epoch seconds

    def wait(self, *, most_seconds: float) -> bool:
        """Wait for the next call's turn, if it comes in time."""
        needed = self.free_at - self._now()
        if needed > 0:
            self.pause(min(needed, max(most_seconds, 0.0)))
        return self.free_at <= self._now()

    def spend(self, documents: int) -> None:
        """These are sent now."""
        if self.documents_per_second:
            self.free_at = self._now() + documents / self.documents_per_second

    def _now(self) -> float:
        return self.clock.now().timestamp()


@dataclass(slots=True, kw_only=True)
class TargetGate:
    """One batch's way to a target. `state` is what this worker last knew of its breaker.

    A closed breaker that nothing is held against costs no read and no write here.
    """

    breakers: TargetBreaker
    connector: ErpConnector
    pace: Pace
    clock: Clock
    deadline: Deadline
    state: Breaker

    def held_back(self, effects: Sequence[Effect]) -> Deferral | None:
        """Why these are not sent now; None if they may be. May make the one probe."""
        held = self.out_of_time() or self._left_alone(effects[0]) or self._paced()
        held = held or self.out_of_time()  # a probe or a wait has taken some
        if held is None:
            self.pace.spend(len(effects))
        return held

    def closed(self, effect: Effect) -> Deferral | None:
        """Why nothing at all is begun now; None if something may be. May make the one probe."""
        return self.out_of_time() or self._left_alone(effect)

    def out_of_time(self) -> Deferral | None:
        """Nothing is sent that could outlive its worker."""
        return None if self._spare_seconds() >= 0 else _not_tried("no time left to send")

    def answered(self) -> None:
        """A call was answered, be it with a refusal."""
        if not self.state.is_untroubled:
            self._write(after_answer(self.state, most_failures=self._most_failures))

    def failed(self) -> None:
        """A call failed in a way that speaks of an outage."""
        change = after_failure(self.state, most_failures=self._most_failures, now=self._now())
        self._write(change)

    @property
    def _most_failures(self) -> int:
        return self.connector.traits.outage_after_calls

    def _left_alone(self, effect: Effect) -> Deferral | None:
        match admission(self.state, now=self._now()):
            case Admission.CALL:
                return None
            case Admission.PROBE if self._is_claimed():
                self._probe(effect)
            case _:
                pass
        return self._waiting() if self.state.is_open else None

    def _is_claimed(self) -> bool:
        seconds = ceil(self.connector.traits.call_timeout_seconds + MARGIN_SECONDS)
        claim = claimed(self.state, now=self._now(), probe_seconds=seconds)
        standing = self.breakers.replace(self.state, claim)
        self.state = standing or self.breakers.read(self.state.target)
        return standing is not None

    def _probe(self, effect: Effect) -> None:
        """Look something up: that writes nothing, and no effect's own fault can spoil it."""
        length = self.connector.traits.reference_length
        try:
            self.connector.find([external_reference(effect.effect_id, length)])
        except OutcomeUnknownError:
            self.failed()
        except NotWrittenError as error:
            if error.unreachable:
                self.failed()
            else:
                self.answered()
        else:
            self.answered()

    def _waiting(self) -> Deferral:
        due = due_again_at(self.state, now=self._now())
        return _not_tried("the target is left alone until it answers a probe", not_before=due)

    def _paced(self) -> Deferral | None:
        if self.pace.wait(most_seconds=self._spare_seconds()):
            return None
        return _not_tried("more than the target's cap", not_before=ceil(self.pace.free_at))

    def _spare_seconds(self) -> float:
        taken = self.connector.traits.call_timeout_seconds + MARGIN_SECONDS
        return self.deadline.remaining_seconds() - taken

    def _write(self, new: Breaker) -> None:
        """Who was overtaken goes by what stands now."""
        standing = self.breakers.replace(self.state, new)
        self.state = standing or self.breakers.read(self.state.target)

    def _now(self) -> int:
        return int(self.clock.now().timestamp())


def _not_tried(reason: str, *, not_before: int | None = None) -> Deferral:
    return Deferral(state=EffectState.FREE, reason=reason, not_before=not_before, is_attempt=False)
