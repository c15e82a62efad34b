"""A deployed platform as the command line sees it: its stores and queues, wherever it stands."""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from shared.aws.clock import SystemClock
from shared.aws.effect_ledger import DynamoEffectLedger
from shared.aws.hold_store import DynamoHoldStore
from shared.aws.journal import DynamoJournal
from shared.aws.master_data import DynamoMasterData
from shared.aws.parking import DynamoParkingLot
from shared.aws.queues import SqsDocumentQueue
from shared.aws.snapshot_heads import DynamoSnapshotHeads
from shared.aws.stock_store import DynamoStockStore
from shared.aws.target_breaker import DynamoTargetBreaker
from shared.aws.versioned_records import VersionedRecords
from shared.canonical.parking import ParkedState
from shared.cli.targets import TARGETS
from shared.ports.erp import EffectClass
from shared.workflow.read_positions import ReadPositions
from shared.workflow.still_missing import StillMissing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

FAR_FUTURE = 2**40  # epoch seconds: every mark in the due index lies before it
MOST_UNSETTLED = 100_000
QUEUES = {
    name: (f"{title}QueueUrl", f"{title}DeadLettersUrl")
    for name, title in (
        ("files", "Files"),
        ("documents", "Documents"),
        ("effects", "Effects"),
        ("statuses", "Statuses"),
    )
}


class PlatformClients(Protocol):
    """The AWS APIs that operating a platform needs."""

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """Tables."""
        ...

    @property
    def s3(self) -> "S3Client":
        """The raw archive, the inbox and the outbox."""
        ...

    @property
    def secrets(self) -> "SecretsManagerClient":
        """Token keys and the ERP's access."""
        ...

    @property
    def sqs(self) -> "SQSClient":
        """Queues."""
        ...


class Platform(Protocol):
    """Whoever says who calls, where things are and whose they are gets the rest from here."""

    @property
    def clients(self) -> PlatformClients:
        """The AWS APIs."""
        ...

    @property
    def tenant(self) -> str:
        """Whose platform it is."""
        ...

    def output(self, name: str) -> str:
        """A stack output by its name."""
        ...

    @property
    def erp_class(self) -> EffectClass:
        """How its ERP helps with repeats, as it was deployed."""
        return EffectClass(self.output("ErpClass"))

    @cached_property
    def journal(self) -> DynamoJournal:
        """What happened to each document."""
        return DynamoJournal(client=self.clients.dynamodb, table=self.output("JournalTable"))

    @cached_property
    def ledger(self) -> DynamoEffectLedger:
        """What became of each effect."""
        table = self.output("EffectsTable")
        return DynamoEffectLedger(client=self.clients.dynamodb, table=table)

    @cached_property
    def breakers(self) -> DynamoTargetBreaker:
        """How each target stands."""
        table = self.output("EffectsTable")
        return DynamoTargetBreaker(client=self.clients.dynamodb, table=table)

    @cached_property
    def heads(self) -> DynamoSnapshotHeads:
        """Where cases and their lines stand, version by version."""
        table = self.output("EffectsTable")
        return DynamoSnapshotHeads(client=self.clients.dynamodb, table=table)

    @cached_property
    def holds(self) -> DynamoHoldStore:
        """What waits for people."""
        table = self.output("HoldsTable")
        client = self.clients.dynamodb
        return DynamoHoldStore(client=client, table=table, clock=SystemClock())

    @cached_property
    def parking(self) -> DynamoParkingLot:
        """Lines that wait for what they lack."""
        table = self.output("HoldsTable")
        return DynamoParkingLot(client=self.clients.dynamodb, table=table)

    @cached_property
    def missing(self) -> StillMissing:
        """What such lines still lack."""
        (target,) = TARGETS
        return StillMissing(
            master=DynamoMasterData(records=self.records),
            ledger=self.ledger,
            parking=self.parking,
            breakers=self.breakers,
            target=target,
            clock=SystemClock(),
        )

    @cached_property
    def stock(self) -> DynamoStockStore:
        """Counts, receipts and openings of places."""
        return DynamoStockStore(client=self.clients.dynamodb, table=self.output("PositionsTable"))

    @cached_property
    def positions(self) -> ReadPositions:
        """What lies where."""
        return ReadPositions(stock=self.stock, ledger=self.ledger, clock=SystemClock())

    @cached_property
    def records(self) -> VersionedRecords:
        """Master data, version by version."""
        table = self.output("MasterDataTable")
        return VersionedRecords(client=self.clients.dynamodb, table=table, clock=SystemClock())

    @cached_property
    def documents(self) -> SqsDocumentQueue:
        """Where documents go to be mapped."""
        return SqsDocumentQueue(client=self.clients.sqs, queue_url=self.output("DocumentsQueueUrl"))

    def queue_depths(self) -> dict[str, tuple[int, int]]:
        """Messages in each queue and in its dead letters; those under way or delayed included."""
        return {
            name: (self._depth(self.output(main)), self._depth(self.output(dead)))
            for name, (main, dead) in QUEUES.items()
        }

    def released_but_waiting(self) -> int:
        """Parked lines that lack nothing any more: their release is under way."""
        arrived = [key for key in self.parking.missing_keys() if self.missing.exists(key)]
        lines = [line_id for key in arrived for line_id in self.parking.parked_on(key)]
        records = self.parking.records(lines) if lines else {}
        waiting = (each for each in records.values() if each.state is ParkedState.PARKED)
        return sum(not self.missing.of(each) for each in waiting)

    def unsettled_effects(self) -> int:
        """Effects that are owed another attempt, whenever that is."""
        return len(self.ledger.due(now=FAR_FUTURE, limit=MOST_UNSETTLED))

    def _depth(self, queue_url: str) -> int:
        answer = self.clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
        depths = answer["Attributes"].items()
        return sum(int(value) for name, value in depths if name.startswith("ApproximateNumberOf"))
