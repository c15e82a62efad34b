"""The breakers in DynamoDB: one item a target, in the effects' own table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, Value, restored_item, stored
from shared.aws.batches import read_items
from shared.aws.effect_items import BREAKER_PREFIX, entry_of
from shared.aws.refusals import deliver_again_if_throttled, is_failed_condition
from shared.canonical.breaker import Breaker
from shared.canonical.outcome import LedgerEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoTargetBreaker:
    """Implements the TargetBreaker port. A target that never failed has no item."""

    client: DynamoDBClient
    table: str

    def read(self, target: str) -> Breaker:
        """How the target stands; one that never failed is closed."""
        return self.read_with(target, ())[0]

    def read_with(
        self, target: str, effect_ids: Sequence[str]
    ) -> tuple[Breaker, Mapping[str, LedgerEntry]]:
        """How the target stands and the entries of these effects, in one consistent read."""
        keys = [_key(_name(target)), *map(_key, dict.fromkeys(effect_ids))]
        items = [restored_item(item) for item in read_items(self.client, self.table, keys)]
        found = {item["pk"]: item for item in items}
        breaker = found.pop(_name(target), None)
        entries = {key: entry_of(item) for key, item in found.items()}
        return breaker_of(target, breaker), entries

    def replace(self, known: Breaker, new: Breaker) -> Breaker | None:
        """Write `new` if `known` still stands; what stands then, or None if somebody was first."""
        written = replace(new, fence=known.fence + 1)
        try:
            with deliver_again_if_throttled(self.table):
                self.client.update_item(
                    TableName=self.table, Key=_key(_name(known.target)), **_writing(known, written)
                )
        except ClientError as error:
            if is_failed_condition(error):
                return None
            raise
        return written


def _writing(known: Breaker, new: Breaker) -> dict[str, Any]:
    values = {":fence": stored(new.fence), ":state": stored(_values(new))}
    if known.fence:
        values[":known"] = stored(known.fence)
    return {
        "UpdateExpression": "SET fence = :fence, breaker = :state",
        "ConditionExpression": "fence = :known" if known.fence else "attribute_not_exists(pk)",
        "ExpressionAttributeValues": values,
    }


def _values(breaker: Breaker) -> dict[str, Value]:
    values: dict[str, Value] = {
        "failures": breaker.failures,
        "waits": breaker.waits,
        "probe_until": breaker.probe_until,
    }
    if breaker.doubt_from:
        values |= {"doubt_from": breaker.doubt_from, "doubted": breaker.is_doubted}
    return values if breaker.probe_at is None else values | {"probe_at": breaker.probe_at}


def breaker_key(target: str) -> Item:
    """Where a target's breaker stands."""
    return _key(_name(target))


def breaker_of(target: str, item: Mapping[str, Any] | None) -> Breaker:
    """The breaker that an item stands for; one that never failed has none."""
    if item is None:
        return Breaker(target=target)
    state = item["breaker"]
    return Breaker(
        target=target,
        failures=int(state["failures"]),
        waits=int(state["waits"]),
        probe_at=int(state["probe_at"]) if "probe_at" in state else None,
        probe_until=int(state["probe_until"]),
        fence=int(item["fence"]),
        doubt_from=int(state.get("doubt_from", 0)),
        is_doubted=bool(state.get("doubted", False)),
    )


def _name(target: str) -> str:
    return f"{BREAKER_PREFIX}{target}"


def _key(name: str) -> Item:
    return {"pk": {"S": name}}
