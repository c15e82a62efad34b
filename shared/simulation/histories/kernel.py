"""Virtual time, chance and death: everything that happens in a history happens through here."""

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar

from greenlet import greenlet

from shared.errors import LedgerwardError, ThrottledError
from shared.simulation.clock import START
from shared.simulation.histories.faults import Faults
from shared.simulation.histories.workers import Carrier, Killed, Run

Answer = TypeVar("Answer")
SENDING = "target.submit"
TARGET = frozenset({SENDING, "target.find"})  # what befalls its calls is its own matter
MOST_BESIDE = 8  # workers asleep at the same time
TABLE_SECONDS = 0.004
LONGEST_SLEEP_SECONDS = 12.0
LONGEST_ZOMBIE_SECONDS = 170.0


@dataclass(slots=True, eq=False)
class Kernel:
    """One history's clock, heap and dice.

    Each I/O of a worker is two points, before and after it, numbered from 1; `crash_at` kills the
    worker at those, whatever the dice say. Before an I/O and after the one before it, with no time
    between, is one moment: beside a trace, `same_moment` has the second of such points.
    `sleeps_before_sending` is off where the protocol trusts that what its deadline guard let pass
    is sent at once (assumption A1, class E2).
    """

    random: Random
    faults: Faults
    crash_at: frozenset[int] = frozenset()
    sleeps_before_sending: bool = True
    trace: list[str] | None = None
    point_names: list[str] = field(default_factory=list)  # of each point, beside a trace
    same_moment: set[int] = field(default_factory=set)
    now: float = 0.0
    events: int = 0
    points: int = 0
    digest: int = 0
    run: Run | None = None
    risk: float = 0.0
    deadly: float = 0.0
    down: set[str] = field(default_factory=set)
    crashes: Counter[str] = field(default_factory=Counter)
    _heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = field(
        default_factory=list
    )
    _number: int = 0
    _left: tuple[Run, float] | None = None  # whose I/O ended last, and when
    _asleep: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The dice are ready from the start."""
        self.set_faults(self.faults)

    @property
    def moment(self) -> datetime:
        """The true time, which no worker knows exactly."""
        return START + timedelta(seconds=self.now)

    def at(self, seconds: float, action: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401
        """Let something happen so many seconds from now."""
        self._number += 1
        heappush(self._heap, (self.now + seconds, self._number, action, arguments))

    def chance(self, rate: float) -> bool:
        """Whether it happens."""
        return rate > 0 and self.random.random() < rate

    def run_until(self, end: float) -> None:
        """Let all happen that is planned until then."""
        heap = self._heap
        while heap and heap[0][0] <= end:
            moment, _, action, arguments = heappop(heap)
            self.now = max(self.now, moment)
            self.events += 1
            action(*arguments)
        self.now = max(self.now, end)

    @property
    def next_at(self) -> float | None:
        """When the next thing happens but that a sleeper wakes."""
        wakes = self._resume
        if self._heap and self._heap[0][2] != wakes:
            return self._heap[0][0]
        return min((moment for moment, _, action, _ in self._heap if action != wakes), default=None)

    def tell(self, what: str) -> None:
        """One step of the history, for whoever follows it; its digest tells two histories apart."""
        self.digest = zlib.crc32(what.encode(), self.digest)
        if self.trace is not None:
            self.trace.append(f"{self.now:12.3f} {what}")

    def invoke(
        self,
        name: str,
        work: Callable[[Run], Answer],
        ended: Callable[[Answer | None], None],
        *,
        timeout_seconds: float,
        is_calm: bool = False,
        dies_after: int | None = None,
    ) -> Run:
        """Run a worker; `ended` gets its answer, or None if it died, failed or was too late."""
        run = Run(name=name, deadline=self.now + timeout_seconds, skew=self._skew())
        run.is_calm, run.dies_after = is_calm, dies_after
        self.tell(name)

        def body() -> None:
            answer = self._answer(run, work)
            run.has_ended = True
            self.run = None
            ended(answer if self.now <= run.deadline else None)

        may_run_beside = not is_calm and len(self._asleep) < MOST_BESIDE
        if may_run_beside and self.chance(self.faults.beside_others):
            run.is_zombie = self.chance(self.faults.zombie / self.faults.beside_others)
            self._beside(run, body)
        else:
            self.run = run
            body()
        return run

    def io(self, name: str, method: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
        """One I/O of the worker that runs now."""
        run = self.run
        if run is None:
            return method(*arguments)
        self.events += 1
        if self.trace is not None and self._left == (run, self.now):
            self.same_moment.add(self.points + 1)
        self._left = None
        self._point(name)
        if run.is_calm:
            return self._calmly(run, name, method, arguments)
        dice = self.random
        self.now += TABLE_SECONDS * dice.random()
        if self._may_sleep(run, name) and dice.random() < self.faults.paused:
            self._sleep(run, name)
        if self.now > run.deadline and not run.is_zombie:
            raise self._death(name, "past its deadline")
        if self.down and name.partition(".")[0] in self.down:
            raise ThrottledError(f"{name} is down")
        thrown = dice.random()
        if thrown < self.risk and (thrown < self.deadly or name not in TARGET):
            return self._go_wrong(name, method, arguments, thrown)
        answer = method(*arguments)
        self._point(name)
        self._left = (run, self.now)
        return answer

    def set_faults(self, faults: Faults) -> None:
        """From now on these."""
        self.faults, self.risk = faults, faults.of_an_io
        self.deadly = faults.killed_before + faults.killed_after

    def wait(self, seconds: float) -> None:
        """The worker waits, by its own will."""
        self.now += seconds

    def kill_all(self) -> None:
        """Every worker that sleeps dies now."""
        for run in list(self._asleep):
            run.is_killed = True
            self._resume(run)

    def _calmly(
        self, run: Run, name: str, method: Callable[..., Any], arguments: tuple[Any, ...]
    ) -> Any:  # noqa: ANN401
        if run.dies_after is not None:
            run.dies_after -= 1
            if run.dies_after < 0:
                raise self._death(name, "as it was told to")
        return method(*arguments)

    def _answer(self, run: Run, work: Callable[[Run], Answer]) -> Answer | None:
        try:
            return work(run)
        except Killed:
            self.tell(f"{run.name} died")
        except LedgerwardError as error:
            self.tell(f"{run.name} failed: {error.code}")
            if not error.retryable:
                self.crashes[f"{run.name}: {error.code}: {error}"] += 1
        except Exception as error:  # noqa: BLE001 - the platform takes whatever comes
            self.tell(f"{run.name} crashed: {type(error).__name__}")
            self.crashes[f"{run.name}: {type(error).__name__}: {error}"] += 1
        return None

    def _beside(self, run: Run, body: Callable[[], None]) -> None:
        run.carrier = Carrier(greenlet(body))
        self._go_on(run, run.carrier)

    def _resume(self, run: Run) -> None:
        if run.has_ended or run not in self._asleep or run.carrier is None:
            return
        self._asleep.remove(run)
        self._go_on(run, run.carrier)

    def _go_on(self, run: Run, carrier: Carrier) -> None:
        self.run = run
        carrier.go_on()
        self.run = None

    def _may_sleep(self, run: Run, name: str) -> bool:
        return run.carrier is not None and (name != SENDING or self.sleeps_before_sending)

    def _sleep(self, run: Run, name: str) -> None:
        longest = LONGEST_ZOMBIE_SECONDS if run.is_zombie else LONGEST_SLEEP_SECONDS
        if run.carrier is None:
            return
        self._asleep.append(run)
        self.at(longest * self.random.random() ** 3, self._resume, run)
        run.carrier.sleep()
        if run.is_killed:
            raise self._death(name, "asleep")

    def _go_wrong(
        self,
        name: str,
        method: Callable[..., Any],
        arguments: tuple[Any, ...],
        thrown: float,
    ) -> Any:  # noqa: ANN401
        faults = self.faults
        if (thrown := thrown - faults.killed_before) < 0:
            raise self._death(name, "before")
        if (thrown := thrown - faults.killed_after) < 0:
            method(*arguments)
            raise self._death(name, "after")
        if (thrown := thrown - faults.throttled) < 0:
            self.tell(f"{name} throttled")
            raise ThrottledError(f"{name} is throttled")
        if (thrown := thrown - faults.torn) < 0:
            method(*_half(arguments, self.random))
            raise self._death(name, "half way")
        method(*arguments)
        if thrown - faults.answer_lost < 0:
            self.tell(f"{name} done, and not answered")
            raise ThrottledError(f"{name} did not answer")
        self.tell(f"{name} done twice")
        return method(*arguments)

    def _point(self, name: str) -> None:
        self.points += 1
        if self.trace is not None:
            self.point_names.append(name)
        if self.points in self.crash_at:
            raise self._death(name, f"at point {self.points}")

    def _death(self, name: str, where: str) -> Killed:
        self.tell(f"killed at {name}, {where}")
        return Killed(name)

    def _skew(self) -> float:
        return self.faults.skew_seconds * (self.random.random() - 0.5)


def _half(arguments: tuple[Any, ...], random: Random) -> tuple[Any, ...]:
    """The first part of the last list that is to be written, if there is one."""
    whole = arguments[-1] if arguments else None
    if not isinstance(whole, list | tuple) or not whole:
        return arguments
    return (*arguments[:-1], whole[: random.randrange(len(whole))])
