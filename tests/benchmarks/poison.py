"""What poison costs the others: accepted to posted, 500 messages without and with 20 that crash.

`python -m tests.benchmarks.poison` on a box that is up, under the settings it was brought up with.
Poison goes where it does most harm, straight into the queues of the two steps that all share: some
of it cannot be read, some is read and crashes its step. A clean run before and one after say how
much the figure varies by itself.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from statistics import quantiles

from shared.canonical.codec import to_json
from shared.cli.deployment import Deployment, open_deployment
from tests.benchmarks.workload import CONNECTIONS, accept, id_of, posted_at
from tests.e2e.messages import a_charge
from tests.effects import an_issue

MESSAGES, POISON, WARM_UP = 500, 20, 50
A_SECOND = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Seconds from each message's acknowledgement until its effect was posted."""

    name: str
    seconds: list[float]

    def row(self) -> str:
        cuts = quantiles(self.seconds, n=100)
        figures = (cuts[49], cuts[94], max(self.seconds))
        return f"{self.name:<22}{len(self.seconds):>8}" + "".join(
            f"{each:>9.2f}" for each in figures
        )


def measured(deployment: Deployment, name: str, *, messages: int, poison: int) -> Run:
    """Play messages at a steady rate, poison evenly among them, and wait until all is posted."""
    edge, charges = deployment.edge(), [a_charge(deployment.network) for _ in range(messages)]
    edge.token()
    start, every = time.monotonic(), messages // poison if poison else messages + 1
    with ThreadPoolExecutor(CONNECTIONS) as connections:
        sent = []
        for number, charge in enumerate(charges):
            time.sleep(max(0.0, start + number / A_SECOND - time.monotonic()))
            if number % every == every - 1:
                put_poison(deployment, number)
            sent.append(connections.submit(accept, edge, charge))
        answered = [each.result() for each in sent]
    ids = [id_of(charge) for charge in charges]
    posted = posted_at(deployment, ids)
    seconds = [
        (posted[key] - moment).total_seconds() for key, moment in zip(ids, answered, strict=True)
    ]
    return Run(name=name, seconds=seconds)


def put_poison(deployment: Deployment, number: int) -> None:
    """One of three kinds in turn."""
    name = f"poison-{number}-{time.time_ns()}"
    crashes_posting = replace(an_issue(), effect_id=name)  # an id is hex
    kinds = (
        ("DocumentsQueueUrl", "{" + name),
        ("EffectsQueueUrl", "{" + name),
        ("EffectsQueueUrl", to_json(crashes_posting)),
    )
    queue, body = kinds[number // (MESSAGES // POISON) % len(kinds)]
    deployment.clients.sqs.send_message(QueueUrl=deployment.output(queue), MessageBody=body)


def main() -> None:
    """Three runs, side by side."""
    deployment = open_deployment()
    measured(deployment, "warm-up", messages=WARM_UP, poison=0)
    runs = [
        measured(deployment, "without poison", messages=MESSAGES, poison=0),
        measured(deployment, f"with {POISON} poison", messages=MESSAGES, poison=POISON),
        measured(deployment, "without poison again", messages=MESSAGES, poison=0),
    ]
    lines = [f"{'seconds to posted':<22}{'messages':>8}{'p50':>9}{'p95':>9}{'max':>9}"]
    lines += [run.row() for run in runs]
    depths = deployment.queue_depths()
    dead = {name: count for name, (_, count) in depths.items() if count}
    lines.append(f"now on the way to a person: {dead or 'none'} in dead letters, rest in queues")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
