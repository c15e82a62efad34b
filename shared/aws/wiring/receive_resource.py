"""Edge of FHIR to archive, journal, holds and documents queue."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.message_ids import new_message_id
from shared.aws.queues import SqsDocumentQueue
from shared.aws.raw_archive import S3RawArchive
from shared.aws.secrets import read_secret
from shared.aws.tokens import tokenizer_of
from shared.aws.wiring.stores import holds, journal, records
from shared.settings import ReceiveResourceSettings, read_settings
from shared.workflow.receive_resource import ReceiveResource


@cache
def receive_resource() -> ReceiveResource:
    """Build the step."""
    settings = read_settings(ReceiveResourceSettings, os.environ)
    return ReceiveResource(
        archive=S3RawArchive(client=clients.s3(), bucket=settings.raw_bucket),
        journal=journal(settings.journal_table),
        documents=SqsDocumentQueue(client=clients.sqs(), queue_url=settings.documents_queue_url),
        holds=holds(settings.holds_table),
        clients=DynamoClientRegistry(
            records=records(settings.master_data_table), clock=SystemClock()
        ),
        tokens=tokenizer_of(read_secret(clients.secrets(), settings.token_secret_arn)),
        clock=SystemClock(),
        new_id=new_message_id,
    )
