"""CPU of our handlers a message, beside the same flow on Powertools' idempotency at each hop.

`python -m tests.benchmarks.handler_cost [--json] [--profile] [--calls]`. Both flows run in this
process on the same messages. AWS and the ERP answer below the clients, and the CPU of these answers
is taken out: what remains is reading, deciding, building and signing requests and reading the
answers, all but the sockets.
"""

import argparse
import cProfile
import gc
import io
import json
import pstats
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks.canned_aws import counted
from tests.benchmarks.deliveries import (
    Invocation,
    a_message,
    a_queue_batch,
    a_request,
    a_stream_batch,
)
from tests.benchmarks.shipped_flow import EFFECTS, QUEUE, Flow, set_environment, shipped_flow

HOPS = ("receive", "map", "post", "publish")
ONE_BY_ONE = {"map": 1, "post": 1, "publish": 1}
DEPLOYED = {"map": 10, "post": 50, "publish": 100}  # infra/stacks/core_intake.py, core_outcomes.py
SETTINGS = {"one by one": ONE_BY_ONE, "deployed batches": DEPLOYED}
MESSAGES, WARM_UP, RUNS = 100, 20, 3
Delivery = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HopCost:
    """One hop, for all messages of a run."""

    cpu_seconds: float
    calls: Mapping[str, int]
    erp_calls: int


@dataclass(slots=True, kw_only=True)
class Played:
    """One flow and how many messages and records went through it."""

    flow: Flow
    messages: int = 0
    records: int = 0

    def play(self, messages: int, batches: Mapping[str, int]) -> dict[str, HopCost]:
        """All messages hop by hop, each hop with what the one before left behind."""
        aws = self.flow.aws
        started, self.messages = self.messages, self.messages + messages
        requests = [a_request(a_message(number)) for number in range(started, self.messages)]
        costs = {"receive": self._hop("receive", requests)}
        costs["map"] = self._hop("map", self._queued("documents", batches["map"]))
        costs["post"] = self._hop("post", self._queued("effects", batches["post"]))
        costs["publish"] = self._hop("publish", self._changed(batches["publish"]))
        aws.tables[EFFECTS].clear()
        return costs

    def _hop(self, name: str, deliveries: Sequence[Delivery]) -> HopCost:
        handler, context = self.flow.handlers[name], Invocation()
        aws, erp = self.flow.aws, self.flow.erp
        calls, erp_calls, canned = len(aws.calls), erp.calls, aws.own_seconds + erp.own_seconds
        gc.collect()
        started = time.process_time()
        answers = [handler(delivery, context) for delivery in deliveries]
        spent = time.process_time() - started
        _refuse_failures(name, answers)
        return HopCost(
            cpu_seconds=spent - (aws.own_seconds + erp.own_seconds - canned),
            calls=counted(aws.calls[calls:]),
            erp_calls=erp.calls - erp_calls,
        )

    def _queued(self, queue: str, size: int) -> list[Delivery]:
        bodies = self.flow.aws.queues.pop(f"{QUEUE}{queue}")
        return list(self._batched(bodies, size, a_queue_batch))

    def _changed(self, size: int) -> list[Delivery]:
        images = [
            image for each in self.flow.aws.tables[EFFECTS].values() for image in each.values()
        ]
        return list(self._batched(images, size, a_stream_batch))

    def _batched(
        self, elements: Sequence[Any], size: int, batch: Callable[..., Delivery]
    ) -> Iterator[Delivery]:
        for start in range(0, len(elements), size):
            chunk = elements[start : start + size]
            yield batch(chunk, first=self.records)
            self.records += len(chunk)


def _refuse_failures(hop: str, answers: Sequence[Any]) -> None:
    for answer in answers:
        if answer.get("batchItemFailures") or answer.get("statusCode", 202) != 202:
            raise SystemExit(f"{hop} did not go through: {answer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One flow at one setting: CPU in ms and calls, both a message, by hop."""

    flow: str
    cpu_ms: dict[str, float]
    calls: dict[str, float]

    @property
    def total_ms(self) -> float:
        return sum(self.cpu_ms.values())

    @property
    def total_calls(self) -> float:
        return sum(self.calls.values())


def row_of(flow: str, runs: Sequence[Mapping[str, HopCost]], messages: int) -> Row:
    """The median of the runs' CPU by hop; their calls are all alike."""
    return Row(
        flow=flow,
        cpu_ms={
            hop: median(run[hop].cpu_seconds for run in runs) * 1000 / messages for hop in HOPS
        },
        calls={
            hop: (sum(runs[0][hop].calls.values()) + runs[0][hop].erp_calls) / messages
            for hop in HOPS
        },
    )


def opened_flows(printed: io.TextIOBase) -> list[Played]:
    """Ours, then the comparison with and without the same facts."""
    set_environment()
    from tests.benchmarks.powertools_flow import powertools_flow  # noqa: PLC0415

    flows = [
        shipped_flow(printed),  # type: ignore[arg-type]
        powertools_flow(keeps_facts=True),
        powertools_flow(keeps_facts=False),
    ]
    return [Played(flow=flow) for flow in flows]


def measured(flows: Sequence[Played], batches: Mapping[str, int]) -> list[Row]:
    """In rounds, so that other load falls on all flows alike."""
    for played in flows:
        played.play(WARM_UP, batches)
    rounds = [[played.play(MESSAGES, batches) for played in flows] for _ in range(RUNS)]
    return [
        row_of(played.flow.name, [done[place] for done in rounds], MESSAGES)
        for place, played in enumerate(flows)
    ]


def profiled(played: Played, batches: Mapping[str, int]) -> str:
    """Where ours spends: the functions that take most by themselves and with what they call."""
    profile, told = cProfile.Profile(), io.StringIO()
    profile.enable()
    played.play(MESSAGES, batches)
    profile.disable()
    statistics = pstats.Stats(profile, stream=told)
    statistics.sort_stats("tottime").print_stats(35)
    statistics.sort_stats("cumtime").print_stats(90)
    return told.getvalue()


def counted_calls(played: Played) -> dict[str, dict[str, dict[str, int]]]:
    """What the messages of a run ask of AWS and the ERP, by setting and hop: exact."""
    found = {}
    for title, batches in SETTINGS.items():
        played.play(WARM_UP, batches)
        costs = played.play(MESSAGES, batches)
        found[title] = {
            hop: {**cost.calls, **({"ErpPost": cost.erp_calls} if cost.erp_calls else {})}
            for hop, cost in costs.items()
        }
    return found


def printed_rows(title: str, rows: Sequence[Row]) -> str:
    """A table; the last column is ours in parts of the others."""
    head = "".join(f"{hop:>10}" for hop in (*HOPS, "sum", "calls"))
    lines = [f"{title:<36}{head}   ours/this"]
    for row in rows:
        figures = "".join(f"{row.cpu_ms[hop]:>10.2f}" for hop in HOPS)
        ratio = rows[0].total_ms / row.total_ms
        lines.append(
            f"{row.flow:<36}{figures}{row.total_ms:>10.2f}{row.total_calls:>10.2f}{ratio:>12.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure both settings and print."""
    options = argparse.ArgumentParser()
    for name in ("json", "profile", "calls"):
        options.add_argument(f"--{name}", action="store_true")
    asked = options.parse_args()
    out, printed = sys.stdout, io.StringIO()
    warnings.simplefilter("ignore", UserWarning)  # a hundredth metric is printed before the end
    with redirect_stdout(printed):
        flows = opened_flows(printed)
        if asked.profile:
            flows[0].play(WARM_UP, DEPLOYED)
            out.write(profiled(flows[0], DEPLOYED))
            return
        if asked.calls:
            out.write(json.dumps({each.flow.name: counted_calls(each) for each in flows}) + "\n")
            return
        found = {title: measured(flows, batches) for title, batches in SETTINGS.items()}
    for title, rows in found.items():
        out.write(printed_rows(f"{title}: CPU ms a message", rows) + "\n\n")
    if asked.json:
        out.write(json.dumps(_figures(found)) + "\n")


def _figures(found: Mapping[str, Sequence[Row]]) -> dict[str, object]:
    settings = {
        title: {row.flow: {"cpu_ms": row.cpu_ms, "calls": row.calls} for row in rows}
        for title, rows in found.items()
    }
    return {"messages": MESSAGES, "runs": RUNS, "settings": settings}


if __name__ == "__main__":
    main()
