"""Files dropped and files put, in memory, with every version."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from shared.ports.file_boxes import WaitingFile

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # when everything was dropped, as far as this box knows
CHUNK_BYTES = 1024


@dataclass(slots=True)
class SimulatedFileInbox:
    """Implements the FileInbox port. A delete marker is a version without bytes."""

    files: dict[str, dict[str, bytes | None]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False, compare=False)

    def drop(self, key: str, body: bytes) -> str:
        """Somebody puts a file; returns its version."""
        return self._add(key, body)

    def remove(self, key: str) -> None:
        """Somebody deletes a file: a marker hides its versions."""
        self._add(key, None)

    def size(self, key: str, version: str) -> int:
        """How many bytes the file has. Raises KeyError if it is gone."""
        return len(self._body(key, version))

    def open(self, key: str, version: str) -> Iterator[bytes]:
        """The file's exact bytes, chunk by chunk. Raises KeyError, when called, if it is gone."""
        body = self._body(key, version)
        return (body[at : at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES))

    def clear(self, key: str, version: str = "") -> None:
        """Delete one version, or else every version and delete marker; none is no error."""
        if version:
            self.files.get(key, {}).pop(version, None)
        else:
            self.files.pop(key, None)

    def waiting(self) -> Iterator[WaitingFile]:
        """Every version of every file that lies there; none of a key that its sender deleted."""
        for key, versions in self.files.items():
            if versions and versions[next(reversed(versions))] is not None:
                for version, body in versions.items():
                    if body is not None:
                        yield WaitingFile(key=key, version=version, dropped_at=EPOCH)

    def _add(self, key: str, body: bytes | None) -> str:
        version = f"version-{next(self._numbers)}"
        self.files.setdefault(key, {})[version] = body
        return version

    def _body(self, key: str, version: str) -> bytes:
        versions = self.files.get(key, {})
        newest = next(reversed(versions), "")
        body = versions.get(version or newest)
        if body is None:
            raise KeyError(key)
        return body


@dataclass(slots=True)
class SimulatedFileOutbox:
    """Implements the FileOutbox port."""

    files: dict[str, bytes] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Durable when this returns; replaces what stood there."""
        self.files[key] = body
        self.content_types[key] = content_type

    def get(self, key: str) -> bytes:
        """The exact bytes. Raises KeyError if there are none."""
        return self.files[key]
