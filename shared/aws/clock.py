"""The real time, and how long the platform lets this invocation live."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class InvocationContext(Protocol):
    """The part of Lambda's context that knows the time left."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the platform kills the invocation."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """Implements the Clock port."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LambdaDeadline:
    """Implements the Deadline port."""

    context: InvocationContext

    def remaining_seconds(self) -> float:
        """Seconds until the platform kills the worker; never negative."""
        return max(0.0, self.context.get_remaining_time_in_millis() / 1000)
