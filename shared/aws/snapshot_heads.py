"""Heads of cases and their lines in DynamoDB, in the effects' own table.

One item a case and one a line. A line's head is written together with its effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, restored_item, stored, stored_item
from shared.aws.batches import read_items
from shared.aws.effect_items import CASE_PREFIX, HEAD_PREFIX, values_of
from shared.aws.refusals import (
    cancellation_codes,
    deliver_again_if_throttled,
    is_failed_condition,
)
from shared.aws.target_breaker import breaker_key, breaker_of
from shared.canonical.breaker import Breaker
from shared.canonical.codec import from_json, to_json
from shared.canonical.head import CaseHead, LineHead
from shared.canonical.outcome import LedgerEntry
from shared.errors import ThrottledError
from shared.ports.snapshot_heads import Heads

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoSnapshotHeads:
    """Implements the SnapshotHeads port."""

    client: DynamoDBClient
    table: str

    def read(self, case: str, names: Sequence[str]) -> Heads:
        """A case's head and its lines' by name, read consistently; absent ones are left out."""
        return _heads_of(self._items(_keys_of(case, names)).values())

    def read_with(self, target: str, case: str, names: Sequence[str]) -> tuple[Breaker, Heads]:
        """The same, and how a target stands, in one read."""
        key = breaker_key(target)
        items = self._items([key, *_keys_of(case, names)])
        breaker = items.pop(key["pk"]["S"], None)
        return breaker_of(target, breaker and restored_item(breaker)), _heads_of(items.values())

    def _items(self, keys: Sequence[Item]) -> dict[str, Item]:
        items = (cast("Item", item) for item in read_items(self.client, self.table, keys))
        return {item["pk"]["S"]: item for item in items}

    def move_case(self, known: CaseHead | None, new: CaseHead) -> bool:
        """Write a case's head if `known` still stands; False if somebody was first."""
        written = replace(new, revision=_revision(known) + 1)
        try:
            with deliver_again_if_throttled(self.table):
                self.client.put_item(
                    TableName=self.table, Item=_case_item(written), **_if_stands(known)
                )
        except ClientError as error:
            if is_failed_condition(error):
                return False
            raise
        return True

    def move(
        self, known: LineHead | None, new: LineHead, *, version: int, entry: LedgerEntry | None
    ) -> bool:
        """Write a line's head, and the entry of its effect, or neither.

        Raises:
            ThrottledError: somebody wrote the same items at the same moment, or too much was asked.
        """
        written = replace(new, revision=_revision(known) + 1)
        head: Any = {"Item": _line_item(written), **_if_stands(known)}
        writes: list[Any] = [
            {"ConditionCheck": {"TableName": self.table, **_if_named(written, version)}},
            {"Put": {"TableName": self.table, **head}},
        ]
        if entry is not None:
            writes.append({"Put": {"TableName": self.table, **_if_new(entry)}})
        try:
            with deliver_again_if_throttled(self.table):
                self.client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            codes = cancellation_codes(error)
            if "ConditionalCheckFailed" in codes:
                return False
            if codes:
                raise ThrottledError(f"{self.table}: {', '.join(sorted(codes))}") from error
            raise
        return True


def _keys_of(case: str, names: Sequence[str]) -> list[Item]:
    return [_case_key(case), *(_line_key(case, name) for name in dict.fromkeys(names))]


def _heads_of(items: Iterable[Item]) -> Heads:
    found: CaseHead | None = None
    lines: dict[str, LineHead] = {}
    for item in items:
        if item["pk"]["S"].startswith(CASE_PREFIX):
            found = _case_of(item)
        else:
            line = from_json(LineHead, item["head"]["S"])
            lines[line.name] = line
    return found, lines


def _if_stands(known: CaseHead | LineHead | None) -> dict[str, Any]:
    if known is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "revision = :known",
        "ExpressionAttributeValues": {":known": stored(known.revision)},
    }


def _if_named(head: LineHead, version: int) -> dict[str, Any]:
    """No whole version above this one, or one that names the line."""
    return {
        "Key": _case_key(head.case),
        "ConditionExpression": (
            "attribute_not_exists(pk) OR version <= :version OR contains(named, :name)"
        ),
        "ExpressionAttributeValues": {":version": stored(version), ":name": stored(head.name)},
    }


def _if_new(entry: LedgerEntry) -> dict[str, Any]:
    values = {"pk": entry.effect.effect_id, **values_of(entry), "revision": 1}
    return {"Item": stored_item(values), "ConditionExpression": "attribute_not_exists(pk)"}


def _case_item(case: CaseHead) -> Item:
    item: Item = {
        **_case_key(case.case),
        "version": stored(case.version),
        "revision": stored(case.revision),
    }
    for name, lines in (("named", case.named), ("gone", case.gone)):
        if lines:  # a set is never empty
            item[name] = {"SS": sorted(lines)}
    return item


def _case_of(item: Item) -> CaseHead:
    return CaseHead(
        case=item["pk"]["S"].removeprefix(CASE_PREFIX),
        version=int(item["version"]["N"]),
        named=frozenset(item["named"]["SS"]) if "named" in item else frozenset(),
        gone=frozenset(item["gone"]["SS"]) if "gone" in item else frozenset(),
        revision=int(item["revision"]["N"]),
    )


def _line_item(head: LineHead) -> Item:
    return {
        **_line_key(head.case, head.name),
        "revision": stored(head.revision),
        "head": stored(to_json(head)),
    }


def _case_key(case: str) -> Item:
    return {"pk": stored(f"{CASE_PREFIX}{case}")}


def _line_key(case: str, name: str) -> Item:
    return {"pk": stored(f"{HEAD_PREFIX}{case}#{name}")}


def _revision(head: CaseHead | LineHead | None) -> int:
    return head.revision if head else 0
