"""One cell of the table: one peer under one fault, from the first delivery to the verdict."""

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.benchmarks.exactly_once.erp import Books
from tests.benchmarks.exactly_once.peers import Row
from tests.benchmarks.exactly_once.servers import (
    PACKAGE,
    ROOT,
    asked_of_tables,
    lose_replies,
    make_tables,
    post,
    served,
)
from tests.benchmarks.exactly_once.terms import Answer, Ended, Fault, Message, Round, World

SKEW_SECONDS = 5
LONG_SECONDS = 86_400
SHORT_SECONDS = 60
SOON_SECONDS = 1  # what raised comes back at once
STRIKING = frozenset({Fault.TIMEOUT, Fault.KILL, Fault.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many effects a cell has, and the times of its world, in seconds of the worker's clock.

    The queue delivers again once the worker's own time is over, or soon after the caller of a late
    commit gave up. Then it waits until all that was begun is over and every commit can be seen, so
    that nobody is called stuck who only waits.
    """

    effects: int = 100
    call_timeout_seconds: float = 2.0
    lambda_seconds: float = 60.0
    latest_commit_seconds: float = 600.0

    @property
    def redelivery_seconds(self) -> float:
        """From the end of one round to the next."""
        return self.lambda_seconds + 1

    @property
    def settling_seconds(self) -> float:
        """From one round to a time when nothing of it is open."""
        return self.lambda_seconds + self.latest_commit_seconds + 2 * SKEW_SECONDS + 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the target's own table says. `duplicates` are documents too many.

    `stuck` are effects without a document and those that the peer does not know to be done, though
    nothing is delivered any more.
    """

    duplicates: int
    stuck: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One cell, whole: the verdict, how many faults struck, calls by operation, CPU, ends."""

    verdict: Verdict
    faults: int
    calls: Mapping[str, int]
    cpu_seconds: float
    rounds: Sequence[Mapping[str, int]]
    errors: Mapping[str, int]
    versions: Mapping[str, str]


def judged(messages: Sequence[Message], ended: Mapping[str, int], books: Books) -> Verdict:
    """By the target's table, and by what the peer knows of itself."""
    written = books.count()
    counts = {message.reference: written.get(message.reference, 0) for message in messages}
    return Verdict(
        duplicates=sum(count - 1 for count in counts.values() if count),
        stuck=sum(not count or ended.get(key) != Ended.DONE for key, count in counts.items()),
    )


@dataclass(slots=True, kw_only=True)
class Cell:
    """One peer, one fault, one class of target."""

    row: Row
    fault: Fault
    plan: Plan
    messages: Sequence[Message]
    interpreter: str
    world: World
    ended: dict[str, int] = field(default_factory=dict)
    rounds: list[Answer] = field(default_factory=list)

    def play(self) -> Figures:
        """Deliver until nothing is left to deliver, then judge."""
        self._play_rounds()
        books = Books(self.world.books)
        verdict = judged(self.messages, self.ended, books)
        books.close()
        errors = sum((Counter(answer.errors) for answer in self.rounds), Counter[str]())
        return Figures(
            verdict=verdict,
            faults=self._faults(),
            calls=asked_of_tables(self.world, "calls"),
            cpu_seconds=sum(answer.cpu_seconds for answer in self.rounds),
            rounds=[_told(answer) for answer in self.rounds],
            errors=dict(errors),
            versions=self.rounds[0].versions,
        )

    def _play_rounds(self) -> None:
        self._deliver(self.messages, is_warm=self.fault is Fault.NONE)
        if self.fault is Fault.EXPIRY:
            self._pass(2 * SHORT_SECONDS)
            self._deliver(self.messages, is_nightly=True)
        if self.fault is Fault.LATE:
            self._deliver_again(after_seconds=SOON_SECONDS)
            self._commit_late()
        else:
            self._deliver_again(after_seconds=self.plan.redelivery_seconds)
        self._deliver_again(after_seconds=self.plan.settling_seconds)
        self._deliver_again(after_seconds=self.plan.redelivery_seconds)

    def _commit_late(self) -> None:
        """Within what the target says of itself: this column is about late, not about lying."""
        held_seconds = SOON_SECONDS + post(f"http://127.0.0.1:{self.world.erp_port}/late")
        if held_seconds >= self.plan.latest_commit_seconds:
            raise RuntimeError(f"too slow: {held_seconds:.0f} s until the last late commit")

    def _deliver_again(self, *, after_seconds: float) -> None:
        back, owed = self._ended_as(Ended.FAILED, Ended.KILLED), self._ended_as(Ended.OWED)
        if back or owed:
            self._pass(after_seconds)
            self._deliver(back, owed=owed)

    def _pass(self, seconds: float) -> None:
        """No worker is at work: time goes by."""
        ahead = self.world.ahead_seconds + seconds
        self.world = replace(self.world, ahead_seconds=ahead)

    def _ended_as(self, *ends: Ended) -> list[Message]:
        return [each for each in self.messages if self.ended[each.reference] in ends]

    def _deliver(self, messages: Sequence[Message], **more: Any) -> None:  # noqa: ANN401
        asked = Round(
            peer=self.row.name,
            world=self.world,
            messages=tuple(messages),
            kills=self.fault is Fault.KILL and not self.rounds,
            **more,
        )
        answer = worked(asked, self.interpreter)
        self.rounds.append(answer)
        self.ended |= answer.ended

    def _faults(self) -> int:
        """How many effects the fault struck."""
        first = self.rounds[0].ended.values()
        match self.fault:
            case Fault.KILL:
                return sum(end == Ended.KILLED for end in first)
            case Fault.TIMEOUT | Fault.LATE:
                return sum(end != Ended.DONE for end in first)
            case Fault.LOST_REPLY:
                return int(asked_of_tables(self.world, "lost"))
            case _:
                return 0


def worked(asked: Round, interpreter: str) -> Answer:
    """One round in a process of its own, on the peer's interpreter.

    Raises:
        RuntimeError: the worker itself failed; its last words are told.
    """
    environment = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"}
    environment |= {
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{asked.world.tables_port}",
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(  # noqa: S603 - our own module
        [interpreter, "-m", f"{PACKAGE}.sandbox"],
        input=json.dumps(asdict(asked)),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )
    if done.returncode:
        raise RuntimeError(f"the worker of {asked.peer} ended: {done.stderr[-2000:]}")
    return Answer(**json.loads(done.stdout))


def played(
    row: Row,
    fault: Fault,
    *,
    effect_class: str,
    plan: Plan,
    messages: Sequence[Message],
    tables_port: int,
    interpreter: str,
) -> Figures:
    """One cell, with a target and tables of its own.

    Raises:
        RuntimeError: the fault did not strike every effect: the cell says nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        books = Path(folder) / "books.sqlite"
        with served("erp", str(books), fault.value, effect_class) as erp_port:
            world = World(
                erp_port=erp_port,
                tables_port=tables_port,
                prefix=f"w{uuid4().hex[:12]}",
                enforces_references=effect_class == "E1",
                call_timeout_seconds=plan.call_timeout_seconds * (1 + 2 * (fault is Fault.KILL)),
                lambda_seconds=plan.lambda_seconds,
                latest_commit_seconds=plan.latest_commit_seconds,
                record_seconds=SHORT_SECONDS if fault is Fault.EXPIRY else LONG_SECONDS,
                folder=folder,
            )
            make_tables(world)
            if fault is Fault.LOST_REPLY:
                lose_replies(world)
            figures = Cell(
                row=row,
                fault=fault,
                plan=plan,
                messages=messages,
                interpreter=interpreter,
                world=world,
            ).play()
    is_whole = figures.faults == len(messages) or fault not in STRIKING
    if not is_whole:
        raise RuntimeError(f"{fault} struck {figures.faults} of {len(messages)} of {row.name}")
    return figures


def _told(answer: Answer) -> dict[str, int]:
    return dict(Counter(Ended(end).name.lower() for end in answer.ended.values()))
