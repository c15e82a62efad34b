"""The journal as it is kept, byte for byte: for those who seal and verify it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from shared.canonical.seal import JournalLine


class JournalLines(Protocol):
    """Chains by the hours they have entries in. Nothing is interpreted: what was altered is shown.

    A chain is listed in an hour by the entry that opens it (`opens_hour`), so that every chain with
    entries of an hour is listed in it. It is so an instant after the append, not at once.
    """

    def first_opening(self, since: str) -> str | None:
        """When the first entry that opens an hour, from that of `since` on, was appended."""
        ...

    def documents(self, since: str, until: str) -> Sequence[str]:
        """The documents listed in the hours in which `since` to before `until` lies, in order."""
        ...

    def chains(self, document_ids: Iterable[str]) -> Iterator[tuple[JournalLine, ...]]:
        """Each document's whole chain, read consistently, by sequence; empty if there is none."""
        ...
