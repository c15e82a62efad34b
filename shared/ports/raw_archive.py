"""Where bytes go before anything reads them."""

from typing import Protocol

from shared.canonical.message import Sighting


class RawArchive(Protocol):
    """Keeps every sighting's exact bytes, write once, its envelope beside them."""

    def store(self, sighting: Sighting, body: bytes) -> None:
        """Durable when this returns, under `sighting.key`."""
        ...

    def read(self, key: str) -> bytes:
        """The exact bytes. Raises KeyError if there are none."""
        ...
