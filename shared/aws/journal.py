"""The journal in DynamoDB: a hash chain per document, kept unbroken by conditional writes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, restored_item, stored, stored_item
from shared.aws.batches import queried_items, write_items
from shared.aws.clock import SystemClock
from shared.aws.refusals import (
    deliver_again_if_throttled,
    is_failed_condition,
)
from shared.canonical.journal import (
    GENESIS,
    JournalEntry,
    JournalFact,
    chained,
    data_text,
    opens_hour,
    stamp,
)
from shared.errors import ThrottledError
from shared.ports.clock import Clock
from shared.ports.journal import NOTHING_READ

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REMEMBERED = 10  # how many entries before the facts told now are asked whether they are the same
RACES = 20
ENTRY = "entry#"
SEAL_INDEX = "by_append"
SEAL_SHARDS = 4  # one index partition takes a thousand writes a second


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoJournal:
    """Implements the Journal and JournalPages ports.

    An append is one read, then one write a fact, then the keys' index.
    """

    client: DynamoDBClient
    table: str
    clock: Clock = field(default_factory=SystemClock)

    def append(
        self, document_id: str, facts: Sequence[JournalFact], *, opening: bool = False
    ) -> None:
        """Put facts at the end of the chain, in order, and index their keys.

        The keys of a fact told again are indexed again: the teller may have died in between.

        Raises:
            ThrottledError: the table or the writers racing for this chain leave no room.
        """
        self._chain(document_id, facts, guess=() if opening else None)
        self._index({document_id: facts})

    def append_all(
        self,
        facts: Mapping[str, Sequence[JournalFact]],
        *,
        after: Mapping[str, JournalEntry] = NOTHING_READ,
    ) -> None:
        """The same for many documents, by their ids: chain by chain, then the keys of all.

        Raises:
            ThrottledError: some are untold; telling all again completes them.
        """
        for document_id, told in facts.items():
            first = after.get(document_id)
            # Behind a later entry a guess would not know what stands before it.
            guess = (first,) if first and first.sequence == 1 else None
            self._chain(document_id, told, guess=guess)
        self._index(facts)

    def read(self, document_id: str) -> tuple[JournalEntry, ...]:
        """The whole chain, oldest first; empty if there is none."""
        items = queried_items(self.client, self.table, **chain_query(document_id))
        return tuple(_entry(document_id, item) for item in items)

    def find(self, key: str) -> tuple[str, ...]:
        """The ids of the documents that a business key (`kind:value`) leads to."""
        items = queried_items(
            self.client,
            self.table,
            KeyConditionExpression="pk = :key",
            ExpressionAttributeValues={":key": stored(f"key#{key}")},
            ConsistentRead=True,
        )
        return tuple(item["sk"]["S"] for item in items)

    def find_some(self, key: str, *, after: str, limit: int) -> tuple[str, ...]:
        """The ids of the documents that a key leads to, in order: so many behind the id `after`."""
        behind = " AND sk > :after" if after else ""
        values = {":key": f"key#{key}", **({":after": after} if after else {})}
        with deliver_again_if_throttled(self.table):
            page = self.client.query(
                TableName=self.table,
                KeyConditionExpression=f"pk = :key{behind}",
                ExpressionAttributeValues={name: stored(text) for name, text in values.items()},
                ConsistentRead=True,
                Limit=limit,
            )
        return tuple(item["sk"]["S"] for item in page["Items"])

    def first(self, document_id: str, kind: str) -> JournalEntry | None:
        """The oldest entry of a kind in the chain; None if it has none.

        Entry by entry: that a document was received is the first there is, and costs one read unit.
        """
        query = chain_query(document_id)
        for item in queried_items(self.client, self.table, **query, Limit=1):
            if item["kind"]["S"] == kind:
                return _entry(document_id, item)
        return None

    def _chain(
        self,
        document_id: str,
        facts: Sequence[JournalFact],
        *,
        guess: Sequence[JournalEntry] | None,
    ) -> None:
        """Put facts behind the guessed last entries, if those are the last; else look and race."""
        owed = facts if guess is None else self._put_behind(guess, document_id, facts)
        for _ in range(RACES):
            if not owed:
                return
            owed = self._append_unknown(document_id, owed)
        raise ThrottledError(f"{RACES} writers were faster at the chain of document {document_id}")

    def _append_unknown(
        self, document_id: str, facts: Sequence[JournalFact]
    ) -> Sequence[JournalFact]:
        """Append what a fresh look does not know; what is still owed if another came first."""
        last = self._last_entries(document_id, REMEMBERED + len(facts))
        return self._put_behind(last, document_id, facts)

    def _put_behind(
        self, last: Sequence[JournalEntry], document_id: str, facts: Sequence[JournalFact]
    ) -> Sequence[JournalFact]:
        """Append what these entries, latest first, do not know; what is owed if more came since."""
        known = {entry.fact.fact_id for entry in last}
        before = last[0] if last else None
        for position, fact in enumerate(facts):
            if fact.fact_id in known:
                continue
            entry = self._after(before, document_id, fact)
            if not self._put(entry, opens=opens_hour(entry.appended, _appended(before))):
                return facts[position:]
            known.add(fact.fact_id)
            before = entry
        return ()

    def _after(
        self, before: JournalEntry | None, document_id: str, fact: JournalFact
    ) -> JournalEntry:
        sequence, previous = (before.sequence, before.hash) if before else (0, GENESIS)
        appended = stamp(self.clock.now())
        return chained(document_id, sequence + 1, fact, previous, appended=appended)

    def _put(self, entry: JournalEntry, *, opens: bool) -> bool:
        try:
            with deliver_again_if_throttled(self.table):
                self.client.put_item(
                    TableName=self.table,
                    Item=_item(entry, opens=opens),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except ClientError as error:
            if is_failed_condition(error):
                return False
            raise
        return True

    def _index(self, facts: Mapping[str, Sequence[JournalFact]]) -> None:
        named = [(key, at) for at, told in facts.items() for fact in told for key in fact.keys]
        items = [stored_item({"pk": f"key#{key}", "sk": at}) for key, at in dict.fromkeys(named)]
        write_items(self.client, self.table, items)

    def _last_entries(self, document_id: str, limit: int) -> Sequence[JournalEntry]:
        with deliver_again_if_throttled(self.table):
            page = self.client.query(
                TableName=self.table,
                **chain_query(document_id),
                ScanIndexForward=False,
                Limit=limit,
            )
        return [_entry(document_id, item) for item in page["Items"]]


def chain_query(document_id: str) -> dict[str, Any]:
    """What finds a document's entries, oldest first."""
    return {
        "KeyConditionExpression": "pk = :document AND begins_with(sk, :entry)",
        "ExpressionAttributeValues": {
            ":document": stored(f"document#{document_id}"),
            ":entry": stored(ENTRY),
        },
        "ConsistentRead": True,
    }


def seal_shard(document_id: str) -> str:
    """Where the index keeps the entries with which a document's chain opens an hour."""
    return str(zlib.crc32(document_id.encode()) % SEAL_SHARDS)


def _appended(entry: JournalEntry | None) -> str:
    return entry.appended if entry else ""


def _item(entry: JournalEntry, *, opens: bool) -> Item:
    """Only what opens an hour is in the index, whose rows are paid like those of the table."""
    fact = entry.fact
    return stored_item(
        {
            "pk": f"document#{entry.document_id}",
            "sk": f"{ENTRY}{entry.sequence:08d}",
            "seal_shard": seal_shard(entry.document_id) if opens else "",
            "appended": entry.appended,
            "fact": fact.fact_id,
            "kind": fact.kind,
            "at": fact.at,
            "data": data_text(fact),
            "keys": fact.keys,
            "previous": entry.previous_hash,
            "hash": entry.hash,
        }
    )


def _entry(document_id: str, item: Mapping[str, Any]) -> JournalEntry:
    values = restored_item(item)
    fact = JournalFact(
        fact_id=values["fact"],
        kind=values["kind"],
        at=values.get("at", ""),
        data=json.loads(values["data"]),
        keys=tuple(values.get("keys", ())),
    )
    return JournalEntry(
        document_id=document_id,
        sequence=int(values["sk"].removeprefix(ENTRY)),
        appended=values.get("appended", ""),
        fact=fact,
        previous_hash=values["previous"],
        hash=values["hash"],
    )
