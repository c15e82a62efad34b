"""Documents on their way in are made durable: what waits, then the journal, then the queue."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.workflow.document_chain import DocumentChain


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOn:
    """`journal_writers`: chains of different documents do not wait for each other."""

    journal: Journal
    documents: DocumentQueue
    holds: HoldStore
    journal_writers: int

    def __call__(self, batch: Sequence[DocumentChain]) -> None:
        """Holds first: whoever finds a document in the journal finds what it waits for.

        Raises:
            ThrottledError: something could not be made durable. All of it may be handed on again.
        """
        holds = [hold for handed in batch for hold in handed.holds]
        if holds:
            self.holds.open(holds)
        with ThreadPoolExecutor(max_workers=self.journal_writers) as pool:
            list(pool.map(lambda each: self.journal.append(each.document_id, each.facts), batch))
        documents = [document for handed in batch for document in handed.documents]
        if documents:
            self.documents.send(documents)
