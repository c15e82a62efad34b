"""Edge of signed events to archive, journal and documents queue."""

import os
import time
from functools import lru_cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoWebhookSources
from shared.aws.message_ids import new_message_id
from shared.aws.queues import SqsDocumentQueue
from shared.aws.raw_archive import S3RawArchive
from shared.aws.secrets import read_secret
from shared.aws.tokens import tokenizer_of
from shared.aws.webhook_keys import webhook_keys
from shared.aws.webhook_log import DynamoWebhookLog
from shared.aws.wiring.stores import journal, records
from shared.settings import ReceiveWebhookSettings, read_settings
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.webhook_audit import WebhookAudit

SECRET_KEPT_SECONDS = 300  # a new source or key is known after at most this


def receive_webhook() -> ReceiveWebhook:
    """Build the step; build it anew now and then, so that new keys are read."""
    return _receive_webhook(int(time.monotonic() // SECRET_KEPT_SECONDS))


@lru_cache(maxsize=1)
def _receive_webhook(_secret_age: int) -> ReceiveWebhook:
    settings = read_settings(ReceiveWebhookSettings, os.environ)
    clock = SystemClock()
    return ReceiveWebhook(
        archive=S3RawArchive(client=clients.s3(), bucket=settings.raw_bucket),
        journal=journal(settings.journal_table),
        documents=SqsDocumentQueue(client=clients.sqs(), queue_url=settings.documents_queue_url),
        sources=DynamoWebhookSources(records=records(settings.master_data_table), clock=clock),
        log=DynamoWebhookLog(client=clients.dynamodb(), table=settings.journal_table),
        tokens=tokenizer_of(read_secret(clients.secrets(), settings.token_secret_arn)),
        clock=clock,
        keys=webhook_keys(read_secret(clients.secrets(), settings.webhook_secret_arn)),
        audit=WebhookAudit(journal=journal(settings.journal_table)),
        new_id=new_message_id,
    )
