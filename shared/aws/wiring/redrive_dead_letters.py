"""Dead letters back to their queues, or to a person."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.dead_letters import SqsDeadLetterReturn
from shared.aws.wiring.stores import holds
from shared.settings import RedriveDeadLettersSettings, read_settings
from shared.workflow.redrive_dead_letters import RedriveDeadLetters


@cache
def redrive_dead_letters() -> RedriveDeadLetters:
    """Build the step."""
    settings = read_settings(RedriveDeadLettersSettings, os.environ)
    queue_urls = {
        "documents": settings.documents_queue_url,
        "effects": settings.effects_queue_url,
        "files": settings.files_queue_url,
        "statuses": settings.statuses_queue_url,
    }
    return RedriveDeadLetters(
        queues=SqsDeadLetterReturn(client=clients.sqs(), queue_urls=queue_urls),
        holds=holds(settings.holds_table),
        clock=SystemClock(),
    )
