"""Where files are dropped, and where answers about them are put."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFile:
    """A file that still lies in the inbox."""

    key: str
    version: str
    dropped_at: datetime


class FileInbox(Protocol):
    """Dropped files, by key and version. `version` is empty where the store keeps no versions."""

    def size(self, key: str, version: str) -> int:
        """How many bytes the file has. Raises KeyError if it is gone."""
        ...

    def open(self, key: str, version: str) -> Iterator[bytes]:
        """The file's exact bytes, chunk by chunk. Raises KeyError, when called, if it is gone."""
        ...

    def clear(self, key: str, version: str = "") -> None:
        """Delete this version of the key for good, leaving no delete marker; none is no error.

        Without a version: every version and delete marker. Two files dropped under one name are two
        versions, and reading one gives no right to delete the other.
        """
        ...

    def waiting(self) -> Iterator[WaitingFile]:
        """Every version of every file that lies there; none of a key that its sender deleted."""
        ...


class FileOutbox(Protocol):
    """Files for people and systems outside to fetch."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Durable when this returns; replaces what stood there."""
        ...

    def get(self, key: str) -> bytes:
        """The exact bytes. Raises KeyError if there are none."""
        ...
