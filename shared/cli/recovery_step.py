"""The recovery step, built on the deployed platform with the operator's own rights."""

import math
from dataclasses import dataclass
from functools import partial

from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.file_boxes import S3FileInbox, S3FileOutbox
from shared.aws.master_data import DynamoWebhookSources
from shared.aws.message_ids import new_message_id
from shared.aws.raw_archive import S3RawArchive
from shared.aws.secrets import read_secret
from shared.aws.tokens import tokenizer_of
from shared.aws.webhook_log import DynamoWebhookLog
from shared.cli.deployment import Deployment
from shared.cli.operations import add_mapping, decide_hold, raw_archive
from shared.ports.tokens import Tokenizer
from shared.workflow.completeness import Completeness
from shared.workflow.receive_file import ReceiveFile
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.recover import Recover
from shared.workflow.webhook_audit import WebhookAudit


@dataclass(frozen=True, slots=True)
class NoDeadline:
    """Implements the Deadline port for a process that nobody kills."""

    def remaining_seconds(self) -> float:
        """For ever."""
        return math.inf


def recovery(deployment: Deployment) -> Recover:
    """Build the step."""
    archive = raw_archive(deployment)
    files = _files(deployment, archive)
    return Recover(
        listing=archive,
        archive=archive,
        is_complete=Completeness(
            journal=deployment.journal,
            ledger=deployment.ledger,
            holds=deployment.holds,
            parking=deployment.parking,
        ),
        rules=add_mapping(deployment),
        decisions=decide_hold(deployment),
        drives={
            "hl7v2": _messages(deployment, archive).take_in,
            "webhook": _webhooks(deployment, archive).take_in,
            "flatfile": partial(files.take_in, deadline=NoDeadline()),
        },
        inbox=files.inbox,
        take_file=partial(files, deadline=NoDeadline()),
    )


def _messages(deployment: Deployment, archive: S3RawArchive) -> ReceiveMessage:
    return ReceiveMessage(
        archive=archive,
        journal=deployment.journal,
        documents=deployment.documents,
        clients=_clients(deployment),
        tokens=_tokens(deployment),
        clock=SystemClock(),
        new_id=new_message_id,
    )


def _webhooks(deployment: Deployment, archive: S3RawArchive) -> ReceiveWebhook:
    """Signatures were checked when these came in, so it needs no keys."""
    return ReceiveWebhook(
        archive=archive,
        journal=deployment.journal,
        documents=deployment.documents,
        sources=DynamoWebhookSources(records=deployment.records, clock=SystemClock()),
        log=DynamoWebhookLog(
            client=deployment.clients.dynamodb, table=deployment.output("JournalTable")
        ),
        tokens=_tokens(deployment),
        clock=SystemClock(),
        keys={},
        audit=WebhookAudit(journal=deployment.journal),
        new_id=new_message_id,
    )


def _files(deployment: Deployment, archive: S3RawArchive) -> ReceiveFile:
    s3 = deployment.clients.s3
    return ReceiveFile(
        inbox=S3FileInbox(client=s3, bucket=deployment.output("InboxBucket")),
        outbox=S3FileOutbox(client=s3, bucket=deployment.output("OutboxBucket")),
        archive=archive,
        journal=deployment.journal,
        documents=deployment.documents,
        clients=_clients(deployment),
        tokens=_tokens(deployment),
    )


def _clients(deployment: Deployment) -> DynamoClientRegistry:
    return DynamoClientRegistry(records=deployment.records, clock=SystemClock())


def _tokens(deployment: Deployment) -> Tokenizer:
    secret = read_secret(deployment.clients.secrets, deployment.output("TokenSecretArn"))
    return tokenizer_of(secret)
