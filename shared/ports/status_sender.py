"""Bringing news to those who asked for it."""

from collections.abc import Mapping
from typing import Protocol


class StatusSender(Protocol):
    """One attempt, no repetition: the queue repeats."""

    @property
    def timeout_seconds(self) -> float:
        """The longest that one attempt takes."""
        ...

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        """The HTTP status that was answered; None if nobody answered in time."""
        ...
