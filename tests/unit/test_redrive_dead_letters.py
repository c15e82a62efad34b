"""Nothing stays in a dead-letter queue, and nothing leaves it in silence."""

import pytest

from shared.simulation.clock import VirtualClock
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.queues import SimulatedDeadLetterReturn
from shared.workflow.redrive_dead_letters import (
    LONGEST_DELAY_SECONDS,
    MOST_REDRIVES,
    DeadLetter,
    Redrive,
    RedriveDeadLetters,
)


def a_step() -> tuple[RedriveDeadLetters, SimulatedDeadLetterReturn, SimulatedHoldStore]:
    queues, holds = SimulatedDeadLetterReturn(), SimulatedHoldStore()
    return RedriveDeadLetters(queues=queues, holds=holds, clock=VirtualClock()), queues, holds


@pytest.mark.parametrize("queue", ["documents", "effects", "files", "statuses"])
def test_a_crash_goes_back_where_it_came_from_unchanged(queue: str) -> None:
    step, queues, holds = a_step()

    became = step(DeadLetter(queue=queue, body='{"a":1}', redrives=0))

    assert became is Redrive.RETURNED
    (returned,) = queues.returned
    assert (returned.queue, returned.body, returned.redrives) == (queue, '{"a":1}', 1)
    assert not holds.standing


def test_each_return_waits_longer_up_to_what_the_queue_allows() -> None:
    step, queues, _ = a_step()

    for redrives in range(MOST_REDRIVES):
        step(DeadLetter(queue="effects", body="x", redrives=redrives))

    delays = [returned.delay_seconds for returned in queues.returned]
    assert delays == sorted(set(delays))
    assert max(delays) <= LONGEST_DELAY_SECONDS


def test_what_died_together_comes_back_apart() -> None:
    step, queues, _ = a_step()

    for number in range(10):
        step(DeadLetter(queue="documents", body=f"document {number}", redrives=0))
        step(DeadLetter(queue="documents", body=f"document {number}", redrives=0))

    delays = [returned.delay_seconds for returned in queues.returned]
    assert delays[::2] == delays[1::2]
    assert len(set(delays)) == 6  # ten fall on six of fifteen seconds
    assert (min(delays) >= 15, max(delays) < 30) == (True, True)


def test_what_keeps_crashing_becomes_a_hold_that_carries_it() -> None:
    step, queues, holds = a_step()

    became = step(DeadLetter(queue="documents", body="poison", redrives=MOST_REDRIVES))

    assert (became, queues.returned) == (Redrive.HELD, [])
    (hold,) = holds.standing.values()
    assert (hold.code, hold.owner, hold.payload) == ("POISON", "on_call", "poison")


def test_a_failed_stream_record_has_no_queue_and_goes_to_a_person() -> None:
    step, queues, holds = a_step()

    assert step(DeadLetter(queue="outcomes", body="{}", redrives=0)) is Redrive.HELD
    assert (len(holds.standing), queues.returned) == (1, [])
