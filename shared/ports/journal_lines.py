"""The journal as it is kept, byte for byte: for those who seal and verify it."""

from collections.abc import Iterator
from typing import Protocol

from shared.canonical.seal import JournalLine


class JournalLines(Protocol):
    """Entries by the time they were appended. Nothing is interpreted: what was altered is shown."""

    def first_appended(self, since: str) -> str | None:
        """When the first entry from `since` on was appended; None if there is none."""
        ...

    def appended(self, since: str, until: str) -> Iterator[JournalLine]:
        """Entries from `since` to before `until`, by time, then document, then sequence.

        An entry is in it an instant after it was appended, not at once.
        """
        ...

    def of_document(self, document_id: str) -> tuple[JournalLine, ...]:
        """A document's whole chain, read consistently, by sequence."""
        ...
