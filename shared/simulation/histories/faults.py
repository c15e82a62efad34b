"""How often what goes wrong, by level: data, so that a reader sees what a level means."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class FaultLevel(StrEnum):
    """From a world where nothing fails to one that is out to get us."""

    NONE = "none"
    BASE = "base"
    HEAVY = "heavy"
    ADVERSARIAL = "adversarial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Rates between 0 and 1. Each is of one I/O, one invocation, one message or one history."""

    # One I/O of a worker.
    killed_before: float = 0.0
    killed_after: float = 0.0
    torn: float = 0.0  # half of what one call writes is written, then the worker dies
    throttled: float = 0.0
    reply_lost: float = 0.0  # the client library repeats the call, which was applied
    answer_lost: float = 0.0  # the call was applied, and the worker is told to come later
    paused: float = 0.0  # only of a worker that runs beside others
    # One invocation.
    beside_others: float = 0.0
    zombie: float = 0.0  # it sleeps past its deadline and goes on as if nothing were
    acknowledgement_lost: float = 0.0  # of one message
    # One message sent.
    duplicated: float = 0.0
    duplicated_late: float = 0.0
    delayed: float = 0.0
    repeated_batch: float = 0.0  # of the ledger's stream
    sent_again: float = 0.0  # a source sends what was accepted again, minutes or days later
    # One call of the target.
    target_answer_lost: float = 0.0
    target_unknown: float = 0.0
    target_late: float = 0.0  # it commits later, and nobody is told
    target_draft_left: float = 0.0  # it stops between its two steps
    commits_within_seconds: float = 0.0  # of its answer being given up: 30 are promised (A2)
    target_not_written: float = 0.0
    target_throttled: float = 0.0
    # One history.
    lag_share: float = 0.9  # of the lag that a target promises for its look-ups (A3)
    outages: float = 0.0  # a target away for 15 minutes; expected number
    deploys: float = 0.0
    rollback: float = 0.0
    poison: float = 0.0  # messages that nobody can read; expected number
    skew_seconds: float = 0.0  # a worker's clock is off by at most half of this

    @property
    def of_an_io(self) -> float:
        """How often anything befalls one I/O but a pause."""
        killed = self.killed_before + self.killed_after + self.torn
        return killed + self.throttled + self.reply_lost + self.answer_lost


LEVELS: Mapping[FaultLevel, Faults] = MappingProxyType(
    {
        FaultLevel.NONE: Faults(),
        FaultLevel.BASE: Faults(
            killed_before=0.0003,
            killed_after=0.0003,
            torn=0.0002,
            throttled=0.001,
            reply_lost=0.001,
            answer_lost=0.0005,
            paused=0.2,
            beside_others=0.03,
            zombie=0.002,
            acknowledgement_lost=0.002,
            duplicated=0.01,
            duplicated_late=0.002,
            delayed=0.01,
            repeated_batch=0.01,
            sent_again=0.02,
            target_answer_lost=0.005,
            target_unknown=0.005,
            target_late=0.003,
            target_draft_left=0.003,
            commits_within_seconds=10.0,
            target_not_written=0.005,
            target_throttled=0.01,
            outages=0.3,
            deploys=0.3,
            rollback=0.1,
            poison=0.2,
            skew_seconds=1.0,
        ),
        FaultLevel.HEAVY: Faults(
            killed_before=0.001,
            killed_after=0.001,
            torn=0.001,
            throttled=0.004,
            reply_lost=0.004,
            answer_lost=0.002,
            paused=0.2,
            beside_others=0.1,
            zombie=0.01,
            acknowledgement_lost=0.01,
            duplicated=0.05,
            duplicated_late=0.01,
            delayed=0.05,
            repeated_batch=0.05,
            sent_again=0.05,
            target_answer_lost=0.03,
            target_unknown=0.03,
            target_late=0.02,
            target_draft_left=0.02,
            commits_within_seconds=25.0,
            target_not_written=0.03,
            target_throttled=0.03,
            outages=1.0,
            deploys=1.0,
            rollback=0.4,
            poison=1.0,
            skew_seconds=4.0,
        ),
        FaultLevel.ADVERSARIAL: Faults(
            killed_before=0.003,
            killed_after=0.003,
            torn=0.003,
            throttled=0.01,
            reply_lost=0.01,
            answer_lost=0.005,
            paused=0.3,
            beside_others=0.25,
            zombie=0.05,
            acknowledgement_lost=0.03,
            duplicated=0.15,
            duplicated_late=0.02,
            delayed=0.1,
            repeated_batch=0.1,
            sent_again=0.1,
            target_answer_lost=0.1,
            target_unknown=0.05,
            target_late=0.05,
            target_draft_left=0.05,
            commits_within_seconds=30.0,
            target_not_written=0.05,
            target_throttled=0.05,
            outages=2.0,
            deploys=2.0,
            rollback=0.8,
            poison=2.0,
            skew_seconds=5.0,
        ),
    }
)
