"""A target that is away is left alone; what waits for it is kept, and goes when it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from shared.canonical.breaker import Breaker
from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, SubmitResult
from shared.ports.erp import Found
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import FaultKind, SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.post_effect import PostEffect, PostOutcome
from tests.effects import a_pace, an_entry, an_issue, tokens

PLENTY = FixedDeadline(30)
OUTAGE = (FaultKind.NOT_WRITTEN, FaultKind.OUTCOME_UNKNOWN, FaultKind.ANSWER_LOST)


class ErpWithPoison(SimulatedErp):
    """Fails every call that carries the bad effect, and only those."""

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        if any(effect.content_hash == "bad" for effect in effects):
            self.fail_next(FaultKind.OUTCOME_UNKNOWN)
        return SimulatedErp.submit(self, effects, found)


class OvertakenErp(SimulatedErp):
    """While it answers, another worker opens the breaker for long."""

    breakers: SimulatedTargetBreaker | None = None
    at: str = ""

    def find(self, references: Sequence[str]) -> Found:
        self._overtake("find")
        return SimulatedErp.find(self, references)

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        self._overtake("submit")
        return SimulatedErp.submit(self, effects, found)

    def _overtake(self, operation: str) -> None:
        if self.breakers is not None and self.at == operation:
            opened = Breaker(target="erp", probe_at=2**40, waits=9)
            self.breakers.replace(self.breakers.read("erp"), opened)


@dataclass
class World:
    erp: SimulatedErp = field(default_factory=SimulatedErp)
    clock: VirtualClock = field(default_factory=VirtualClock)
    documents_per_second: float = 0

    def __post_init__(self) -> None:
        self.ledger = SimulatedEffectLedger()
        self.breakers = SimulatedTargetBreaker(ledger=self.ledger)
        self.pace = a_pace(self.clock, self.documents_per_second)

    def deliver(self, *effects: Effect, deadline: FixedDeadline = PLENTY) -> set[PostOutcome]:
        step = PostEffect(
            target="erp",
            connector=self.erp,
            breakers=self.breakers,
            pace=self.pace,
            ledger=self.ledger,
            holds=SimulatedHoldStore(),
            clock=self.clock,
            new_token=tokens(),
        )
        return set(step(effects, deadline))

    def an_outage(self) -> None:
        self.erp.fail_next(*OUTAGE)
        for number in range(3):
            self.deliver(an_issue(f"OUT-{number}"))

    def wait_for_the_probe(self) -> None:
        assert self.breaker.probe_at is not None
        self.clock.advance(seconds=self.breaker.probe_at - self.clock.now().timestamp())

    @property
    def breaker(self) -> Breaker:
        return self.breakers.read("erp")

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.erp.calls]

    def entry(self, transaction: str) -> tuple[EffectState, int, int]:
        entry = self.ledger.entries[an_issue(transaction).effect_id]
        assert entry.next_at is not None
        return entry.state, entry.attempts, entry.next_at


def test_a_target_that_answers_costs_its_breaker_nothing() -> None:
    world = World()

    for number in range(5):
        world.deliver(an_issue(f"TX-{number}"))

    assert (world.breakers.writes, world.breaker) == (0, Breaker(target="erp"))


def test_after_three_failed_calls_no_call_goes_out_and_what_arrives_is_kept() -> None:
    world = World()
    world.an_outage()

    outcomes = world.deliver(*[an_issue(f"TX-{number}") for number in range(50)])

    assert outcomes == {PostOutcome.DEFERRED}
    assert world.operations == ["submit"] * 3
    state, attempts, next_at = world.entry("TX-7")
    assert (state, attempts) == (EffectState.FREE, 0)
    assert world.breaker.probe_at is not None
    assert 1 <= next_at - world.breaker.probe_at <= 5


def test_what_was_in_doubt_stays_in_doubt_while_it_waits() -> None:
    world = World()
    world.an_outage()

    world.deliver(an_issue("OUT-1"))

    assert world.entry("OUT-1")[:2] == (EffectState.SENT, 1)


def test_one_answered_probe_lets_the_whole_batch_through() -> None:
    world = World()
    world.an_outage()
    world.wait_for_the_probe()

    outcomes = world.deliver(*[an_issue(f"TX-{number}") for number in range(9)])

    assert outcomes == {PostOutcome.POSTED}
    assert world.operations == ["submit"] * 3 + ["find", "submit"]
    assert world.breaker.is_untroubled


@pytest.mark.parametrize("kind", [FaultKind.NOT_WRITTEN, FaultKind.OUTCOME_UNKNOWN])
def test_a_failed_probe_is_the_only_call_and_the_next_waits(kind: FaultKind) -> None:
    world = World()
    world.an_outage()
    world.wait_for_the_probe()
    world.erp.fail_next(kind, operation="find")

    outcomes = {*world.deliver(an_issue("TX-1")), *world.deliver(an_issue("TX-2"))}

    assert outcomes == {PostOutcome.DEFERRED}
    assert world.operations == ["submit"] * 3 + ["find"]
    assert world.breaker.waits == 2


@pytest.mark.parametrize("kind", [FaultKind.THROTTLED, FaultKind.ACCESS_DENIED])
def test_a_target_that_says_no_is_there(kind: FaultKind) -> None:
    world = World()
    world.an_outage()
    world.wait_for_the_probe()
    world.erp.fail_next(kind, operation="find")

    world.deliver(an_issue("TX-1"))

    assert world.operations[3:] == ["find", "submit"]


@pytest.mark.parametrize(
    "kind", [FaultKind.THROTTLED, FaultKind.ACCESS_DENIED, FaultKind.BATCH_REFUSED]
)
def test_what_the_target_answers_never_opens_it(kind: FaultKind) -> None:
    world = World()
    world.erp.fail_next(*[kind] * 6)

    for number in range(6):
        world.deliver(an_issue(f"TX-{number}"))

    assert world.breakers.writes == 0


def test_a_killed_prober_blocks_nobody_for_long() -> None:
    world = World()
    world.an_outage()
    world.wait_for_the_probe()
    at = int(world.clock.now().timestamp())
    known = world.breaker
    world.breakers.replace(known, Breaker(target="erp", probe_at=at, probe_until=at + 25))

    waiting = world.deliver(an_issue("TX-1"))
    world.clock.advance(seconds=25)
    outcomes = world.deliver(an_issue("TX-1"))

    assert (waiting, outcomes) == ({PostOutcome.DEFERRED}, {PostOutcome.POSTED})
    assert world.operations[3:] == ["find", "submit"]


def test_a_prober_that_was_overtaken_sends_nothing() -> None:
    erp = OvertakenErp()
    world = World(erp=erp)
    world.an_outage()
    world.wait_for_the_probe()
    erp.breakers, erp.at = world.breakers, "find"

    outcomes = world.deliver(an_issue("TX-1"))

    assert outcomes == {PostOutcome.DEFERRED}
    assert (world.operations[3:], world.breaker.waits) == (["find"], 9)


def test_an_effect_that_makes_the_target_fail_is_soon_alone_and_holds_up_nobody() -> None:
    world = World(erp=ErpWithPoison())
    bad = an_issue("TX-BAD", content_hash="bad")
    good = [an_issue(f"TX-{number}") for number in range(49)]
    companions = []

    waiting = {effect.effect_id: effect for effect in (bad, *good)}
    for _ in range(8):
        before = len(world.erp.calls)
        world.deliver(*waiting.values())
        calls = world.erp.calls[before:]
        companions.append([len(call.references) for call in calls if call.operation == "submit"])
        settled = [key for key in waiting if world.ledger.entries[key].is_settled]
        for key in settled:
            del waiting[key]

    assert list(waiting) == [bad.effect_id]
    assert companions == [[50], [12, 12, 12, 12, 2], [3, 3, 3, 3], [1, 1, 1], [1], [1], [1], [1]]
    assert not world.breaker.is_open
    assert len(world.erp.documents) == 49


@pytest.mark.parametrize(("look_ups_fail", "is_open"), [(False, False), (True, True)])
def test_what_fails_alone_speaks_of_an_outage_only_if_a_look_up_fails_too(
    *, look_ups_fail: bool, is_open: bool
) -> None:
    world = World()
    suspect = replace(an_entry(an_issue("TX-1"), EffectState.SENT), attempts=3)
    world.ledger.record([suspect])
    for _ in range(3):
        world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)
        if look_ups_fail:
            world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="find")
        world.deliver(an_issue("TX-1"))

    assert world.operations == ["submit", "find"] * 3
    assert (world.breaker.is_open, world.breakers.writes) == (is_open, 3 * look_ups_fail)


def test_a_cap_spreads_calls_and_defers_what_does_not_fit_into_the_workers_time() -> None:
    world = World(documents_per_second=5)
    start = world.clock.now()

    outcomes = [
        world.deliver(*[an_issue(f"TX-{call}-{number}") for number in range(20)])
        for call in range(4)
    ]

    assert outcomes == [{PostOutcome.POSTED}] * 4
    assert (world.clock.now() - start).total_seconds() == 12
    too_many = [world.deliver(*[an_issue(f"X-{n}-{k}") for k in range(50)]) for n in range(2)]
    assert too_many == [{PostOutcome.POSTED}, {PostOutcome.DEFERRED}]
    state, attempts, next_at = world.entry("X-1-0")
    assert (state, attempts) == (EffectState.FREE, 0)
    assert next_at > world.clock.now().timestamp()
    assert not world.breaker.is_open


def test_no_probe_is_made_that_could_outlive_its_worker() -> None:
    world = World()
    world.an_outage()
    world.wait_for_the_probe()

    outcomes = world.deliver(an_issue("TX-1"), deadline=FixedDeadline(24.9))

    assert (outcomes, world.operations) == ({PostOutcome.DEFERRED}, ["submit"] * 3)


def test_nothing_is_looked_up_while_the_target_is_left_alone() -> None:
    erp = OvertakenErp()
    world = World(erp=erp)
    world.erp.fail_next(FaultKind.NOT_WRITTEN)
    world.deliver(an_issue("TX-1"))
    refused = an_issue("TX-2")
    world.erp.refuse(refused.item, code="PERIOD_CLOSED")
    erp.breakers, erp.at = world.breakers, "submit"

    outcomes = world.deliver(refused)

    assert outcomes == {PostOutcome.DEFERRED}
    assert world.operations == ["submit", "submit"]
    assert world.entry("TX-2")[0] is EffectState.FREE
