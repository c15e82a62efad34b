"""Fifteen minutes without the ERP under a steady load: nothing lost, nothing twice, soon caught up.

One second at a time on a virtual clock: two workers, a sweep a minute, as the template says. A
call that fails in silence keeps its worker busy for its whole timeout.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, SubmitResult
from shared.errors import LedgerwardError, NotWrittenError, OutcomeUnknownError
from shared.ports.erp import Found
from shared.simulation.clock import START, FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.post_effect import PostEffect
from shared.workflow.sweep_effects import SweepEffects
from tests.effects import a_pace, an_issue, tokens

ARRIVALS_A_SECOND = 4
BATCH, WORKERS = 50, 2
DOWN_FROM, DOWN_UNTIL, LAST_ARRIVAL = 300, 1200, 2400
END = 3600


class ErpWithAnOutage(SimulatedErp):
    """Away for fifteen minutes: silent (each call takes its whole timeout) or refusing at once.

    The first call that meets silence has been written.
    """

    def __init__(self, clock: VirtualClock, *, is_silent: bool) -> None:
        super().__init__()
        self.clock, self.is_silent = clock, is_silent
        self.failed: list[tuple[str, int]] = []

    @property
    def second(self) -> int:
        return int((self.clock.now() - START).total_seconds())

    def find(self, references: Sequence[str]) -> Found:
        self._meet_the_outage("find", references)
        return SimulatedErp.find(self, references)

    def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
        if self.is_silent and self.second >= DOWN_FROM and not self.failed:
            SimulatedErp.submit(self, effects, found)
        self._meet_the_outage("submit", [effect.effect_id for effect in effects])
        return SimulatedErp.submit(self, effects, found)

    def _meet_the_outage(self, operation: str, references: Sequence[str]) -> None:
        if not DOWN_FROM <= self.second < DOWN_UNTIL:
            return
        self.failed.append((operation, self.second))
        assert references
        if self.is_silent:
            raise OutcomeUnknownError("timed out")
        raise NotWrittenError("no connection", unreachable=True)


@dataclass
class Queue:
    """Implements the EffectQueue port; hands out batches."""

    waiting: deque[Effect] = field(default_factory=deque)

    def send(self, effects: Sequence[Effect]) -> None:
        self.waiting.extend(effects)

    def taken(self) -> list[Effect]:
        return [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]


class Day:
    """The path from the effects queue to the ERP."""

    def __init__(self, *, is_silent: bool) -> None:
        self.clock = VirtualClock()
        self.erp = ErpWithAnOutage(self.clock, is_silent=is_silent)
        self.ledger = SimulatedEffectLedger()
        self.breakers = SimulatedTargetBreaker(ledger=self.ledger)
        self.queue = Queue()
        self.arrived: list[Effect] = []
        self.busy_until = [0] * WORKERS
        self.posted: list[int] = []  # by second
        self.open: list[bool] = []
        self.crashes = 0
        self.step = PostEffect(
            target="erp",
            connector=self.erp,
            breakers=self.breakers,
            pace=a_pace(self.clock),
            ledger=self.ledger,
            holds=SimulatedHoldStore(),
            clock=self.clock,
            new_token=tokens(),
        )
        self.sweep = SweepEffects(
            target="erp",
            breakers=self.breakers,
            ledger=self.ledger,
            effects=self.queue,
            clock=self.clock,
        )

    def run(self) -> "Day":
        for second in range(END):
            if second < LAST_ARRIVAL:
                self.arrive(second)
            if second % 60 == 59:
                self.sweep(FixedDeadline(55))
            for worker in range(WORKERS):
                if self.busy_until[worker] <= second and self.queue.waiting:
                    self.busy_until[worker] = second + self.work()
            self.posted.append(len(self.erp.posted))
            self.open.append(self.breakers.read("erp").is_open)
            self.clock.advance(seconds=1)
        return self

    def arrive(self, second: int) -> None:
        effects = [an_issue(f"TX-{second}-{number}") for number in range(ARRIVALS_A_SECOND)]
        self.arrived += effects
        self.queue.send(effects)

    def work(self) -> int:
        """One invocation; how many seconds its calls take."""
        failed, taken = len(self.erp.failed), self.queue.taken()
        try:
            self.step(taken, FixedDeadline(30))
        except LedgerwardError:
            self.crashes += 1
            self.queue.send(taken)
        silent = len(self.erp.failed) - failed if self.erp.is_silent else 0
        return 1 + 20 * silent

    @property
    def closed_at(self) -> int:
        """The second of the probe that was answered."""
        return max(second for second, is_open in enumerate(self.open) if is_open) + 1

    @property
    def drained(self) -> int:
        """What was posted from the answered probe until nothing waited any more."""
        return self.posted[self.caught_up_at()] - self.posted[self.closed_at - 1]

    def caught_up_at(self) -> int:
        """The second from which on nothing waits."""
        return next(
            second
            for second in range(self.closed_at, END)
            if self.posted[second] >= min(second + 1, LAST_ARRIVAL) * ARRIVALS_A_SECOND
        )


@pytest.mark.parametrize(
    ("is_silent", "probes", "closed_at", "caught_up_at", "drained", "writes"),
    [(True, 9, 1226, 1297, 3988, 17008), (False, 10, 1420, 1485, 4744, 18560)],
    ids=["silent", "refusing"],
)
def test_a_quarter_of_an_hour_without_the_erp(
    *, is_silent: bool, probes: int, closed_at: int, caught_up_at: int, drained: int, writes: int
) -> None:
    day = Day(is_silent=is_silent).run()

    failed = Counter(operation for operation, _ in day.erp.failed)
    assert failed == {"submit": 3, "find": probes}
    assert (day.closed_at, day.caught_up_at()) == (closed_at, caught_up_at)
    assert day.drained == drained
    assert drained / (caught_up_at - closed_at) >= 2 * ARRIVALS_A_SECOND

    assert day.ledger.writes == writes  # less than two an effect, waiting and sweeping included
    assert day.crashes == 0  # nothing on its way to the dead letters
    references = {day.erp.reference_of(effect) for effect in day.arrived}
    assert set(day.erp.posted) == references
    assert len(day.erp.documents) == len(day.arrived) == LAST_ARRIVAL * ARRIVALS_A_SECOND
    assert all(entry.state is EffectState.DONE for entry in day.ledger.entries.values())
    assert day.ledger.due(now=2**40, limit=1) == []
    assert day.breakers.read("erp").is_untroubled
