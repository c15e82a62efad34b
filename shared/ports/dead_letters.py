"""Putting a message that workers crashed on back where it came from."""

from typing import Protocol


class DeadLetterReturn(Protocol):
    """The source queues of the dead-letter queues."""

    def send_back(self, queue: str, body: str, *, redrives: int, delay_seconds: int) -> None:
        """Enqueue the same body again on `queue`, remembering how often that was done."""
        ...
