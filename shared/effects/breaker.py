"""When a target is called, when it is left alone, and when one call tries whether it is back.

POLICY: it opens after as many failed calls in a row as the target's traits say; a failed call is
one whose outcome is unknown or whose target could not be reached. What the target answers, refusals
included, is no failure. The wait before each probe doubles from FIRST_SECONDS to LONGEST_SECONDS
with full jitter. One probe that is answered closes it; one more failed call then opens it again,
with the next longer wait, until a call has succeeded.
"""

import hashlib
from dataclasses import replace
from enum import Enum, auto

from shared.canonical.breaker import Breaker
from shared.effects.backoff import FIRST_SECONDS, LONGEST_SECONDS, spread_wait


class Admission(Enum):
    """What a delivery may do to the target."""

    CALL = auto()
    PROBE = auto()  # if it wins the claim
    WAIT = auto()


def admission(breaker: Breaker, *, now: int) -> Admission:
    """Everybody calls a closed one; an open one is tried by one, once its wait is over."""
    if breaker.probe_at is None:
        return Admission.CALL
    is_time = now >= max(breaker.probe_at, breaker.probe_until)
    return Admission.PROBE if is_time else Admission.WAIT


def claimed(breaker: Breaker, *, now: int, probe_seconds: int) -> Breaker:
    """One prober is under way. A killed one blocks nobody for longer than a probe can take."""
    return replace(breaker, probe_until=now + probe_seconds)


def after_answer(breaker: Breaker, *, most_failures: int) -> Breaker:
    """The target answered: a probe closes on probation, any other call clears what was noted."""
    if breaker.is_open:
        return replace(breaker, failures=most_failures - 1, probe_at=None, probe_until=0)
    return replace(breaker, failures=0, waits=0)


def after_failure(breaker: Breaker, *, most_failures: int, now: int) -> Breaker:
    """A call failed: count it, open, or wait longer for the next probe."""
    failures = breaker.failures + 1
    if not breaker.is_open and failures < most_failures:
        return replace(breaker, failures=failures)
    waits = breaker.waits + 1
    return replace(
        breaker,
        failures=most_failures,
        waits=waits,
        probe_at=now + _wait_seconds(breaker, waits),
        probe_until=0,
    )


def due_again_at(breaker: Breaker, *, now: int) -> int:
    """From when what waits for an open one is due: as the next probe is, so one answer frees it."""
    return max(breaker.probe_at or now, breaker.probe_until, now + 1)


def _wait_seconds(breaker: Breaker, waits: int) -> int:
    # By target and fence instead of by chance: a replay gets the same answer.
    digest = hashlib.sha256(f"{breaker.target}#{breaker.fence}".encode()).hexdigest()
    doubled = min(FIRST_SECONDS << min(waits - 1, 16), LONGEST_SECONDS)
    return spread_wait(digest, doubled)
