"""One round of one worker: `INTERPRETER -m tests.benchmarks.exactly_once.sandbox`.

Reads a Round as JSON from standard input and prints an Answer. Each delivery is a process of its
own, forked once the libraries are loaded, as Lambda starts many sandboxes from one snapshot: it can
be killed by the system, and what it kept in memory is gone.
"""

import gc
import json
import os
import platform
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import islice

from tests.benchmarks.exactly_once.erp import Books
from tests.benchmarks.exactly_once.peers import Peer, row_of
from tests.benchmarks.exactly_once.terms import Answer, Ended, Message, Round, World

AT_ONCE = 16
LOOK_SECONDS = 0.002


def round_of(stated: str) -> Round:
    """Read a round."""
    values = json.loads(stated)
    values["world"] = World(**values["world"])
    for name in ("messages", "owed"):
        values[name] = tuple(Message(**each) for each in values[name])
    return Round(**values)


@dataclass(slots=True, kw_only=True)
class Sandboxes:
    """Processes under way, at most so many at once. `must_die` says when one is killed."""

    peer: Peer
    errors: "ErrorPipe"
    must_die: Callable[[str], bool]
    running: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    cpu_seconds: float = 0.0

    def deliver(self, messages: Sequence[Message]) -> None:
        """All of them, to the end."""
        waiting = iter(messages)
        while True:
            for message in islice(waiting, AT_ONCE - len(self.running)):
                self.running[message.reference] = self._start(message)
            if not self.running:
                return
            self._look_at_all()
            time.sleep(LOOK_SECONDS)

    def _start(self, message: Message) -> int:
        pid = os.fork()
        if pid:
            return pid
        os._exit(attempted(self.peer, message, self.errors))

    def _look_at_all(self) -> None:
        for reference, pid in list(self.running.items()):
            if self.must_die(reference):
                os.kill(pid, signal.SIGKILL)
            over, status, usage = os.wait4(pid, os.WNOHANG)
            if over:
                del self.running[reference]
                self.ended[reference] = os.waitstatus_to_exitcode(status)
                self.cpu_seconds += usage.ru_utime + usage.ru_stime


@dataclass(slots=True)
class ErrorPipe:
    """The types of what attempts raised, across processes."""

    _read: int = -1
    _write: int = -1

    def __post_init__(self) -> None:
        self._read, self._write = os.pipe()

    def tell(self, error: Exception) -> None:
        """From a sandbox."""
        os.write(self._write, f"{type(error).__name__}\n".encode())

    def counted(self) -> dict[str, int]:
        """To the worker, once no sandbox is left."""
        os.close(self._write)
        with os.fdopen(self._read) as told:
            return dict(Counter(told.read().split()))


def attempted(peer: Peer, message: Message, errors: ErrorPipe) -> int:
    """The exit code of one delivery."""
    try:
        return peer.attempt(message)
    except Exception as error:  # noqa: BLE001 - whatever it is, the queue keeps the message
        errors.tell(error)
        if os.environ.get("SANDBOX_TRACES"):
            traceback.print_exc()
        return Ended.FAILED


def warm(
    peer: Peer, messages: Sequence[Message], errors: ErrorPipe
) -> tuple[dict[str, int], float]:
    """All messages in this process, and the CPU seconds of all but the first tenth."""
    cold = len(messages) // 10
    ended = {each.reference: attempted(peer, each, errors) for each in messages[:cold]}
    gc.collect()
    started = time.process_time()
    ended |= {each.reference: attempted(peer, each, errors) for each in messages[cold:]}
    return ended, time.process_time() - started


def worked(asked: Round) -> Answer:
    """Do a round."""
    row = row_of(asked.peer)
    peer, errors = row.opened(asked.world), ErrorPipe()
    if asked.is_nightly:
        _apart(lambda: _done(peer.nightly))
    due = set(_apart(peer.due)) if asked.owed else set()
    messages = [*asked.messages, *(each for each in asked.owed if each.reference in due)]
    if asked.is_warm:
        ended, cpu_seconds = warm(peer, messages, errors)
    else:
        books = Books(asked.world.books)
        sandboxes = Sandboxes(
            peer=peer,
            errors=errors,
            must_die=lambda reference: asked.kills and bool(books.of(reference)),
        )
        sandboxes.deliver(messages)
        ended, cpu_seconds = sandboxes.ended, sandboxes.cpu_seconds
    return Answer(
        ended=ended,
        cpu_seconds=cpu_seconds,
        errors=errors.counted(),
        versions={name: version(name) for name in row.packages}
        | {"python": platform.python_version()},
    )


def _done(work: Callable[[], None]) -> list[str]:
    work()
    return []


def _apart(work: Callable[[], Collection[str]]) -> list[str]:
    """What it gives, in a process of its own: no sandbox may inherit a connection from it."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        with os.fdopen(write, "w") as told:
            json.dump(list(work()), told)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        given = told.read()
    os.waitpid(pid, 0)
    found: list[str] = json.loads(given)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(worked(round_of(sys.stdin.read())))))
