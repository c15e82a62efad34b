"""Which webhooks have been taken in, in memory."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class SimulatedWebhookLog:
    """Implements the WebhookLog port."""

    bodies: dict[tuple[str, str], str] = field(default_factory=dict)

    def seen(self, source: str, webhook_id: str) -> str | None:
        """The SHA-256 (hex) of the body remembered under this id; None if there is none."""
        return self.bodies.get((source, webhook_id))

    def remember(self, source: str, webhook_id: str, sha256: str) -> None:
        """Remember a body under its id once its message is enqueued; the first one stays."""
        self.bodies.setdefault((source, webhook_id), sha256)
