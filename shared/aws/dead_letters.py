"""Messages that crashed their workers: as they are found, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.aws.refusals import deliver_again_if_throttled
from shared.workflow.redrive_dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REDRIVES = "redrives"
SOURCES = ("documents", "effects", "files", "statuses")
NO_SOURCE = "outcomes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsDeadLetterReturn:
    """Implements the DeadLetterReturn port. `queue_urls` has the source queues by name."""

    client: SQSClient
    queue_urls: Mapping[str, str]

    def send_back(self, queue: str, body: str, *, redrives: int, delay_seconds: int) -> None:
        """Enqueue the same body again on `queue`, remembering how often that was done.

        Raises:
            ThrottledError: it was not taken.
        """
        with deliver_again_if_throttled(queue):
            self.client.send_message(
                QueueUrl=self.queue_urls[queue],
                MessageBody=body,
                DelaySeconds=delay_seconds,
                MessageAttributes={REDRIVES: {"DataType": "Number", "StringValue": str(redrives)}},
            )


def dead_letter_of(record: Mapping[str, Any]) -> DeadLetter:
    """A dead-letter queue's record. Its queue's name says which queue it came from."""
    name = record["eventSourceARN"].rpartition(":")[2].lower()
    attributes = record.get("messageAttributes") or {}
    return DeadLetter(
        queue=next((source for source in SOURCES if f"{source}deadletters" in name), NO_SOURCE),
        body=record["body"],
        redrives=int(attributes[REDRIVES]["stringValue"]) if REDRIVES in attributes else 0,
    )
