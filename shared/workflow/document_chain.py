"""A document on its way in: its chain in the journal, what waits, and what goes on."""

from dataclasses import dataclass

from shared.canonical.hold import Hold
from shared.canonical.journal import JournalFact
from shared.canonical.mappable import MappableDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChain:
    """What the journal is told of a document, what waits for a person, what is to be mapped."""

    document_id: str
    facts: tuple[JournalFact, ...]
    holds: tuple[Hold, ...] = ()
    documents: tuple[MappableDocument, ...] = ()

    @property
    def weight(self) -> int:
        """How much it is among others: its pieces, at least one."""
        return len(self.documents) or 1
