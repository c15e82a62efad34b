"""The tables as ports: what several steps are built from."""

from functools import cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.effect_ledger import DynamoEffectLedger
from shared.aws.hold_store import DynamoHoldStore
from shared.aws.journal import DynamoJournal
from shared.aws.parking import DynamoParkingLot
from shared.aws.snapshot_heads import DynamoSnapshotHeads
from shared.aws.stock_store import DynamoStockStore
from shared.aws.target_breaker import DynamoTargetBreaker
from shared.aws.versioned_records import VersionedRecords


@cache
def effect_ledger(table: str) -> DynamoEffectLedger:
    """One for each process: it keeps a pool of threads."""
    return DynamoEffectLedger(client=clients.dynamodb(), table=table)


@cache
def records(table: str) -> VersionedRecords:
    """One for each process: it keeps what it read for a while."""
    return VersionedRecords(client=clients.dynamodb(), table=table, clock=SystemClock())


def parking(table: str) -> DynamoParkingLot:
    """Parked lines, kept beside the holds."""
    return DynamoParkingLot(client=clients.dynamodb(), table=table)


def journal(table: str) -> DynamoJournal:
    """The journal."""
    return DynamoJournal(client=clients.dynamodb(), table=table)


def holds(table: str) -> DynamoHoldStore:
    """The holds."""
    return DynamoHoldStore(client=clients.dynamodb(), table=table, clock=SystemClock())


def snapshot_heads(table: str) -> DynamoSnapshotHeads:
    """Where cases and their lines stand, kept beside the effects."""
    return DynamoSnapshotHeads(client=clients.dynamodb(), table=table)


def stock(table: str) -> DynamoStockStore:
    """What positions are read from, beside the effects."""
    return DynamoStockStore(client=clients.dynamodb(), table=table)


def target_breakers(table: str) -> DynamoTargetBreaker:
    """The targets' breakers, kept beside the effects."""
    return DynamoTargetBreaker(client=clients.dynamodb(), table=table)
