"""What an outage of the ERP costs: messages come in at a steady rate while it is dead, and after.

`python -m tests.benchmarks.outage [--minutes 15] [--rate 3]` on a box that is up. It prints the
most dead letters seen at any moment, and the rate of posting from the ERP's return until nothing
was left, beside the rate at which messages went on coming.
"""

import argparse
import sys
import threading
import time
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.erp import erp_process
from infra.local.processes import ManagedProcess
from shared.cli.deployment import Deployment, open_deployment
from tests.benchmarks.workload import handed_in, id_of, looking, posted_at
from tests.e2e.messages import a_charge

BEFORE_SECONDS, AFTER_SECONDS = 60, 180  # messages come at the same rate before it and after
LOOK_EVERY_SECONDS = 5


@dataclass
class DeadLetters:
    """The most dead letters of all queues together at any look."""

    deployment: Deployment
    most: int = 0
    looks: int = 0

    def look(self) -> None:
        """Count them."""
        depths = self.deployment.queue_depths().values()
        self.most = max(self.most, sum(dead for _, dead in depths))
        self.looks += 1


@dataclass
class Outage:
    """The ERP dies and comes back at given moments of the load."""

    erp: ManagedProcess
    at: float
    seconds: float
    gone_at: datetime | None = None
    back_at: datetime | None = None

    def run(self) -> None:
        """Wait for its moment (monotonic), kill it, wait, start it."""
        time.sleep(max(0.0, self.at - time.monotonic()))
        self.gone_at = datetime.now(UTC)
        self.erp.kill()
        time.sleep(self.seconds)
        self.erp.start()
        self.back_at = datetime.now(UTC)


def measured(deployment: Deployment, *, minutes: float, rate: float) -> str:
    """Play the load around one outage; what came of it, in lines."""
    settings = deployment.settings
    total = int((BEFORE_SECONDS + minutes * 60 + AFTER_SECONDS) * rate)
    charges = [a_charge(deployment.network) for _ in range(total)]
    edge = deployment.edge()
    start = time.monotonic()
    outage = Outage(
        erp=erp_process(settings.state / "erp", settings.erp_port),
        at=start + BEFORE_SECONDS,
        seconds=minutes * 60,
    )
    breaking = threading.Thread(target=outage.run)
    letters = DeadLetters(deployment)
    with looking(letters.look, every_seconds=LOOK_EVERY_SECONDS):
        breaking.start()
        came = [each.result() for each in handed_in(edge, charges, a_second=rate, start=start)]
        breaking.join()
        posted = posted_at(deployment, [id_of(charge) for charge in charges])
    return told(came, sorted(posted.values()), outage, letters)


def told(came: list[datetime], posted: list[datetime], outage: Outage, letters: DeadLetters) -> str:
    """The figures; drained is the moment when the last of the backlog was posted."""
    back = outage.back_at
    assert back is not None
    after = [moment for moment in posted if moment > back]
    backlog = sum(moment <= back for moment in came) - (len(posted) - len(after))
    drained = drained_at(came, posted, back)
    seconds = (drained - back).total_seconds()
    in_between = sum(back < moment <= drained for moment in posted)
    arriving = len(came) / (came[-1] - came[0]).total_seconds()
    posting = in_between / seconds
    return "\n".join(
        [
            f"messages {len(came)}, all answered AA and posted; arriving {arriving:.2f}/s",
            f"outage {outage.seconds:.0f} s; backlog when the ERP was back: {backlog}",
            f"drained {seconds:.0f} s after that, posting {posting:.2f}/s",
            f"that is {posting / arriving:.1f} x the arrivals",
            f"most dead letters at any of {letters.looks} looks: {letters.most}",
        ]
    )


def drained_at(came: list[datetime], posted: list[datetime], back: datetime) -> datetime:
    """The first moment after the return at which as many were posted as had come."""
    arrivals = sorted(came)
    for done, moment in enumerate(posted, start=1):
        if moment > back and bisect_right(arrivals, moment) <= done:
            return moment
    return posted[-1]


def main() -> None:
    """One outage."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=15)
    options.add_argument("--rate", type=float, default=3)
    chosen = options.parse_args()
    deployment = open_deployment()
    sys.stdout.write(measured(deployment, minutes=chosen.minutes, rate=chosen.rate) + "\n")
    tied = deployment.tie_out(())
    sys.stdout.write(f"unexplained {tied.unexplained}\n")


if __name__ == "__main__":
    main()
