"""The words of the harness: messages, faults, how an attempt ends. Standard library only.

A peer's worker may run on another interpreter, so nothing here imports the product.
"""

import time
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One effect in the queue. `reference` is what the target's document carries."""

    number: int
    reference: str
    content_hash: str
    item: str
    quantity: str


class Fault(StrEnum):
    """What strikes the first attempt at each effect. Each fault is a column."""

    NONE = "no fault"
    TIMEOUT = "timeout after commit"  # the target commits and never answers
    KILL = "kill after commit"  # SIGKILL of the worker's process before it learns of the commit
    LATE = "late commit"  # the target commits after the caller gave up and tried again
    EXPIRY = "record expired"  # all went well; delivered once more when the record's time is over
    LOST_REPLY = "lost claim reply"  # the first write of each item is done, its answer lost


class Ended(IntEnum):
    """How an attempt ended: the exit code of its process. Only FAILED is delivered again."""

    DONE = 0  # acknowledged: the document is there
    FAILED = 10  # raised: the message stays in the queue
    OWED = 11  # acknowledged: the peer's own record says when it comes back
    LEFT = 12  # acknowledged and not done: a person must look
    KILLED = -9


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where one worker works. Times in seconds.

    `prefix` begins the names of its tables. `enforces_references` is the class of the target: E1
    if it does, else E2, which can only be looked at. `latest_commit_seconds` is what the target
    says of itself: nothing is committed later than this after it was sent. The worker's clock is
    ahead of the machine's by `ahead_seconds`: hours between two rounds take no time here. `folder`
    outlives its processes.
    """

    erp_port: int
    tables_port: int
    prefix: str
    enforces_references: bool
    call_timeout_seconds: float
    lambda_seconds: float
    latest_commit_seconds: float
    record_seconds: int
    folder: str
    ahead_seconds: float = 0.0

    def now(self) -> float:
        """Epoch seconds by the worker's clock."""
        return time.time() + self.ahead_seconds

    @property
    def books(self) -> str:
        """The target's table, for whoever watches it."""
        return str(Path(self.folder) / "books.sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one start of the worker does: deliver these messages, each to a process of its own.

    `kills` ends each process once the target's table shows its document. `is_nightly`
    runs first what the peer's documentation says to run each night. `is_warm` gives all messages
    to one process, one after the other, so that only the first of them is a cold one. Of `owed`
    those are delivered too that the peer's own record says are due.
    """

    peer: str
    world: World
    messages: tuple[Message, ...]
    kills: bool = False
    is_nightly: bool = False
    is_warm: bool = False
    owed: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How each attempt of a round ended, by reference, and the worker's CPU for all of them."""

    ended: dict[str, int]
    cpu_seconds: float
    errors: dict[str, int]
    versions: dict[str, str]
