"""Holds in DynamoDB: by line and code, and by owner and due time while they are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, restored_item, stored, stored_item
from shared.aws.batches import queried_items
from shared.aws.hold_payload import hold_payload, unpacked_payload
from shared.aws.refusals import deliver_again_if_throttled, is_failed_condition
from shared.canonical.hold import Hold, HoldKind
from shared.holds.identity import is_of_code, standing_key
from shared.ports.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "hold#"

NO_HASH = "-"  # equal to nobody's


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoHoldStore:
    """Implements the HoldStore port. A closed hold stays, without its place in the owner's list."""

    client: DynamoDBClient
    table: str
    clock: Clock

    def open(self, holds: Sequence[Hold]) -> None:
        """Open each unless it stands, or was closed over the very same content.

        The same message again must not bring back what a person or the books have settled.
        """
        for hold in holds:
            self._open_one(hold)

    def owned_by(self, owner: str) -> Iterator[Hold]:
        """Open holds of one owner role, soonest due first."""
        items = queried_items(
            self.client,
            self.table,
            IndexName="by_owner",
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": stored(owner)},
        )
        yield from map(_hold, items)

    def of_line(self, line_id: str) -> tuple[Hold, ...]:
        """Open holds of one line."""
        return tuple(_hold(item) for item in self._open_items(line_id))

    def close(self, line_id: str, code: str, reason: str, *, who: str = "") -> None:
        """Close the holds with this code on a line, and keep who did and why; none is no error."""
        for key in self._open_keys(line_id, code):
            self._change(
                line_id,
                key,
                "SET closed_owner = #owner, closed_reason = :reason, closed_by = :who,"
                " closed_at = :now REMOVE #owner",
                {":reason": reason, ":who": who},
            )

    def assign(self, line_id: str, code: str, owner: str, reason: str, *, who: str) -> bool:
        """Give the open holds with this code on a line another owner; False if none is open.

        Their due times stay.
        """
        changed = [
            self._change(
                line_id,
                key,
                "SET assigned_from = #owner, assigned_reason = :reason, assigned_by = :who,"
                " assigned_at = :now, #owner = :owner",
                {":owner": owner, ":reason": reason, ":who": who},
            )
            for key in self._open_keys(line_id, code)
        ]
        return any(changed)

    def _open_one(self, hold: Hold) -> None:
        try:
            with deliver_again_if_throttled(self.table):
                self.client.put_item(
                    TableName=self.table,
                    Item=_item(hold),
                    ConditionExpression="attribute_not_exists(#owner) AND "
                    "(attribute_not_exists(#hash) OR #hash <> :hash)",
                    ExpressionAttributeNames={"#owner": "owner", "#hash": "hash"},
                    ExpressionAttributeValues={":hash": stored(hold.content_hash or NO_HASH)},
                )
        except ClientError as error:
            if not is_failed_condition(error):
                raise

    def _change(self, line_id: str, key: str, change: str, values: Mapping[str, str]) -> bool:
        """Change a hold that is open at this moment; False if it is closed by now."""
        try:
            with deliver_again_if_throttled(self.table):
                self.client.update_item(
                    TableName=self.table,
                    Key=stored_item({"pk": f"line#{line_id}", "sk": key}),
                    UpdateExpression=change,
                    ConditionExpression="attribute_exists(#owner)",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues={
                        ":now": stored(_instant(self.clock.now())),
                        **{name: stored(value) for name, value in values.items()},
                    },
                )
        except ClientError as error:
            if is_failed_condition(error):
                return False
            raise
        return True

    def _open_keys(self, line_id: str, code: str) -> Sequence[str]:
        keys = [item["sk"]["S"] for item in self._open_items(line_id)]
        return [key for key in keys if is_of_code(key.removeprefix(PREFIX), code)]

    def _open_items(self, line_id: str) -> Sequence[Mapping[str, Any]]:
        items = queried_items(
            self.client,
            self.table,
            KeyConditionExpression="pk = :line AND begins_with(sk, :hold)",
            ExpressionAttributeValues={":line": stored(f"line#{line_id}"), ":hold": stored(PREFIX)},
            ConsistentRead=True,
        )
        return [item for item in items if "owner" in item]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _item(hold: Hold) -> Item:
    return stored_item(
        {
            "pk": f"line#{hold.line_id}",
            "sk": PREFIX + standing_key(hold.code, hold.content_hash),
            "code": hold.code,
            "kind": hold.kind.value,
            "owner": hold.owner,
            "document": hold.document_id,
            "message": hold.message_id,
            "opened_at": _instant(hold.opened_at),
            "due_at": _instant(hold.due_at),
            "position": hold.position,
            "rule": hold.rule,
            "detail": hold.detail,
            "releases": hold.releases,
            "facility": hold.facility,
            "amount": hold.amount,
            "hash": hold.content_hash,
            "missing": hold.missing,
            **hold_payload(hold.payload),
        }
    )


def _hold(item: Mapping[str, Any]) -> Hold:
    values = restored_item(item)
    return Hold(
        code=values["code"],
        kind=HoldKind(values["kind"]),
        owner=values["owner"],
        line_id=values["pk"].removeprefix("line#"),
        document_id=values.get("document", ""),
        message_id=values.get("message", ""),
        opened_at=datetime.fromisoformat(values["opened_at"]),
        due_at=datetime.fromisoformat(values["due_at"]),
        position=values.get("position", ""),
        rule=values.get("rule", ""),
        detail=values.get("detail", ""),
        releases=values.get("releases", ""),
        facility=values.get("facility", ""),
        amount=values.get("amount"),
        content_hash=values.get("hash", ""),
        missing=tuple(values.get("missing", ())),
        payload=unpacked_payload(values),
    )
