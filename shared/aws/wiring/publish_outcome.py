"""The effect ledger's stream to journal, event bus, and whoever waits for the news."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from shared.aws import clients
from shared.aws.events import EventBridgePublisher
from shared.aws.queues import SqsStatusQueue
from shared.aws.wiring.parts import releaser
from shared.aws.wiring.stores import holds, journal
from shared.settings import PublishOutcomeSettings, read_settings
from shared.workflow.publish_outcome import Document, PublishOutcome

AT_ONCE = 4


def side_by_side(work: Callable[[Document], None], documents: Iterable[Document]) -> Sequence[None]:
    """Work on some documents at a time; when this returns or raises, none is worked on."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, documents))


@cache
def publish_outcome() -> PublishOutcome:
    """Build the step."""
    settings = read_settings(PublishOutcomeSettings, os.environ)
    return PublishOutcome(
        journal=journal(settings.journal_table),
        holds=holds(settings.holds_table),
        release=releaser(settings),
        events=EventBridgePublisher(client=clients.events(), bus_name=settings.event_bus_name),
        statuses=SqsStatusQueue(client=clients.sqs(), queue_url=settings.status_queue_url),
        each=side_by_side,
    )
