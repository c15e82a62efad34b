"""Where bytes go before anything reads them."""

from collections.abc import Iterator
from datetime import datetime
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


class ArchiveListing(Protocol):
    """What stands in the archive, told by its keys alone: recovery reads only what it needs."""

    def keys_since(self, since: datetime) -> Iterator[str]:
        """Keys of all tenants and sources, from the beginning of the hour of `since` on.

        Each source is told by itself, in the order of its keys. No sighting of that hour or a later
        one is left out; earlier ones of that same hour come with it.
        """
        ...

    def sighting(self, key: str) -> Sighting:
        """The envelope that was stored beside the bytes, without reading those."""
        ...
