"""Registered clients of the edge."""

from typing import Protocol

from shared.canonical.message import ClientScope


class ClientRegistry(Protocol):
    """Who may speak for what. Registrations are kept apart from what messages can write."""

    def scope_of(self, client_id: str) -> ClientScope | None:
        """A client's tenant and facilities; None if it is not registered."""
        ...
