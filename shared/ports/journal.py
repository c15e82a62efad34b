"""The append-only record of what happened to each document."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from shared.canonical.journal import JournalEntry, JournalFact

NOTHING_READ: Mapping[str, JournalEntry] = MappingProxyType({})


class Journal(Protocol):
    """One chain per document, and an index from every business key to the documents it leads to."""

    def append(
        self, document_id: str, facts: Sequence[JournalFact], *, opening: bool = False
    ) -> None:
        """Put facts at the end of the chain, in order, and index their keys.

        Told the same fact again (same `fact_id` among the chain's last entries) it adds nothing.
        Readers count by `fact_id`, since a redelivery long after may still add one twice.
        `opening` says that they probably begin the chain: a guess that saves a look at it.
        """
        ...

    def append_all(
        self,
        facts: Mapping[str, Sequence[JournalFact]],
        *,
        after: Mapping[str, JournalEntry] = NOTHING_READ,
    ) -> None:
        """The same for many documents, by their ids: what their keys cost is shared.

        `after` has a document's first entry where that is probably its last, too: a guess again.
        """
        ...

    def read(self, document_id: str) -> tuple[JournalEntry, ...]:
        """The whole chain, oldest first; empty if there is none."""
        ...

    def find(self, key: str) -> tuple[str, ...]:
        """The ids of the documents that a business key (`kind:value`) leads to."""
        ...

    def first(self, document_id: str, kind: str) -> JournalEntry | None:
        """The oldest entry of a kind in the chain; None if it has none."""
        ...


class JournalPages(Protocol):
    """The journal for those who only read, and who answer at once however much there is."""

    def read(self, document_id: str) -> tuple[JournalEntry, ...]:
        """The whole chain, oldest first; empty if there is none."""
        ...

    def find_some(self, key: str, *, after: str, limit: int) -> tuple[str, ...]:
        """The ids of the documents that a key leads to, in order: so many behind the id `after`."""
        ...
