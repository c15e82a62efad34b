"""Documents queue to effects queue, stock facts, holds, or a place to wait."""

import os
from datetime import timedelta
from functools import cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterData
from shared.aws.queues import SqsEffectQueue, SqsStatusQueue
from shared.aws.wiring.parts import releaser
from shared.aws.wiring.stores import (
    effect_ledger,
    holds,
    journal,
    parking,
    records,
    snapshot_heads,
    stock,
    target_breakers,
)
from shared.settings import MapDocumentSettings, read_settings
from shared.workflow.idle_versions import IdleVersions
from shared.workflow.map_document import MapDocument
from shared.workflow.map_usage import MapUsage
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.record_stock import RecordStock
from shared.workflow.snapshot_lines import SnapshotLines
from shared.workflow.take_back import TakeBack


@cache
def map_document() -> MapDocument:
    """Build the step."""
    settings = read_settings(MapDocumentSettings, os.environ)
    return MapDocument(uses=_map_usage(settings), stock=_record_stock(settings))


def _map_usage(settings: MapDocumentSettings) -> MapUsage:
    pair = _pair(settings)
    return MapUsage(
        journal=journal(settings.journal_table),
        master=DynamoMasterData(records=records(settings.master_data_table)),
        holds=holds(settings.holds_table),
        parking=parking(settings.holds_table),
        ledger=effect_ledger(settings.effects_table),
        pair=pair,
        snapshots=_snapshots(settings, pair),
        release=releaser(settings),
        effects=SqsEffectQueue(client=clients.sqs(), queue_url=settings.effects_queue_url),
        statuses=SqsStatusQueue(client=clients.sqs(), queue_url=settings.status_queue_url),
        clock=SystemClock(),
    )


def _record_stock(settings: MapDocumentSettings) -> RecordStock:
    return RecordStock(
        journal=journal(settings.journal_table),
        master=DynamoMasterData(records=records(settings.master_data_table)),
        holds=holds(settings.holds_table),
        parking=parking(settings.holds_table),
        stock=stock(settings.positions_table),
        release=releaser(settings),
        clock=SystemClock(),
    )


def _pair(settings: MapDocumentSettings) -> PairReversal:
    return PairReversal(
        ledger=effect_ledger(settings.effects_table),
        parking=parking(settings.holds_table),
        holds=holds(settings.holds_table),
        master=DynamoMasterData(records=records(settings.master_data_table)),
        breakers=target_breakers(settings.effects_table),
        target=settings.erp_target,
        clock=SystemClock(),
        wait=timedelta(hours=float(settings.reversal_wait_hours)),
    )


def _snapshots(settings: MapDocumentSettings, pair: PairReversal) -> SnapshotLines:
    heads, lot = snapshot_heads(settings.effects_table), parking(settings.holds_table)
    return SnapshotLines(
        heads=heads,
        ledger=effect_ledger(settings.effects_table),
        master=DynamoMasterData(records=records(settings.master_data_table)),
        parking=lot,
        take_back=TakeBack(
            ledger=effect_ledger(settings.effects_table),
            parking=lot,
            pair=pair,
            clock=SystemClock(),
        ),
        idle=IdleVersions(heads=heads, parking=lot, holds=holds(settings.holds_table)),
        target=settings.erp_target,
        clock=SystemClock(),
    )
