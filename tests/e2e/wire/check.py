"""The whole stack under faults of every kind, judged by the ERP's own tables.

`python -m tests.e2e.wire.check [--effects 2000] [--seed 1] [--erp-class e1] [--json]` brings up a
stack of its own with a proxy between its functions and the engine. Three sources send in waves of
100 effects while the proxy throttles, fails and loses replies, and in the middle of each wave
processes are killed, stopped or slowed. When all is sent the faults end; what is left is waited
for and recovered, and everything is judged. It exits 1 if anything is otherwise than it must be.
The seed decides the faults, their order and how long they last; which request a fault meets is up
to the threads.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from infra.local.ports import free_port
from infra.local.state import webhook_secrets
from infra.local.status_listener import StatusListener
from shared.cli.day_player import DayPlayer
from shared.cli.recovery_step import recovery
from shared.cli.settling import Settling
from tests.e2e.messages import TRACKER
from tests.e2e.stack import Stack, running_stack
from tests.e2e.wire.fault_proxy import (
    Choice,
    FaultProxy,
    WireFault,
    at_random,
    one_of,
    standing_before,
)
from tests.e2e.wire.load import EFFECTS_OF_WAVE, Promised, Wave, a_wave
from tests.e2e.wire.process_faults import ProcessFault, Saboteur, planned_faults
from tests.e2e.wire.verdict import Found, Verdict

EFFECTS, SEED = 2000, 1
PAUSE_SECONDS = 12.0  # of each of the EHR's eight connections after a message
LOOK_EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 900.0  # the longest way back of a message is through the dead letters
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EVERYTHING = ("recover", "--since", f"{EPOCH:%Y-%m-%d}")
SHARE = 0.01
SHARES: Mapping[str, Sequence[WireFault]] = {
    "DynamoDB_20120810.": tuple(WireFault),
    "AmazonSQS.": (WireFault.THROTTLED, WireFault.FAILED, WireFault.LOST),
    "AWSEvents.": (WireFault.THROTTLED, WireFault.FAILED, WireFault.LOST),
    "GET": (WireFault.FAILED, WireFault.LOST),  # S3 has no operation in its headers
    "PUT": (WireFault.FAILED, WireFault.LOST),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was sent, what was done to the stack meanwhile, and the verdict."""

    arrivals: Mapping[str, int]
    calls: int
    wire: Mapping[tuple[WireFault, str], int]
    processes: Mapping[ProcessFault, int]
    driven: Mapping[str, int]
    driven_at_end: int
    sent_seconds: float
    settled_seconds: float
    verdict: Verdict

    @property
    def faults(self) -> int:
        """All of them."""
        return sum(self.wire.values()) + sum(self.processes.values())

    def of_wire(self, fault: WireFault) -> int:
        """How often it struck."""
        return sum(count for (kind, _), count in self.wire.items() if kind is fault)

    def rows(self) -> Iterator[tuple[str, str]]:
        """The table."""
        yield from ((f"sent: {name}", f"{count}") for name, count in self.arrivals.items())
        yield "calls of functions through the proxy", f"{self.calls}"
        for (fault, operation), count in sorted(self.wire.items()):
            yield f"wire: {fault} at {operation}", f"{count}"
        yield from ((f"wire, all: {each}", f"{self.of_wire(each)}") for each in WireFault)
        yield from ((f"process: {each}", f"{self.processes.get(each, 0)}") for each in ProcessFault)
        yield "faults in all", f"{self.faults}"
        yield from ((f"recovered: {name}", f"{count}") for name, count in self.driven.items())
        yield "driven again at the end, stored but not answered", f"{self.driven_at_end}"
        yield "seconds of sending under faults", f"{self.sent_seconds:.0f}"
        yield "seconds until nothing was open after that", f"{self.settled_seconds:.0f}"
        yield from self.verdict.rows()

    def data(self) -> dict[str, object]:
        """The object that programs read."""
        verdict = self.verdict
        return {**dict(self.rows()), "wrong": verdict.wrong(), "good": verdict.is_good}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One stack behind its proxy."""

    stack: Stack
    proxy: FaultProxy
    player: DayPlayer
    waves: Sequence[Wave]
    seed: int

    def run(self, *, pause_seconds: float) -> Checked:
        """Send under faults, wait without, judge."""
        saboteur = Saboteur(stack=self.stack, chance=Random(self.seed))  # noqa: S311
        began = time.monotonic()
        self.proxy.choose = wire_faults(self.seed)
        self._sent_under_faults(saboteur, pause_seconds)
        self.proxy.choose = no_fault
        sent = time.monotonic()
        self._settled()
        settled = time.monotonic()
        incomplete = self._incomplete()
        recovered = self.stack.run(*EVERYTHING).result["driven"]
        return Checked(
            arrivals=self._arrivals(),
            calls=self.proxy.passed.total() + self.proxy.struck.total(),
            wire=self.proxy.struck,
            processes=saboteur.done,
            driven=saboteur.driven,
            driven_at_end=recovered,
            sent_seconds=sent - began,
            settled_seconds=settled - sent,
            verdict=Verdict.on(self._found(incomplete), Promised.by(self.waves)),
        )

    def _sent_under_faults(self, saboteur: Saboteur, pause_seconds: float) -> None:
        """A wave begins when the faults of the one before are over, so that each meets traffic."""
        planned = planned_faults(len(self.waves), self.seed)
        with ThreadPoolExecutor(1) as beside:
            for number, (wave, faults) in enumerate(zip(self.waves, planned, strict=True), start=1):
                told: list[None] = []
                tell = partial(told.append, None)
                playing = beside.submit(self.player.play, wave.part, tell, pause_seconds)
                for each in faults:
                    _wait_for(each.at * len(wave.part), told, playing)
                    saboteur.do(each)
                    _say(f"wave {number}, {len(told)} arrivals; {each.fault}: {each.seconds:.0f} s")
                playing.result()

    def _arrivals(self) -> dict[str, int]:
        player = self.player
        return {
            "messages": len(player.messages),
            "events": len(player.events),
            "files": len(player.files),
            "of them again": sum(wave.repeats for wave in self.waves),
            "effects": sum(len(wave.effects) for wave in self.waves),
            "lines that must be held": sum(len(wave.held) for wave in self.waves),
        }

    def _settled(self) -> Settling:
        return Settling.watch(self.stack.deployment, patience_seconds=PATIENCE_SECONDS)

    def _incomplete(self) -> int:
        """Sightings that were answered for good: each is complete before any recovery.

        One that was stored and not answered, as its worker was killed, came again under another id.
        """
        answered = {each.message_id for each in self.player.messages}
        answered |= {each.message_id for each in self.player.events}
        step = recovery(self.stack.deployment)
        return sum(
            key.rsplit("/", 1)[1] in answered and not step.is_complete(key)
            for key in step.listing.keys_since(EPOCH)
        )

    def _found(self, incomplete: int) -> Found:
        settling = self._settled()
        holds: defaultdict[str, list[str]] = defaultdict(list)
        for hold in self.stack.run("holds").result["holds"]:
            holds[hold["line_id"]].append(hold["code"])
        accepted = [each.is_accepted for each in self.player.messages]
        accepted += [each.is_accepted for each in self.player.events]
        return Found(
            moves=dict(self.stack.moves()),
            holds={line: "+".join(sorted(codes)) for line, codes in holds.items()},
            refused=accepted.count(False),
            in_doubt=settling.in_doubt,
            unexplained=self.stack.run("tieout").result["unexplained"],
            incomplete=incomplete,
            driven=self.stack.run(*EVERYTHING).result["driven"],
        )


def wire_faults(seed: int) -> Choice:
    """The same share of each fault that a service knows."""
    return one_of(
        *(
            at_random(seed, dict.fromkeys(faults, SHARE), service=service)
            for service, faults in SHARES.items()
        )
    )


def no_fault(_: str) -> WireFault | None:
    """Leave all in peace."""
    return None


@contextmanager
def checking(folder: Path, *options: str, effects: int, seed: int) -> Iterator[Check]:
    """A stack of one's own in this folder, behind a proxy, with what will be sent to it."""
    engine, functions = free_port(), free_port()
    ports = {"LEDGERWARD_ENGINE_PORT": engine, "LEDGERWARD_FUNCTIONS_PORT": functions}
    with (
        standing_before(engine, no_fault, port=functions) as proxy,
        running_stack(folder, *options, **ports) as stack,
        StatusListener(stack.settings.status_port, webhook_secrets(stack.settings)[TRACKER]),
    ):
        deployment, chance = stack.deployment, Random(seed)  # noqa: S311
        waves = max(1, round(effects / EFFECTS_OF_WAVE))
        yield Check(
            stack=stack,
            proxy=proxy,
            player=DayPlayer(
                deployment=deployment,
                edge=deployment.edge(),
                webhooks=deployment.webhooks(TRACKER),
            ),
            waves=[a_wave(deployment.network, chance) for _ in range(waves)],
            seed=seed,
        )


def _wait_for(arrivals: float, told: Sequence[None], playing: "Future[None]") -> None:
    """Wait until so many are answered; what ended the sources meanwhile is raised."""
    while len(told) < arrivals:
        if playing.done():
            playing.result()
        time.sleep(LOOK_EVERY_SECONDS)


def _say(happened: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {happened}\n")
    sys.stderr.flush()


def main() -> None:
    """Check once; the stack's folder is kept if anything is wrong."""
    options = argparse.ArgumentParser()
    options.add_argument("--effects", type=int, default=EFFECTS)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--erp-class", default="e1")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    folder, box = Path(tempfile.mkdtemp()), ("--erp-class", chosen.erp_class)
    with checking(folder, *box, effects=chosen.effects, seed=chosen.seed) as check:
        checked = check.run(pause_seconds=PAUSE_SECONDS)
    for name, figure in checked.rows():
        sys.stderr.write(f"{name:<80}{figure:>12}\n")
    if chosen.json:
        sys.stdout.write(json.dumps(checked.data()) + "\n")
    if not checked.verdict.is_good:
        sys.stderr.write(f"{checked.verdict.wrong()}\nthe stack is kept in {folder}\n")
        raise SystemExit(1)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
