"""A worker's one invocation: killed at an I/O, or put to sleep there while others go on.

A worker that runs beside others has a stack of its own, but never runs at the same time as
anything else: the kernel switches to it and back, so that a seed gives one history.
"""

from dataclasses import dataclass

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The platform killed the worker here. No error of the product: no step may catch it."""


@dataclass(slots=True, eq=False)
class Carrier:
    """Carries one worker: it goes on until it sleeps or ends, and then whoever woke it does."""

    worker: greenlet

    def go_on(self) -> None:
        """Let it begin, or go on, until it sleeps or ends."""
        self.worker.parent = getcurrent()
        self.worker.switch()

    def sleep(self) -> None:
        """Called by the work itself: whoever woke it goes on, until it is woken again."""
        if (waker := self.worker.parent) is not None:
            waker.switch()


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
