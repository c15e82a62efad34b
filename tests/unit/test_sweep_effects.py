"""What is owed comes back, each as often as it must and no oftener."""

from dataclasses import replace

from shared.canonical.breaker import Breaker
from shared.canonical.outcome import EffectState
from shared.simulation.clock import START, FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.queues import SimulatedEffectQueue
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.sweep_effects import SweepEffects
from tests.effects import an_entry, an_issue

PLENTY = FixedDeadline(55)
NOW = int(START.timestamp())

CLOSED = Breaker(target="erp")


def a_sweeper(
    *next_at: int, breaker: Breaker = CLOSED
) -> tuple[SweepEffects, SimulatedEffectLedger, SimulatedEffectQueue]:
    ledger, queue = SimulatedEffectLedger(), SimulatedEffectQueue()
    for number, due in enumerate(next_at):
        entry = an_entry(an_issue(f"TX-{number}"), EffectState.FREE)
        ledger.record([replace(entry, next_at=due)])
    sweep = SweepEffects(
        target="erp",
        breakers=SimulatedTargetBreaker(ledger=ledger, breakers={"erp": breaker}),
        ledger=ledger,
        effects=queue,
        clock=VirtualClock(),
    )
    return sweep, ledger, queue


def test_only_what_is_due_goes_back_and_whole() -> None:
    sweep, _, queue = a_sweeper(NOW - 1, NOW, NOW + 1)

    assert sweep(PLENTY) == 2
    assert set(queue.sent) == {an_issue("TX-0"), an_issue("TX-1")}


def test_more_than_one_page_is_swept_in_one_run() -> None:
    sweep, _, queue = a_sweeper(*[NOW - 1] * 250)

    assert sweep(PLENTY) == 250
    assert len({effect.effect_id for effect in queue.sent}) == 250


def test_a_second_sweep_at_once_sends_nothing_again() -> None:
    sweep, _, queue = a_sweeper(NOW - 1)

    assert (sweep(PLENTY), sweep(PLENTY)) == (1, 0)
    assert len(queue.sent) == 1


def test_a_sweep_ends_with_a_whole_page_before_its_worker_does() -> None:
    sweep, ledger, queue = a_sweeper(*[NOW - 1] * 250)

    class TimeForTwoPages:
        left = 30.0

        def remaining_seconds(self) -> float:
            self.left -= 9
            return self.left

    assert sweep(TimeForTwoPages()) == 200
    assert len(queue.sent) == 200
    assert len(ledger.due(now=NOW, limit=100)) == 50


def test_the_mark_stays_until_an_attempt_settles_the_effect() -> None:
    sweep, ledger, _ = a_sweeper(NOW - 1)

    sweep(PLENTY)

    (entry,) = ledger.entries.values()
    assert entry.next_at is not None
    assert entry.next_at > NOW


def test_nothing_goes_back_while_the_target_is_left_alone() -> None:
    away = Breaker(target="erp", failures=3, probe_at=NOW + 1)
    sweep, ledger, queue = a_sweeper(*[NOW - 1] * 150, breaker=away)

    assert sweep(PLENTY) == 0
    assert (queue.sent, ledger.writes) == ((), 150)  # those that put them there


def test_when_its_probe_is_due_one_calls_worth_goes_back() -> None:
    away = Breaker(target="erp", failures=3, probe_at=NOW)
    sweep, _, queue = a_sweeper(*[NOW - 1] * 150, breaker=away)

    assert sweep(PLENTY) == 50
    assert len(queue.sent) == 50


def test_a_probe_that_is_due_with_nothing_waiting_sends_nothing() -> None:
    sweep, _, queue = a_sweeper(breaker=Breaker(target="erp", failures=3, probe_at=NOW))

    assert (sweep(PLENTY), queue.sent) == (0, ())
