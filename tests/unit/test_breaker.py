"""A target's breaker, whoever is killed, late or overtaken."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.canonical.breaker import Breaker
from shared.effects.backoff import LONGEST_SECONDS
from shared.effects.breaker import (
    Admission,
    admission,
    after_answer,
    after_failure,
    claimed,
    due_again_at,
)
from shared.simulation.target_breaker import SimulatedTargetBreaker

MOST, PROBE_SECONDS, NOW = 3, 25, 1_000
CLOSED = Breaker(target="erp")
WORKERS = st.integers(min_value=0, max_value=3)


def opened(waits: int = 1) -> Breaker:
    breaker = Breaker(target="erp", failures=MOST - 1, waits=waits - 1)
    return after_failure(breaker, most_failures=MOST, now=NOW)


def test_it_opens_after_so_many_failed_calls_in_a_row_and_an_answer_starts_anew() -> None:
    breaker, seen = CLOSED, []
    for failed in (True, True, False, True, True, True):
        change = after_failure if failed else after_answer
        extra = {"now": NOW} if failed else {}
        breaker = change(breaker, most_failures=MOST, **extra)
        seen.append(breaker.is_open)

    assert seen == [False, False, False, False, False, True]


def test_while_open_one_probe_is_let_through_when_the_wait_is_over() -> None:
    breaker = opened()
    assert breaker.probe_at is not None
    assert admission(breaker, now=breaker.probe_at - 1) is Admission.WAIT
    assert admission(breaker, now=breaker.probe_at) is Admission.PROBE

    claim = claimed(breaker, now=breaker.probe_at, probe_seconds=PROBE_SECONDS)

    last = breaker.probe_at + PROBE_SECONDS
    assert admission(claim, now=last - 1) is Admission.WAIT
    assert admission(claim, now=last) is Admission.PROBE  # its prober was killed


def test_an_answered_probe_closes_on_probation() -> None:
    closed = after_answer(opened(waits=3), most_failures=MOST)

    again = after_failure(closed, most_failures=MOST, now=NOW)
    cleared = after_answer(closed, most_failures=MOST)

    assert (closed.is_open, again.is_open, again.waits) == (False, True, 4)
    assert cleared.is_untroubled


@given(waits=st.integers(min_value=1, max_value=60), fence=st.integers(min_value=0, max_value=9999))
def test_the_wait_is_never_over_five_minutes_and_never_nothing(waits: int, fence: int) -> None:
    before = Breaker(target="erp", failures=MOST, waits=waits - 1, probe_at=NOW, fence=fence)

    after = after_failure(before, most_failures=MOST, now=NOW)

    assert after.probe_at is not None
    assert 1 <= after.probe_at - NOW <= min(5 * 2 ** (waits - 1), LONGEST_SECONDS)


@pytest.mark.parametrize(
    ("breaker", "due"),
    [
        (Breaker(target="erp", probe_at=NOW + 40), NOW + 40),
        (Breaker(target="erp", probe_at=NOW - 5, probe_until=NOW + 20), NOW + 20),
        (Breaker(target="erp", probe_at=NOW - 5), NOW + 1),
    ],
)
def test_what_waits_is_due_when_the_next_probe_is(breaker: Breaker, due: int) -> None:
    assert due_again_at(breaker, now=NOW) == due


@dataclass
class InFlight:
    """A call under way: what its worker knew of the breaker, and when it started."""

    known: Breaker
    is_probe: bool
    started: int


class WorkersAtATarget(RuleBasedStateMachine):
    """Workers call, answer, are killed or wake up late, in any order; the target comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SimulatedTargetBreaker()
        self.now = NOW
        self.is_up = True
        self.calls: dict[int, InFlight] = {}

    @property
    def standing(self) -> Breaker:
        return self.store.read("erp")

    @property
    def living_probes(self) -> list[InFlight]:
        """Probes that may still be under way: an older prober is past its deadline."""
        return [
            call
            for call in self.calls.values()
            if call.is_probe and self.now < call.started + PROBE_SECONDS
        ]

    @rule(worker=WORKERS)
    def a_delivery(self, worker: int) -> None:
        if worker in self.calls:
            return
        seen = self.standing
        match admission(seen, now=self.now):
            case Admission.CALL:
                self.calls[worker] = InFlight(seen, is_probe=False, started=self.now)
            case Admission.PROBE:
                self.probe(worker, seen)
            case Admission.WAIT:
                assert seen.is_open

    def probe(self, worker: int, seen: Breaker) -> None:
        claim = claimed(seen, now=self.now, probe_seconds=PROBE_SECONDS)
        if standing := self.store.replace(seen, claim):
            assert self.living_probes == []
            self.calls[worker] = InFlight(standing, is_probe=True, started=self.now)

    @rule(first=WORKERS, second=WORKERS)
    def two_deliveries_that_read_the_same(self, first: int, second: int) -> None:
        if first == second or {first, second} & set(self.calls):
            return
        seen = self.standing
        if admission(seen, now=self.now) is Admission.PROBE:
            self.probe(first, seen)
            self.probe(second, seen)
            assert sum(call.is_probe for call in self.living_probes) == 1

    @rule(worker=WORKERS)
    def an_end(self, worker: int) -> None:
        call = self.calls.pop(worker, None)
        if call is None:
            return
        if self.is_up:
            new = after_answer(call.known, most_failures=MOST)
        else:
            new = after_failure(call.known, most_failures=MOST, now=self.now)
        before = self.standing
        written = self.store.replace(call.known, new)
        if before.fence != call.known.fence:  # overtaken: it changes nothing
            assert written is None
            assert self.standing == before

    @rule(worker=WORKERS)
    def a_kill(self, worker: int) -> None:
        self.calls.pop(worker, None)

    @rule(seconds=st.integers(min_value=1, max_value=400))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def the_target_goes(self) -> None:
        self.is_up = False

    @precondition(lambda self: not self.is_up)
    @rule()
    def the_target_comes_back(self) -> None:
        self.is_up = True

    @invariant()
    def one_probe_at_most(self) -> None:
        assert len(self.living_probes) <= 1
        assert len({call.known.fence for call in self.living_probes}) == len(self.living_probes)

    @invariant()
    def no_wait_is_longer_than_the_longest(self) -> None:
        if self.standing.probe_at is not None:
            assert self.standing.probe_at - self.now <= LONGEST_SECONDS
            assert self.standing.probe_until - self.now <= PROBE_SECONDS

    def teardown(self) -> None:
        """Whatever happened: once the target is back, one wait later it is closed for good."""
        self.is_up = True
        self.calls.clear()
        self.now += LONGEST_SECONDS + PROBE_SECONDS
        for _ in range(2):  # the probe, and the call that clears what was noted
            self.a_delivery(0)
            self.an_end(0)
        assert self.standing.is_untroubled


TestWorkersAtATarget = WorkersAtATarget.TestCase
TestWorkersAtATarget.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
