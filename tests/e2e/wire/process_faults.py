"""What may happen to the processes of a box, when, and how it is done to them."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from random import Random

import psutil

from infra.local.engine_process import engine_process
from infra.local.erp import erp_process
from infra.local.processes import ManagedProcess
from tests.e2e.stack import Stack


class ProcessFault(StrEnum):
    """What may happen."""

    ERP_KILLED = "ERP killed and started again"
    ERP_STOPPED = "ERP stopped (SIGSTOP) and continued"
    ERP_SLOWED = "ERP slowed"
    WORKERS_KILLED = "all Lambda workers killed"
    ENGINE_KILLED = "engine killed, up and recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How many of a fault go with a whole check, and the seconds that one may last."""

    of_whole: int
    shortest: float
    longest: float


WHOLE_WAVES = 20
DOSES: Mapping[ProcessFault, Dose] = {
    ProcessFault.ERP_KILLED: Dose(of_whole=6, shortest=1, longest=20),
    ProcessFault.ERP_STOPPED: Dose(of_whole=5, shortest=3, longest=40),  # calls time out after 20
    ProcessFault.ERP_SLOWED: Dose(of_whole=5, shortest=10, longest=25),
    ProcessFault.WORKERS_KILLED: Dose(of_whole=10, shortest=0, longest=1),
    ProcessFault.ENGINE_KILLED: Dose(of_whole=2, shortest=0, longest=5),
}
EARLIEST, LATEST = 0.1, 0.8  # shares of a wave's arrivals between which its faults happen
SLOW_HALT_SECONDS, SLOW_RUN_SECONDS = (0.1, 0.8), (0.02, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFault:
    """A fault of a wave, for the moment when this share of the wave's arrivals is answered."""

    at: float
    fault: ProcessFault
    seconds: float


def planned_faults(waves: int, seed: int) -> tuple[tuple[PlannedFault, ...], ...]:
    """For each wave its own, evenly spread, in an order and for times drawn from the seed.

    There is at least one of each in all.
    """
    chance = Random(seed)  # noqa: S311 - not for secrets
    faults = [
        fault
        for fault, dose in DOSES.items()
        for _ in range(max(1, round(dose.of_whole * waves / WHOLE_WAVES)))
    ]
    chance.shuffle(faults)
    planned = [
        PlannedFault(
            at=chance.uniform(EARLIEST, LATEST),
            fault=fault,
            seconds=chance.uniform(DOSES[fault].shortest, DOSES[fault].longest),
        )
        for fault in faults
    ]
    ends = [len(planned) * wave // waves for wave in range(waves + 1)]
    return tuple(
        tuple(sorted(planned[first:end], key=lambda each: each.at)) for first, end in pairwise(ends)
    )


@dataclass(frozen=True, kw_only=True)
class Saboteur:
    """Does the faults to one stack. `done` counts them, `driven` what recovery drove again."""

    stack: Stack
    chance: Random
    done: Counter[ProcessFault] = field(default_factory=Counter)
    driven: Counter[str] = field(default_factory=Counter)

    def do(self, planned: PlannedFault) -> None:
        """Return once it is over, the box whole again."""
        ways: Mapping[ProcessFault, Callable[[float], None]] = {
            ProcessFault.ERP_KILLED: self._kill_erp,
            ProcessFault.ERP_STOPPED: self._stop_erp,
            ProcessFault.ERP_SLOWED: self._slow_erp,
            ProcessFault.WORKERS_KILLED: self._kill_workers,
            ProcessFault.ENGINE_KILLED: self._kill_engine,
        }
        ways[planned.fault](planned.seconds)
        self.done[planned.fault] += 1

    @property
    def _erp(self) -> ManagedProcess:
        settings = self.stack.settings
        return erp_process(settings.state / "erp", settings.erp_port)

    def _kill_erp(self, seconds: float) -> None:
        erp = self._erp
        erp.kill()
        time.sleep(seconds)
        erp.start()

    def _stop_erp(self, seconds: float) -> None:
        server = _running(self._erp)
        family = (server, *server.children(recursive=True))
        for each in family:
            each.suspend()
        time.sleep(seconds)
        for each in family:
            each.resume()

    def _slow_erp(self, seconds: float) -> None:
        over_at = time.monotonic() + seconds
        while time.monotonic() < over_at:
            self._stop_erp(self.chance.uniform(*SLOW_HALT_SECONDS))
            time.sleep(self.chance.uniform(*SLOW_RUN_SECONDS))

    def _kill_workers(self, seconds: float) -> None:
        time.sleep(seconds)
        for worker in _running(engine_process(self.stack.settings)).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                worker.kill()

    def _kill_engine(self, seconds: float) -> None:
        self.driven.update(self.stack.lose_engine(away_seconds=seconds))


def _running(process: ManagedProcess) -> psutil.Process:
    found = process.running()
    assert found is not None, f"the {process.name} does not run"
    return found
