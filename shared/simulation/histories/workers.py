"""A worker's one invocation: killed at an I/O, or put to sleep there while others go on.

A worker that runs beside others has a thread of its own, but never runs at the same time as
anything else: a baton goes from the kernel to it and back, so that a seed gives one history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread

Body = Callable[[], None]


class Killed(BaseException):
    """The platform killed the worker here. No error of the product: no step may catch it."""


def _held() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class Carrier:
    """A thread that carries one worker after another; it runs only while it has the baton."""

    baton: Lock = field(default_factory=_held)
    back: Lock = field(default_factory=_held)
    body: Body | None = None
    _thread: Thread | None = None

    def run(self, body: Body) -> bool:
        """Give it work, and the baton until it sleeps or ends; whether it has ended."""
        self.body = body
        if self._thread is None:
            self._thread = Thread(target=self._carry, daemon=True, name="simulated-worker")
            self._thread.start()
        return self.go_on()

    def go_on(self) -> bool:
        """The baton until it sleeps or ends; whether it has ended."""
        self.baton.release()
        self.back.acquire()
        return self.body is None

    def sleep(self) -> None:
        """Called by the work itself: hand the baton back and wait for it."""
        self.back.release()
        self.baton.acquire()

    def end(self) -> None:
        """No more work."""
        if self._thread is not None:
            self.body = None
            self.baton.release()
            self._thread.join()
            self._thread = None

    def _carry(self) -> None:
        self.baton.acquire()
        while self.body is not None:
            self.body()
            self.body = None
            self.back.release()
            self.baton.acquire()


@dataclass(slots=True, eq=False, kw_only=True)
class Run:
    """One invocation: until when it may live (virtual seconds), and how wrong its clock is."""

    name: str
    deadline: float
    skew: float
    is_zombie: bool = False
    is_calm: bool = False  # nothing befalls it but what `dies_after` says
    dies_after: int | None = None  # I/Os of a calm one
    is_killed: bool = False
    has_ended: bool = False
    carrier: Carrier | None = None
