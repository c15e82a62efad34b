"""Accepted to posted without backlog: one message at a time through the REST edge.

`python -m tests.benchmarks.latency` on a box that is up. The time starts when the edge's answer
(202 and AA) has arrived, and ends when a reader of the effect ledger finds the effect DONE: its
document is in the ERP and its outcome written. The reader asks every few milliseconds, so a figure
is late by up to that and the time of a read, never early. The next message goes out after that.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

from infra.local.day import Charge
from shared.canonical.outcome import EffectState
from shared.cli.deployment import Deployment, open_deployment
from shared.mllp.edge_client import EdgeClient
from tests.benchmarks.workload import accept, id_of, wait_until
from tests.e2e.messages import a_charge

MESSAGES, WARM_UP = 300, 30
POLL_SECONDS = 0.01
BUDGET_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The middle, the tail and the worst of some durations in seconds."""

    count: int
    p50: float
    p95: float
    worst: float

    def row(self, name: str) -> str:
        figures = (self.p50, self.p95, self.worst)
        return f"{name:<24}{self.count:>8}" + "".join(f"{each:>9.3f}" for each in figures)


HEAD = f"{'seconds':<24}{'messages':>8}{'p50':>9}{'p95':>9}{'max':>9}"


def spread_of(seconds: Sequence[float]) -> Spread:
    """A percentile is taken among what was measured, never beyond it."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return Spread(count=len(seconds), p50=cuts[49], p95=cuts[94], worst=max(seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One message's way: until the edge had answered, and from then until it was posted."""

    answered: float
    posted: float


def measured(deployment: Deployment, messages: int) -> list[Journey]:
    """One after the other, each when the one before is posted."""
    edge = deployment.edge()
    return [_sent(deployment, edge, a_charge(deployment.network)) for _ in range(messages)]


def _sent(deployment: Deployment, edge: EdgeClient, charge: Charge) -> Journey:
    effect = id_of(charge)

    def is_posted() -> bool:
        entry = deployment.ledger.read([effect]).get(effect)
        return entry is not None and entry.state is EffectState.DONE

    began = time.monotonic()
    accept(edge, charge)
    answered = time.monotonic()
    posted = wait_until(is_posted, every_seconds=POLL_SECONDS, because=lambda: "not posted")
    return Journey(answered=answered - began, posted=posted - answered)


def rows(journeys: Sequence[Journey]) -> Iterator[str]:
    """The table."""
    yield HEAD
    yield spread_of([each.answered for each in journeys]).row("sent to accepted")
    yield spread_of([each.posted for each in journeys]).row("accepted to posted")


def main() -> None:
    """Measure and print; exit 1 above the budget."""
    options = argparse.ArgumentParser()
    options.add_argument("--messages", type=int, default=MESSAGES)
    deployment = open_deployment()
    chosen = options.parse_args()
    measured(deployment, WARM_UP)
    journeys = measured(deployment, chosen.messages)
    p95 = spread_of([each.posted for each in journeys]).p95
    sys.stdout.write("\n".join(rows(journeys)) + "\n")
    sys.stdout.write(f"p95 {p95:.3f} s, budget {BUDGET_SECONDS:.1f} s\n")
    sys.exit(p95 > BUDGET_SECONDS)


if __name__ == "__main__":
    main()
