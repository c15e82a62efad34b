"""The journal table's entries as they are, whatever somebody made of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from shared.aws.attributes import stored
from shared.aws.batches import queried_items
from shared.aws.journal import ENTRY, SEAL_INDEX, SEAL_SHARDS, chain_query
from shared.aws.refusals import deliver_again_if_throttled
from shared.canonical.seal import JournalLine, journal_line

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DOCUMENT = "document#"
NOT_SEALED = frozenset({"pk", "sk", "seal_shard"})  # keys, told as the entry's name


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoJournalLines:
    """Implements the JournalLines port by the index of appends: a query for each of its shards."""

    client: DynamoDBClient
    table: str

    def first_appended(self, since: str) -> str | None:
        """When the first entry from `since` on was appended; None if there is none."""
        found: list[str] = []
        for shard in range(SEAL_SHARDS):
            with deliver_again_if_throttled(self.table):
                page = self.client.query(
                    TableName=self.table,
                    IndexName=SEAL_INDEX,
                    KeyConditionExpression="seal_shard = :shard AND appended >= :since",
                    ExpressionAttributeValues={
                        ":shard": stored(str(shard)),
                        ":since": stored(since),
                    },
                    Limit=1,
                )
            found += [item["appended"]["S"] for item in page["Items"]]
        return min(found, default=None)

    def appended(self, since: str, until: str) -> Iterator[JournalLine]:
        """Entries from `since` to before `until`, by time, then document, then sequence."""
        shards = [self._shard(str(shard), since, until) for shard in range(SEAL_SHARDS)]
        merged = heapq.merge(*shards, key=attrgetter("appended"))
        for _, at_once in groupby(merged, key=attrgetter("appended")):
            yield from sorted(at_once, key=attrgetter("document_id", "sequence"))

    def of_document(self, document_id: str) -> tuple[JournalLine, ...]:
        """A document's whole chain, read consistently, by sequence."""
        items = queried_items(self.client, self.table, **chain_query(document_id))
        return tuple(_line(item) for item in items)

    def _shard(self, shard: str, since: str, until: str) -> Iterator[JournalLine]:
        items = queried_items(
            self.client,
            self.table,
            IndexName=SEAL_INDEX,
            KeyConditionExpression="seal_shard = :shard AND appended BETWEEN :since AND :until",
            ExpressionAttributeValues={
                ":shard": stored(shard),
                ":since": stored(since),
                ":until": stored(until),
            },
        )
        lines = (_line(item) for item in items)
        return (line for line in lines if line.appended < until)  # BETWEEN takes both ends


def _line(item: Mapping[str, Any]) -> JournalLine:
    """Every attribute but the keys, so that one more or one less shows."""
    number = item["sk"]["S"].removeprefix(ENTRY)
    values = {name: _plain(value) for name, value in item.items() if name not in NOT_SEALED}
    return journal_line(
        {
            **values,
            "document_id": item["pk"]["S"].removeprefix(DOCUMENT),
            "sequence": int(number) if number.isdecimal() else -1,
        }
    )


def _plain(attribute: Mapping[str, Any]) -> object:
    """A text or a list of texts; of any other kind of attribute what it looks like."""
    match attribute:
        case {"S": str() as text}:
            return text
        case {"L": list() as elements}:
            return [_plain(element) for element in elements]
        case _:
            return {"other": repr(attribute)}
