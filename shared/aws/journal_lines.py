"""The journal table's entries as they are, whatever somebody made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.aws.attributes import stored
from shared.aws.batches import chunked, queried_items
from shared.aws.journal import ENTRY, SEAL_INDEX, SEAL_SHARDS, chain_query
from shared.aws.refusals import deliver_again_if_throttled
from shared.canonical.journal import hour_of
from shared.canonical.seal import JournalLine, journal_line, whole_hours

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 8  # a client keeps ten connections
AHEAD = 1000  # chains asked for before the first of them is taken
DOCUMENT = "document#"
NOT_SEALED = frozenset({"pk", "sk", "seal_shard"})  # keys, told as the entry's name


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoJournalLines:
    """Implements the JournalLines port: a query for each of the index's shards, one for each chain.

    The chains are read eight at once. 100,000 documents of an hour are as many queries; the bound
    is the worker's CPU, half a millisecond a query (measured, without sockets).
    """

    client: DynamoDBClient
    table: str
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="journal-lines"),
        repr=False,
        compare=False,
    )

    def first_opening(self, since: str) -> str | None:
        """When the first entry that opens an hour, from that of `since` on, was appended."""
        found: list[str] = []
        for shard in range(SEAL_SHARDS):
            with deliver_again_if_throttled(self.table):
                page = self.client.query(
                    TableName=self.table,
                    IndexName=SEAL_INDEX,
                    KeyConditionExpression="seal_shard = :shard AND appended >= :since",
                    ExpressionAttributeValues={
                        ":shard": stored(str(shard)),
                        ":since": stored(hour_of(since)),
                    },
                    Limit=1,
                )
            found += [item["appended"]["S"] for item in page["Items"]]
        return min(found, default=None)

    def documents(self, since: str, until: str) -> tuple[str, ...]:
        """The documents listed in the hours in which `since` to before `until` lies, in order."""
        begin, end = whole_hours(since, until)
        shards = (self._listed(str(shard), begin, end) for shard in range(SEAL_SHARDS))
        return tuple(sorted({document_id for listed in shards for document_id in listed}))

    def chains(self, document_ids: Iterable[str]) -> Iterator[tuple[JournalLine, ...]]:
        """Each document's whole chain, read consistently, by sequence; empty if there is none."""
        for some in chunked(tuple(document_ids), AHEAD):
            yield from self.pool.map(self._chain, some)

    def _chain(self, document_id: str) -> tuple[JournalLine, ...]:
        items = queried_items(self.client, self.table, **chain_query(document_id))
        return tuple(_line(item) for item in items)

    def _listed(self, shard: str, begin: str, end: str) -> Iterator[str]:
        items = queried_items(
            self.client,
            self.table,
            IndexName=SEAL_INDEX,
            KeyConditionExpression="seal_shard = :shard AND appended BETWEEN :begin AND :end",
            ProjectionExpression="pk, appended",
            ExpressionAttributeValues={
                ":shard": stored(shard),
                ":begin": stored(begin),
                ":end": stored(end),
            },
        )
        for item in items:
            if item["appended"]["S"] < end:  # BETWEEN takes both ends
                yield item["pk"]["S"].removeprefix(DOCUMENT)


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
