"""Time that moves only when a test says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class VirtualClock:
    """Implements the Clock port."""

    moment: datetime = START

    def now(self) -> datetime:
        """Now, as far as this world knows."""
        return self.moment

    def advance(self, *, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class FixedDeadline:
    """Implements the Deadline port: always the same time left."""

    seconds: float = 30.0

    def remaining_seconds(self) -> float:
        """Seconds until the worker is killed; never negative."""
        return max(0.0, self.seconds)
