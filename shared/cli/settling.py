"""Waiting until nothing moves any more: queues empty, no effect owed another attempt."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError

from shared.cli.platform import Platform

POLL_SECONDS = 0.5
STILL_FOR_POLLS = 3  # a message between two queues is in neither for a moment
PATIENCE_SECONDS = 1200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What is still on its way: in queues, dead, owed an attempt, or about to be released."""

    queued: int
    dead: int
    unsettled: int
    releasing: int = 0

    @property
    def in_doubt(self) -> int:
        """In doubt = SENT + overdue + what still sits in queue and DLQ (protocol section 2)."""
        return self.queued + self.dead + self.unsettled + self.releasing

    @classmethod
    def watch(
        cls,
        platform: Platform,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Self:
        """Poll until nothing is in doubt for a while, or patience ends. Outages are waited out."""
        give_up_at = time.monotonic() + patience_seconds
        still, seen = 0, cls(queued=-1, dead=0, unsettled=0)
        while still < STILL_FOR_POLLS and time.monotonic() < give_up_at:
            try:
                seen = cls.now(platform)
            except (BotoCoreError, ClientError):
                seen = cls(queued=-1, dead=0, unsettled=0)
            still = still + 1 if seen.in_doubt == 0 else 0
            sleep(POLL_SECONDS)
        return seen

    @classmethod
    def now(cls, platform: Platform) -> Self:
        """As it stands at this moment."""
        depths = platform.queue_depths().values()
        return cls(
            queued=sum(waiting for waiting, _ in depths),
            dead=sum(dead for _, dead in depths),
            unsettled=platform.unsettled_effects(),
            releasing=platform.released_but_waiting(),
        )
