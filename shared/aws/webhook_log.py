"""Which webhooks have been taken in, in the journal's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.aws.attributes import stored_item
from shared.aws.refusals import deliver_again_if_throttled, is_failed_condition
from shared.aws.versioned_records import record_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoWebhookLog:
    """Implements the WebhookLog port."""

    client: DynamoDBClient
    table: str

    def seen(self, source: str, webhook_id: str) -> str | None:
        """The SHA-256 (hex) of the body remembered under this id; None if there is none."""
        with deliver_again_if_throttled(self.table):
            answer = self.client.get_item(
                TableName=self.table,
                Key=stored_item(_key(source, webhook_id)),
                ConsistentRead=True,
            )
        return answer["Item"]["sha256"]["S"] if "Item" in answer else None

    def remember(self, source: str, webhook_id: str, sha256: str) -> None:
        """Remember a body under its id once its message is enqueued; the first one stays."""
        try:
            with deliver_again_if_throttled(self.table):
                self.client.put_item(
                    TableName=self.table,
                    Item=stored_item({**_key(source, webhook_id), "sha256": sha256}),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except ClientError as error:
            if not is_failed_condition(error):
                raise


def _key(source: str, webhook_id: str) -> dict[str, str]:
    return {"pk": record_key("webhook", source, webhook_id), "sk": "seen"}
