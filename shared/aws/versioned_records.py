"""Records that people keep, every version under one key: any past reading can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from shared.aws.attributes import Item, stored, stored_item
from shared.aws.batches import queried_items
from shared.aws.refusals import deliver_again_if_throttled
from shared.canonical.codec import from_json, to_json
from shared.ports.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS = 60
MOST_KEPT = 20_000


RecordType = TypeVar("RecordType")
Rank = Callable[[RecordType], date | None]
Versions = tuple[
    tuple[str, RecordType], ...
]  # since when it is known, and the record; newest first


@dataclass(frozen=True, slots=True)
class _Kept:
    until: datetime
    versions: Versions[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedRecords:
    """Reads the master data table, keeping what it found for a while in this process.

    Something missing is read again each time: a person who has just added it waits for nothing.
    """

    client: DynamoDBClient
    table: str
    clock: Clock
    _kept: dict[str, _Kept] = field(default_factory=dict, repr=False, compare=False)

    def newest(
        self,
        model: type[RecordType],
        key: str,
        as_of: str,
        *,
        rank: Rank[RecordType] | None = None,
        is_often_absent: bool = False,
    ) -> RecordType | None:
        """The newest version known at `as_of`; with a rank, the newest of those that rank highest.

        Args:
            model: The record's class.
            key: Its key, by `record_key`.
            as_of: ISO 8601 with an offset.
            rank: A version's date for the choice between versions; None rules it out.
            is_often_absent: Absence is an answer like any other, and kept as long.
        """
        moment = sortable(datetime.fromisoformat(as_of))
        kept = self._kept.get(key)
        if kept and kept.until > self.clock.now():
            found: RecordType | None = _chosen(kept.versions, moment, rank)
            if found is not None or is_often_absent:
                return found
        versions = self._read(model, key)
        if versions or is_often_absent:
            self._keep(key, versions)
        return _chosen(versions, moment, rank)

    def exists(self, key: str) -> bool:
        """Whether the table has any version under a key: asked now, past what is kept here."""
        with deliver_again_if_throttled(self.table):
            page = self.client.query(
                TableName=self.table,
                KeyConditionExpression="pk = :key",
                ExpressionAttributeValues={":key": stored(key)},
                ConsistentRead=True,
                Limit=1,
            )
        return bool(page["Items"])

    def _read(self, model: type[RecordType], key: str) -> Versions[RecordType]:
        items = queried_items(
            self.client,
            self.table,
            KeyConditionExpression="pk = :key",
            ExpressionAttributeValues={":key": stored(key)},
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        return tuple(
            (item["sk"]["S"].partition("#")[0], from_json(model, item["record"]["S"]))
            for item in items
        )

    def _keep(self, key: str, versions: Versions[Any]) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = _Kept(self.clock.now() + timedelta(seconds=KEPT_SECONDS), versions)


def record_key(kind: str, *parts: str) -> str:
    """The partition of one record: its kind and key parts, which may themselves contain a `#`."""
    escaped = (part.replace("%", "%25").replace("#", "%23") for part in parts)
    return "#".join((kind, *escaped))


def sortable(moment: datetime) -> str:
    """A moment in UTC as text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def stored_version(key: str, record: object, version: str, recorded_at: datetime) -> Item:
    """One version as an item."""
    return stored_item(
        {"pk": key, "sk": f"{sortable(recorded_at)}#{version}", "record": to_json(record)}
    )


def _chosen(
    versions: Versions[RecordType], moment: str, rank: Rank[RecordType] | None
) -> RecordType | None:
    known = (record for since, record in versions if since <= moment)
    if rank is None:
        return next(known, None)
    ranked = [(day, record) for record in known if (day := rank(record)) is not None]
    # `max` takes the first of equals, and the newest version comes first.
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None
