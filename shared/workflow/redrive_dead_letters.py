"""What crashed its workers goes back into its queue, and to a person if it keeps doing so."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from shared.holds.opening import HoldFacts, hold_for
from shared.ports.clock import Clock
from shared.ports.dead_letters import DeadLetterReturn
from shared.ports.hold_store import HoldStore

MOST_REDRIVES = 5
FIRST_DELAY_SECONDS = 15
LONGEST_DELAY_SECONDS = 900  # the longest that SQS delays a message


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message found in a dead-letter queue; `queue` is the name of the one it came from.

    Failed stream records have no queue to go back to, and carry nothing but where they stood.
    """

    queue: str
    body: str
    redrives: int


class Redrive(StrEnum):
    """What became of a dead letter."""

    RETURNED = "returned"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveDeadLetters:
    """Nothing stays in a dead-letter queue, and nothing leaves it in silence."""

    queues: DeadLetterReturn
    holds: HoldStore
    clock: Clock
    returnable: frozenset[str] = frozenset({"documents", "effects", "files", "statuses"})

    def __call__(self, letter: DeadLetter) -> Redrive:
        """Return it after a growing delay, five times; then hold it as POISON with its body.

        Messages that died together come back apart, so that whichever of them kills its worker is
        soon alone with it.
        """
        if letter.queue not in self.returnable or letter.redrives >= MOST_REDRIVES:
            self.holds.open([hold_for("POISON", _facts(letter), now=self.clock.now())])
            return Redrive.HELD
        delay = _delay_seconds(letter)
        self.queues.send_back(
            letter.queue, letter.body, redrives=letter.redrives + 1, delay_seconds=delay
        )
        return Redrive.RETURNED


def _delay_seconds(letter: DeadLetter) -> int:
    """Doubling, and up to twice as long: the spread comes from the body, not from chance."""
    doubled = FIRST_DELAY_SECONDS << letter.redrives
    spread = int(_digest(letter)[:8], 16) % doubled
    return min(doubled + spread, LONGEST_DELAY_SECONDS)


def _digest(letter: DeadLetter) -> str:
    return hashlib.sha256(letter.body.encode()).hexdigest()


def _facts(letter: DeadLetter) -> HoldFacts:
    digest = _digest(letter)
    return HoldFacts(
        line_id=f"poison:{digest}",
        document_id="",
        message_id="",
        position=f"{letter.queue} queue",
        detail=f"crashed its workers through {letter.redrives} redrives; body sha256 {digest}",
        payload=letter.body,
    )
