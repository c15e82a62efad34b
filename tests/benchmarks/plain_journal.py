"""A journal as a team keeps it that leaves repeats to Powertools: no chain, no look first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.aws.attributes import stored_item
from shared.aws.batches import write_items
from shared.canonical.journal import JournalEntry, JournalFact
from shared.ports.journal import NOTHING_READ


@dataclass(frozen=True, kw_only=True)
class PlainJournal:
    """A fact is one item, with its keys beside it: idempotency keeps it from coming twice."""

    client: Any
    table: str

    def append(
        self,
        document_id: str,
        facts: Sequence[JournalFact],
        *,
        opening: bool = False,  # noqa: ARG002
    ) -> None:
        for fact in facts:
            item = {
                "pk": f"document#{document_id}",
                "sk": fact.fact_id,
                "kind": fact.kind,
                "at": fact.at,
                "data": json.dumps(fact.data),
                "keys": fact.keys,
            }
            self.client.put_item(TableName=self.table, Item=stored_item(item))
        keys = dict.fromkeys(key for fact in facts for key in fact.keys)
        items = [stored_item({"pk": f"key#{key}", "sk": document_id}) for key in keys]
        write_items(self.client, self.table, items)

    def append_all(
        self,
        facts: Mapping[str, Sequence[JournalFact]],
        *,
        after: Mapping[str, JournalEntry] = NOTHING_READ,  # noqa: ARG002
    ) -> None:
        for document_id, told in facts.items():
            self.append(document_id, told)

    def read(self, document_id: str) -> tuple[JournalEntry, ...]:
        raise NotImplementedError(f"nobody reads {document_id} here")

    def find(self, key: str) -> tuple[str, ...]:
        raise NotImplementedError(f"nobody looks for {key} here")

    def first(self, document_id: str, kind: str) -> JournalEntry | None:  # noqa: ARG002
        return None
