"""Documents queue to effects queue or holds."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterData
from shared.aws.queues import SqsEffectQueue
from shared.aws.wiring.stores import holds, journal, records
from shared.settings import MapDocumentSettings, read_settings
from shared.workflow.map_document import MapDocument


@cache
def map_document() -> MapDocument:
    """Build the step."""
    settings = read_settings(MapDocumentSettings, os.environ)
    return MapDocument(
        journal=journal(settings.journal_table),
        master=DynamoMasterData(records=records(settings.master_data_table)),
        holds=holds(settings.holds_table),
        effects=SqsEffectQueue(client=clients.sqs(), queue_url=settings.effects_queue_url),
        clock=SystemClock(),
    )
