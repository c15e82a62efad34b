"""What a full ledger costs: rate, latency, calls, CPU, bytes at 1,000, 10,000, 100,000 effects.

`python -m tests.benchmarks.growth [--sizes 1000 10000 30000]` on a box that was just brought up and
is reset afterwards: see `prefill.py`. The ERP is filled as far as `--erp` says, through its own
connector; its own rate stands beside the stack's, so what is the ERP's growth shows there.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shared.aws.clock import SystemClock
from shared.aws.wiring.post_effect import new_token
from shared.canonical.effect import Effect
from shared.cli.deployment import Deployment, open_deployment
from shared.workflow.post_effect import PostEffect
from shared.workflow.target_gate import Pace
from tests.benchmarks import latency
from tests.benchmarks.effects_rate import Rates, rates_of, taken_in_turns
from tests.benchmarks.footprint import Footprint
from tests.benchmarks.latency import Spread, spread_of
from tests.benchmarks.posting import Posting
from tests.benchmarks.prefill import Prefill
from tests.benchmarks.workload import fresh_effects, sample_effects

SIZES, ERP_DOCUMENTS = (1_000, 10_000, 100_000), 5_000
ROUNDS, EFFECTS, MESSAGES, WARM_UP = 4, 200, 60, 100
MILLISECONDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an effect costs: calls of the ledger, bytes of its item, CPU by process in ms."""

    reads: float
    writes: float
    item_bytes: float
    cpu_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything at one size."""

    ledger: int
    journal: int
    erp: int
    rates: Rates
    posted: Spread
    cost: Cost
    engine_mib: float
    erp_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plenty:
    """Never out of time."""

    def remaining_seconds(self) -> float:
        return 3600.0


@dataclass(frozen=True)
class Growth:
    """The deployment and what fills and measures it."""

    deployment: Deployment
    samples: Sequence[Effect]

    def fill(self, size: int, *, erp_documents: int) -> None:
        """Tables up to this size, the ERP up to the smaller of both."""
        began = time.monotonic()
        added = Prefill(self.deployment).fill_up_to(size, self.samples)
        sys.stderr.write(f"{added} effects copied in {time.monotonic() - began:.0f} s\n")
        owed = min(size, erp_documents) - self._footprint.erp_documents()
        if owed > 0:
            self._posting.into_the_erp(fresh_effects(self.samples, owed))

    def figures(self, *, rounds: int) -> Figures:
        """Measure at the size that is there."""
        prefill, footprint = Prefill(self.deployment), self._footprint
        sizes = (prefill.effects(), prefill.journal_items(), footprint.erp_documents())
        self._posting.through_the_stack(fresh_effects(self.samples, WARM_UP))
        taken = taken_in_turns(self._posting, self.samples, rounds=rounds, effects=EFFECTS)
        journeys = latency.measured(self.deployment, MESSAGES)
        return Figures(
            ledger=sizes[0],
            journal=sizes[1],
            erp=sizes[2],
            rates=rates_of(taken),
            posted=spread_of([each.posted for each in journeys]),
            cost=self._cost(),
            engine_mib=footprint.engine_mib(),
            erp_mib=footprint.erp_mib(),
        )

    def _cost(self) -> Cost:
        """CPU of the deployed processes; calls of the same step run here, which can count them."""
        before = self._footprint.cpu_seconds()
        self._posting.through_the_stack(fresh_effects(self.samples, EFFECTS))
        after = self._footprint.cpu_seconds()
        effects = fresh_effects(self.samples, self._posting.batch_size)
        with self._counted() as calls:
            self._step()(effects, Plenty())
        items = Prefill(self.deployment).ledger_items([each.effect_id for each in effects])
        return Cost(
            reads=calls["keys read"] / len(effects),
            writes=calls["UpdateItem"] / len(effects),
            item_bytes=sum(len(json.dumps(item)) for item in items) / len(effects),
            cpu_ms={name: (after[name] - before[name]) / EFFECTS * MILLISECONDS for name in after},
        )

    def _step(self) -> PostEffect:
        """As the function's wiring builds it."""
        clock = SystemClock()
        return PostEffect(
            target="tryton",
            connector=self._posting.connector,
            breakers=self.deployment.breakers,
            pace=Pace(documents_per_second=0, clock=clock, pause=time.sleep),
            ledger=self.deployment.ledger,
            holds=self.deployment.holds,
            clock=clock,
            new_token=new_token,
        )

    @contextmanager
    def _counted(self) -> Iterator[Counter[str]]:
        calls: Counter[str] = Counter()

        def count(params: Mapping[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
            calls[model.name] += 1
            tables = params.get("RequestItems", {}).values() if "Get" in model.name else ()
            calls["keys read"] += sum(len(each["Keys"]) for each in tables)

        watched = self.deployment.clients.dynamodb.meta.events
        watched.register("provide-client-params.dynamodb", count)
        try:
            yield calls
        finally:
            watched.unregister("provide-client-params.dynamodb", count)

    @property
    def _posting(self) -> Posting:
        return Posting(self.deployment)

    @property
    def _footprint(self) -> Footprint:
        return Footprint(self.deployment.settings)


COLUMNS: Mapping[str, Callable[[Figures], str]] = {
    "effects": lambda each: f"{each.ledger}",
    "journal": lambda each: f"{each.journal}",
    "ERP": lambda each: f"{each.erp}",
    "stack /s": lambda each: f"{each.rates.stack:.1f}",
    "ERP /s": lambda each: f"{each.rates.erp:.1f}",
    "ratio": lambda each: f"{each.rates.ratio:.0%}",
    "p50 s": lambda each: f"{each.posted.p50:.3f}",
    "p95 s": lambda each: f"{each.posted.p95:.3f}",
    "reads": lambda each: f"{each.cost.reads:.2f}",
    "writes": lambda each: f"{each.cost.writes:.2f}",
    "item B": lambda each: f"{each.cost.item_bytes:.0f}",
    "post ms": lambda each: f"{each.cost.cpu_ms.get('post_effect', 0):.1f}",
    "tell ms": lambda each: f"{each.cost.cpu_ms.get('publish_outcome', 0):.1f}",
    "engine ms": lambda each: f"{each.cost.cpu_ms.get('engine', 0):.1f}",
    "ERP ms": lambda each: f"{each.cost.cpu_ms.get('ERP', 0):.1f}",
    "engine MiB": lambda each: f"{each.engine_mib:.0f}",
    "ERP MiB": lambda each: f"{each.erp_mib:.0f}",
}


def row(figures: Figures | None = None) -> str:
    """One size, or the head."""
    cells = {name: draw(figures) if figures else name for name, draw in COLUMNS.items()}
    return "".join(f"{cell:>{len(name) + 3}}" for name, cell in cells.items())


def main() -> None:
    """Fill and measure, size by size."""
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--erp", type=int, default=ERP_DOCUMENTS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    deployment = open_deployment()
    growth = Growth(deployment, sample_effects(deployment))
    sys.stdout.write(f"{row()}\n")
    for size in chosen.sizes:
        growth.fill(size, erp_documents=chosen.erp)
        sys.stdout.write(f"{row(growth.figures(rounds=chosen.rounds))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
