"""Time, from outside."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The present moment, aware and in UTC."""

    def now(self) -> datetime:
        """Now."""
        ...


class Deadline(Protocol):
    """How long this worker may still live."""

    def remaining_seconds(self) -> float:
        """Seconds until the platform kills the worker; never negative."""
        ...
