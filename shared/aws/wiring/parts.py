"""The releaser, which several steps call: each passes its own settings, which all name the same."""

from typing import Protocol

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterData
from shared.aws.queues import SqsDocumentQueue
from shared.aws.wiring.stores import (
    effect_ledger,
    holds,
    journal,
    parking,
    records,
    target_breakers,
)
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.still_missing import StillMissing


class ReleaserSettings(Protocol):
    """What a step that releases must be told."""

    @property
    def holds_table(self) -> str:
        """Holds and parked lines."""
        ...

    @property
    def effects_table(self) -> str:
        """The effect ledger."""
        ...

    @property
    def master_data_table(self) -> str:
        """The rules."""
        ...

    @property
    def journal_table(self) -> str:
        """The journal."""
        ...

    @property
    def erp_target(self) -> str:
        """The target whose books a recovery may doubt."""
        ...

    @property
    def documents_queue_url(self) -> str:
        """Where released lines go."""
        ...


def releaser(settings: ReleaserSettings) -> ReleaseParked:
    """Build it."""
    lot = parking(settings.holds_table)
    return ReleaseParked(
        parking=lot,
        documents=SqsDocumentQueue(client=clients.sqs(), queue_url=settings.documents_queue_url),
        missing=StillMissing(
            master=DynamoMasterData(records=records(settings.master_data_table)),
            ledger=effect_ledger(settings.effects_table),
            parking=lot,
            breakers=target_breakers(settings.effects_table),
            target=settings.erp_target,
            clock=SystemClock(),
        ),
        holds=holds(settings.holds_table),
        journal=journal(settings.journal_table),
        clock=SystemClock(),
    )
