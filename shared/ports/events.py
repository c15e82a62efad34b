"""Telling others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEvent:
    """News about an effect; consumers are idempotent by (effect_id, revision).

    `data` has no patient data.
    """

    kind: str
    effect_id: str
    revision: int
    at: str
    data: dict[str, str]


class EventPublisher(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[OutcomeEvent]) -> None:
        """Put the events; raises if any was not taken."""
        ...
