"""What is owed another attempt goes back into the queue (effect-protocol section 5.

Never silent).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from shared.canonical.outcome import LedgerEntry
from shared.effects.backoff import LONGEST_SECONDS
from shared.effects.breaker import Admission, admission
from shared.effects.companions import COMPANIONS
from shared.ports.clock import Clock, Deadline
from shared.ports.effect_ledger import EffectLedger
from shared.ports.queues import EffectQueue
from shared.ports.target_breaker import TargetBreaker

AT_ONCE = 100
LEAST_SECONDS = 10  # a page takes less: what is postponed is also sent


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepEffects:
    """Re-enqueues every effect whose `next_at` has come.

    The mark stays until an attempt settles it. While the target's breaker is open, nothing goes
    back that would only be put off again; when its probe is due, one call's worth does.
    """

    target: str
    breakers: TargetBreaker
    ledger: EffectLedger
    effects: EffectQueue
    clock: Clock

    def __call__(self, deadline: Deadline) -> int:
        """Sweep until nothing is due or time is up; returns how many effects went back."""
        match admission(self.breakers.read(self.target), now=self._now()):
            case Admission.WAIT:
                return 0
            case Admission.PROBE:
                return self._return(self.ledger.due(now=self._now(), limit=COMPANIONS[0]))
            case Admission.CALL:
                return self._sweep(deadline)
            case unknown:
                assert_never(unknown)

    def _sweep(self, deadline: Deadline) -> int:
        swept = 0
        while deadline.remaining_seconds() >= LEAST_SECONDS:
            due = self.ledger.due(now=self._now(), limit=AT_ONCE)
            if not due:
                break
            swept += self._return(due)
        return swept

    def _return(self, due: Sequence[LedgerEntry]) -> int:
        if not due:
            return 0
        # Postponed first, so that two sweepers do not both send it: a crash before the send costs
        # one more wait.
        later = self._now() + LONGEST_SECONDS
        mine = [entry for entry in due if self.ledger.postpone(entry, next_at=later)]
        self.effects.send([entry.effect for entry in mine])
        return len(mine)

    def _now(self) -> int:
        return int(self.clock.now().timestamp())
