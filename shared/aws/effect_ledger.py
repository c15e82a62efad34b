"""The effect ledger in DynamoDB: one item an effect, one conditional write an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, restored_item, stored
from shared.aws.batches import queried_items, read_items
from shared.aws.effect_claims import amending, claiming, concluding, creating, owing
from shared.aws.effect_items import (
    DUE_SHARDS,
    entry_of,
    facility_period,
    reservation_values,
    stock_prefix,
    values_of,
)
from shared.aws.refusals import (
    deliver_again_if_throttled,
    is_failed_condition,
    item_in_the_way,
)
from shared.canonical.claim import Claim
from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.effects.rank import replaceable_by

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 4
Given = TypeVar("Given")
Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoEffectLedger:
    """Implements the EffectLedger port; what may replace what is shared/effects/rank.py."""

    client: DynamoDBClient
    table: str
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="effect-ledger"),
        repr=False,
        compare=False,
    )

    def read(self, effect_ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
        """The entries of these effects; absent ones are left out."""
        keys = [_key(effect_id) for effect_id in dict.fromkeys(effect_ids)]
        found = [_entry(item) for item in read_items(self.client, self.table, keys)]
        return {entry.effect.effect_id: entry for entry in found}

    def record(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write each outcome if its rank allows, one write per entry; says which were written.

        Every entry is tried before an error of one of them is raised.
        """
        return self._each(self._record_one, entries)

    def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
        """Claim each effect, one write each; what stands afterwards, in order.

        Every one is tried before an error of one of them is raised.
        """
        return self._each(self._claim_one, claims)

    def conclude(self, outcomes: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write the outcome of each claim if it may be; says which were written.

        Every one is tried before an error of one of them is raised.
        """
        return self._each(self._conclude_one, outcomes)

    def owe(self, entries: Sequence[LedgerEntry]) -> None:
        """See to it that each carries a `next_at`, unless it is settled."""
        self._each(self._owe_one, entries)

    def amend(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write each if what stands still has the revision that it names (0: nothing stands)."""
        return self._each(self._amend_one, entries)

    def reserve(self, original: LedgerEntry, reservation: Reservation) -> bool:
        """Add a reservation to a DONE original if it is still as it was read (same revision)."""
        return self._update(
            original.effect.effect_id,
            UpdateExpression=(
                "SET reservations = list_append(if_not_exists(reservations, :none), :added)"
                " ADD revision :one"
            ),
            ConditionExpression="#state = :done AND revision = :known",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={
                ":none": stored([]),
                ":added": stored([reservation_values(reservation)]),
                ":one": stored(1),
                ":done": stored(EffectState.DONE.value),
                ":known": stored(original.revision),
            },
        )

    def due(self, *, now: int, limit: int) -> Sequence[LedgerEntry]:
        """Entries whose `next_at` has come, the longest waiting first, at most `limit`."""
        found = [entry for shard in range(DUE_SHARDS) for entry in self._due_in(shard, now, limit)]
        return sorted(found, key=lambda entry: entry.next_at or 0)[:limit]

    def postpone(self, entry: LedgerEntry, *, next_at: int) -> bool:
        """Move `next_at` if it is still what `entry` says; False if somebody else was first."""
        if entry.next_at is None:
            return False
        return self._update(
            entry.effect.effect_id,
            UpdateExpression="SET next_at = :later",
            ConditionExpression="next_at = :known",
            ExpressionAttributeValues={
                ":later": stored(next_at),
                ":known": stored(entry.next_at),
            },
        )

    def of_period(self, facility: str, period: str) -> Iterator[LedgerEntry]:
        """All entries of one facility accounted in one month (`YYYY-MM`)."""
        items = queried_items(
            self.client,
            self.table,
            IndexName="by_period",
            KeyConditionExpression="facility_period = :month",
            ExpressionAttributeValues={":month": stored(facility_period(facility, period))},
        )
        yield from map(_entry, items)

    def of_place(
        self, facility: str, period: str, place: str, item: str = ""
    ) -> Iterator[LedgerEntry]:
        """Those of one month whose stock place is this one, of all items or of one."""
        items = queried_items(
            self.client,
            self.table,
            IndexName="by_period",
            KeyConditionExpression="facility_period = :month AND begins_with(stock, :stock)",
            ExpressionAttributeValues={
                ":month": stored(facility_period(facility, period)),
                ":stock": stored(stock_prefix(place, item)),
            },
        )
        for entry in map(_entry, items):  # a code may have a # of its own
            if entry.effect.stock_place == place and item in ("", entry.effect.item):
                yield entry

    def _due_in(self, shard: int, now: int, limit: int) -> Sequence[LedgerEntry]:
        with deliver_again_if_throttled(self.table):
            page = self.client.query(
                TableName=self.table,
                IndexName="due",
                KeyConditionExpression="due_shard = :shard AND next_at <= :now",
                ExpressionAttributeValues={":shard": stored(f"due#{shard}"), ":now": stored(now)},
                Limit=limit,
            )
        return [_entry(item) for item in page["Items"]]

    def _record_one(self, entry: LedgerEntry) -> bool:
        return self._update(entry.effect.effect_id, **_recording(entry))

    def _claim_one(self, claim: Claim) -> LedgerEntry:
        try:
            with deliver_again_if_throttled(self.table):
                answer = self.client.update_item(
                    TableName=self.table, Key=_key(claim.effect.effect_id), **claiming(claim)
                )
        except ClientError as error:
            if is_failed_condition(error):
                return _entry(item_in_the_way(error))
            raise
        return _entry(answer["Attributes"])

    def _conclude_one(self, outcome: LedgerEntry) -> bool:
        return self._update(outcome.effect.effect_id, **concluding(outcome))

    def _amend_one(self, entry: LedgerEntry) -> bool:
        return self._update(entry.effect.effect_id, **amending(entry))

    def _owe_one(self, entry: LedgerEntry) -> bool:
        """What is known to be there is there; what was not may have come meanwhile."""
        writes = [owing(entry), creating(entry)] if entry.revision else [creating(entry)]
        writes += [] if entry.revision else [owing(entry)]
        return any(self._update(entry.effect.effect_id, **write) for write in writes)

    def _each(
        self, work: Callable[[Given], Answered], given: Sequence[Given]
    ) -> tuple[Answered, ...]:
        if len(given) == 1:
            return (work(given[0]),)
        futures = [self.pool.submit(work, each) for each in given]
        errors = [error for future in futures if (error := future.exception())]
        if errors:
            raise errors[0]
        return tuple(future.result() for future in futures)

    def _update(self, effect_id: str, **update: Any) -> bool:  # noqa: ANN401 - the call's own
        try:
            with deliver_again_if_throttled(self.table):
                self.client.update_item(TableName=self.table, Key=_key(effect_id), **update)
        except ClientError as error:
            if is_failed_condition(error):
                return False
            raise
        return True


def _recording(entry: LedgerEntry) -> dict[str, Any]:
    """The whole entry in one expression: what it has is set, what it lacks is removed."""
    values = values_of(entry)
    kept = {name: value for name, value in values.items() if value not in (None, "", (), [])}
    replaceable = [state.value for state in replaceable_by(entry.state)]
    set_part = ", ".join(f"#{name} = :{name}" for name in kept)
    removed = ", ".join(f"#{name}" for name in values if name not in kept)
    allowed = ", ".join(f":replaces_{state}" for state in replaceable)
    return {
        "UpdateExpression": f"SET {set_part} REMOVE {removed} ADD #revision :one",
        "ConditionExpression": f"attribute_not_exists(pk) OR #state IN ({allowed})",
        "ExpressionAttributeNames": {"#revision": "revision"}
        | {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {":one": stored(1)}
        | {f":{name}": stored(value) for name, value in kept.items()}
        | {f":replaces_{state}": stored(state) for state in replaceable},
    }


def _key(effect_id: str) -> Item:
    return {"pk": {"S": effect_id}}


def _entry(item: Mapping[str, Any]) -> LedgerEntry:
    return entry_of(restored_item(item))
