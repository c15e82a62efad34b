"""Which webhooks have been taken in."""

from typing import Protocol


class WebhookLog(Protocol):
    """A webhook id of a source, and the body that came with it. Reads are consistent."""

    def seen(self, source: str, webhook_id: str) -> str | None:
        """The SHA-256 (hex) of the body remembered under this id; None if there is none."""
        ...

    def remember(self, source: str, webhook_id: str, sha256: str) -> None:
        """Remember a body under its id once its message is enqueued; the first one stays."""
        ...
