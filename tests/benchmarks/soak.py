"""The box under a steady load for an hour: what grows, and whether it is as quick as at first.

`python -m tests.benchmarks.soak [--minutes 60] [--outage 15] [--rate 3] [--json]` on a box that is
up, whose ERP is killed in the middle for so many minutes (0: never). Every ten seconds the memory
of each process is taken. It prints slopes by least squares: of the largest process of each kind,
of all together, and of the backlog, outside the outage and the time in which what it left was
posted; and the seconds from acknowledged to posted of the first and the last ten minutes.
After an outage the ERP is another process, so that its slopes before and after are two figures.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from infra.local.erp import erp_process
from shared.cli.deployment import Deployment, open_deployment
from tests.benchmarks.footprint import Footprint
from tests.benchmarks.latency import Spread, spread_of
from tests.benchmarks.outage import DeadLetters, Outage, drained_at
from tests.benchmarks.trends import (
    Point,
    Sample,
    Stretch,
    all_of,
    backlog,
    calm_stretches,
    largest_of,
    slope_an_hour,
    windows,
    within,
)
from tests.benchmarks.workload import handed_in, id_of, looking, posted_at
from tests.e2e.messages import a_charge

MINUTES, OUTAGE_MINUTES, RATE = 60.0, 15.0, 3.0
SAMPLE_SECONDS = 10
WINDOW = timedelta(minutes=10)
TOGETHER, BACKLOG = "all processes", "backlog (messages)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What was seen: acknowledgements and postings in one order, samples, the outage."""

    came: Sequence[datetime]
    posted: Sequence[datetime]
    refused: int
    samples: Sequence[Sample]
    gone_at: datetime | None
    back_at: datetime | None
    most_dead_letters: int

    @property
    def calm(self) -> tuple[Stretch, ...]:
        """The times over which slopes are taken."""
        outage = (self.gone_at, self.drained_at) if self.gone_at and self.drained_at else None
        return calm_stretches(min(self.came), max(self.came), outage)

    @property
    def drained_at(self) -> datetime | None:
        """When what the outage left was posted."""
        if self.back_at is None:
            return None
        return drained_at(list(self.came), sorted(self.posted), self.back_at)

    def series(self) -> Mapping[str, Sequence[Point]]:
        """Everything that has a slope."""
        moments = [sample.at for sample in self.samples]
        return {
            **largest_of(self.samples),
            TOGETHER: all_of(self.samples),
            BACKLOG: backlog(moments, self.came, self.posted),
        }

    def latencies(self) -> Mapping[str, Spread]:
        """Seconds from acknowledged to posted of what came in the first and the last minutes."""
        pairs = list(zip(self.came, self.posted, strict=True))
        return {
            window.name: spread_of(
                [(done - came).total_seconds() for came, done in pairs if window.holds(came)]
            )
            for window in windows(min(self.came), max(self.came), WINDOW)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One line: the first, the last and the largest value, and slopes per hour by stretch."""

    name: str
    first: float
    last: float
    most: float
    slopes: Mapping[str, float | None]

    @classmethod
    def of(cls, name: str, points: Sequence[Point], calm: Sequence[Stretch]) -> "Trend":
        """Slopes of each calm stretch, and of all of them taken as one."""
        values = [value for _, value in points]
        slopes = {each.name: slope_an_hour(within(points, each)) for each in calm}
        slopes["calm"] = slope_an_hour(within(points, *calm))
        return cls(name=name, first=values[0], last=values[-1], most=max(values), slopes=slopes)

    def row(self) -> str:
        """Aligned under the head."""
        figures = f"{self.first:>9.1f}{self.last:>9.1f}{self.most:>9.1f}"
        told = ("-" if each is None else f"{each:+.2f}" for each in self.slopes.values())
        return f"{self.name:<24}{figures}" + "".join(f"{each:>10}" for each in told)


def soaked(deployment: Deployment, *, minutes: float, outage: float, rate: float) -> Soaked:
    """Play the load, and the outage in its middle; what was seen."""
    charges = [a_charge(deployment.network) for _ in range(int(minutes * 60 * rate))]
    edge, start = deployment.edge(), time.monotonic()
    broken = _outage(deployment, at=start + (minutes - outage) * 30, minutes=outage)
    letters, samples = DeadLetters(deployment), list[Sample]()
    footprint = Footprint(deployment.settings)

    def look() -> None:
        samples.append(Sample(at=datetime.now(UTC), memory=footprint.memory_mib()))
        letters.look()

    with looking(look, every_seconds=SAMPLE_SECONDS):
        with _beside(broken):
            sent = handed_in(edge, charges, a_second=rate, start=start)
        taken = [each for each in zip(charges, sent, strict=True) if _is_taken(each[1])]
        done = posted_at(deployment, [id_of(charge) for charge, _ in taken])
    return Soaked(
        came=[each.result() for _, each in taken],
        posted=[done[id_of(charge)] for charge, _ in taken],
        refused=len(charges) - len(taken),
        samples=samples,
        gone_at=broken.gone_at if broken else None,
        back_at=broken.back_at if broken else None,
        most_dead_letters=letters.most,
    )


def _outage(deployment: Deployment, *, at: float, minutes: float) -> Outage | None:
    settings = deployment.settings
    erp = erp_process(settings.state / "erp", settings.erp_port)
    return Outage(erp=erp, at=at, seconds=minutes * 60) if minutes else None


@contextmanager
def _beside(outage: Outage | None) -> Iterator[None]:
    """The outage happens meanwhile, if there is one, and is over in the end."""
    breaking = threading.Thread(target=outage.run) if outage else None
    if breaking:
        breaking.start()
    yield
    if breaking:
        breaking.join()


def _is_taken(sent: "Future[datetime]") -> bool:
    return sent.exception() is None


def rows(soak: Soaked) -> Iterator[str]:
    """What people read."""
    yield f"messages {len(soak.came)}, not taken {soak.refused}"
    yield f"most dead letters at any look {soak.most_dead_letters}"
    if soak.gone_at and soak.back_at and soak.drained_at:
        away, drained = soak.back_at - soak.gone_at, soak.drained_at - soak.back_at
        yield f"ERP away {away.seconds} s, drained {drained.seconds} s later"
    trends = [Trend.of(name, points, soak.calm) for name, points in soak.series().items()]
    heads = "".join(f"{name:>10}" for name in trends[0].slopes)
    yield f"{'MiB, and slope an hour':<24}{'first':>9}{'last':>9}{'most':>9}{heads}"
    yield from (trend.row() for trend in trends)
    yield f"{'seconds to posted':<24}{'messages':>8}{'p50':>9}{'p95':>9}{'max':>9}"
    yield from (spread.row(f"{name} minutes") for name, spread in soak.latencies().items())


def data(soak: Soaked) -> dict[str, object]:
    """The object that programs read."""
    trends = [Trend.of(name, points, soak.calm) for name, points in soak.series().items()]
    return {
        "messages": len(soak.came),
        "refused": soak.refused,
        "dead_letters": soak.most_dead_letters,
        "trends": [asdict(trend) for trend in trends],
        "latencies": {name: asdict(each) for name, each in soak.latencies().items()},
    }


def main() -> None:
    """One soak."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=MINUTES)
    options.add_argument("--outage", type=float, default=OUTAGE_MINUTES)
    options.add_argument("--rate", type=float, default=RATE)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    deployment = open_deployment()
    soak = soaked(deployment, minutes=chosen.minutes, outage=chosen.outage, rate=chosen.rate)
    unexplained = str(deployment.tie_out(()).unexplained)
    told = sys.stderr if chosen.json else sys.stdout
    told.write("\n".join([*rows(soak), f"unexplained {unexplained}"]) + "\n")
    if chosen.json:
        sys.stdout.write(json.dumps({**data(soak), "unexplained": unexplained}) + "\n")


if __name__ == "__main__":
    main()
