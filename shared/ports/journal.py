"""The append-only record of what happened to each document."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.canonical.journal import JournalEntry, JournalFact


class Journal(Protocol):
    """One chain per document, and an index from every business key to the documents it leads to."""

    def append(self, document_id: str, facts: Sequence[JournalFact]) -> None:
        """Put facts at the end of the chain, in order, and index their keys.

        Told the same fact again (same `fact_id` among the chain's last entries) it adds nothing.
        Readers count by `fact_id`, since a redelivery long after may still add one twice.
        """
        ...

    def append_all(self, facts: Mapping[str, Sequence[JournalFact]]) -> None:
        """The same for many documents, by their ids: what their keys cost is shared."""
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
