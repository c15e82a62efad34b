"""Registered senders of webhooks."""

from typing import Protocol

from shared.canonical.master import WebhookSourceRecord


class WebhookSources(Protocol):
    """Who may send webhooks, for whom, and where they hear what became of their documents."""

    def source(self, name: str) -> WebhookSourceRecord | None:
        """The source's registration as it stands now; None if it is not registered."""
        ...
