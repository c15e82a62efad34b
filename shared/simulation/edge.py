"""What the edge needs, in memory: clients, tokens and the raw archive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.canonical.message import ClientScope, Sighting, archived_hour
from shared.canonical.token import every_keyed_token, keyed_token
from shared.errors import LedgerwardError


@dataclass(slots=True)
class SimulatedClientRegistry:
    """Implements the ClientRegistry port."""

    scopes: dict[str, ClientScope] = field(default_factory=dict)

    def register(self, scope: ClientScope) -> None:
        """Let a client speak for a tenant's facilities."""
        self.scopes[scope.client_id] = scope

    def scope_of(self, client_id: str) -> ClientScope | None:
        """A client's tenant and facilities; None if it is not registered."""
        return self.scopes.get(client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTokenizer:
    """Implements the Tokenizer port with keys that everybody knows."""

    keys: Mapping[int, bytes] = field(default_factory=lambda: {1: bytes(32)})
    current: int = 1

    def token(self, kind: str, identifier: str) -> str:
        """`<kind letter><key version>-<base32>`; empty for an empty identifier."""
        return keyed_token(self.keys[self.current], self.current, kind, identifier)

    def every_token(self, kind: str, identifier: str) -> tuple[str, ...]:
        """The token under each key version, today's first; none for an empty identifier."""
        return every_keyed_token(self.keys, self.current, kind, identifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMessage:
    """A sighting's bytes and envelope."""

    sighting: Sighting
    body: bytes


@dataclass(slots=True)
class SimulatedRawArchive:
    """Implements the RawArchive and ArchiveListing ports."""

    objects: dict[str, ArchivedMessage] = field(default_factory=dict)

    def store(self, sighting: Sighting, body: bytes) -> None:
        """Durable when this returns, under `sighting.key`. The same again is success.

        Raises:
            LedgerwardError: other bytes stand under this key.
        """
        stored = self.objects.setdefault(
            sighting.key, ArchivedMessage(sighting=sighting, body=body)
        )
        if stored.sighting.sha256 != sighting.sha256:
            raise LedgerwardError(f"other bytes stand in the raw archive under {sighting.key}")

    def read(self, key: str) -> bytes:
        """The exact bytes. Raises KeyError if there are none."""
        return self.objects[key].body

    def sighting(self, key: str) -> Sighting:
        """The envelope that was stored beside the bytes."""
        return self.objects[key].sighting

    def keys_since(self, since: datetime) -> Iterator[str]:
        """Keys of all tenants and sources, from the beginning of the hour of `since` on."""
        first = archived_hour(since)
        # As a bucket sorts: source by source, each in the order of its keys.
        by_source = sorted(key.split("/", 2) for key in self.objects)
        yield from ("/".join(parts) for parts in by_source if parts[2] >= first)
