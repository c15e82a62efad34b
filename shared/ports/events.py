"""Telling others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeNews:
    """News about an effect; subscribers are idempotent by (effect_id, revision).

    `kind` is what a subscriber's rule chooses by. `data` has no patient data.
    """

    kind: str
    effect_id: str
    revision: int
    at: str
    data: dict[str, str]


class EventPublisher(Protocol):
    """The event bus. One event tells of several outcomes, all of one kind."""

    def publish(self, news: Sequence[OutcomeNews]) -> None:
        """Tell of all of them; raises if any was not taken."""
        ...
