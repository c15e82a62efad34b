"""The two families of ports, each with what a test must put in and look at."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from shared.aws.client_registry import DynamoClientRegistry, register
from shared.aws.effect_ledger import DynamoEffectLedger
from shared.aws.file_boxes import S3FileInbox, S3FileOutbox
from shared.aws.hold_store import DynamoHoldStore
from shared.aws.journal import DynamoJournal
from shared.aws.journal_lines import DynamoJournalLines
from shared.aws.master_data import (
    DynamoMasterData,
    DynamoMasterDataWriter,
    DynamoWebhookSources,
)
from shared.aws.parking import DynamoParkingLot
from shared.aws.queues import (
    SqsDocumentQueue,
    SqsEffectQueue,
    SqsStatusQueue,
    document_of,
    effect_of,
    status_of,
)
from shared.aws.raw_archive import S3RawArchive
from shared.aws.seal_store import S3SealStore
from shared.aws.secrets import read_secret
from shared.aws.snapshot_heads import DynamoSnapshotHeads
from shared.aws.stock_store import DynamoStockStore
from shared.aws.target_breaker import DynamoTargetBreaker
from shared.aws.tokens import tokenizer_of
from shared.aws.versioned_records import VersionedRecords
from shared.aws.webhook_log import DynamoWebhookLog
from shared.canonical.effect import Effect
from shared.canonical.mappable import MappableDocument
from shared.canonical.message import ClientScope
from shared.ports.clients import ClientRegistry
from shared.ports.effect_ledger import EffectLedger
from shared.ports.file_boxes import FileInbox, FileOutbox
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal, JournalPages
from shared.ports.journal_lines import JournalLines
from shared.ports.master_data import MasterData, MasterRecord
from shared.ports.parking import ParkingLot
from shared.ports.queues import DocumentQueue, EffectQueue
from shared.ports.seal_store import SealStore
from shared.ports.snapshot_heads import SnapshotHeads
from shared.ports.status_queue import StatusNews, StatusQueue
from shared.ports.stock_store import StockStore
from shared.ports.target_breaker import TargetBreaker
from shared.ports.tokens import Tokenizer
from shared.ports.webhook_log import WebhookLog
from shared.ports.webhook_sources import WebhookSources
from shared.simulation.clock import VirtualClock
from shared.simulation.edge import (
    SimulatedClientRegistry,
    SimulatedRawArchive,
    SimulatedTokenizer,
)
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.file_boxes import SimulatedFileInbox, SimulatedFileOutbox
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.journal_lines import SimulatedJournalLines
from shared.simulation.master_data import SimulatedMasterData, SimulatedWebhookSources
from shared.simulation.parking import SimulatedParkingLot
from shared.simulation.queues import (
    SimulatedDocumentQueue,
    SimulatedEffectQueue,
    SimulatedStatusQueue,
)
from shared.simulation.seal_store import SimulatedSealStore
from shared.simulation.snapshot_heads import SimulatedSnapshotHeads
from shared.simulation.stock_store import SimulatedStockStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.simulation.webhook_log import SimulatedWebhookLog
from tests.contract.tables import (
    EFFECTS,
    HOLDS,
    JOURNAL,
    MASTER_DATA,
    POSITIONS,
    create_tables,
)
from tests.contract.wire import CallLog, serve_one_at_a_time

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

BUCKET, INBOX, OUTBOX, SEALS = "raw", "inbox", "outbox", "seals"
ZERO_KEY = '{"version": 1, "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}'


@dataclass(frozen=True, kw_only=True)
class Family:
    """One family: its ports, and the doors that only tests use."""

    clock: VirtualClock
    ledger: EffectLedger
    breakers: TargetBreaker
    heads: SnapshotHeads
    stock: StockStore
    journal: Journal
    journal_pages: JournalPages
    journal_lines: JournalLines
    seals: SealStore
    holds: HoldStore
    parking: ParkingLot
    master: MasterData
    put_master: Callable[[Sequence[MasterRecord], datetime], int]
    webhook_sources: WebhookSources
    webhook_log: WebhookLog
    clients: ClientRegistry
    register: Callable[[ClientScope], None]
    tokens: Tokenizer
    archive: S3RawArchive | SimulatedRawArchive
    documents: DocumentQueue
    documents_sent: Callable[[], Sequence[MappableDocument]]
    effects: EffectQueue
    effects_sent: Callable[[], Sequence[Effect]]
    statuses: StatusQueue
    statuses_sent: Callable[[], Sequence[StatusNews]]
    inbox: FileInbox
    drop_file: Callable[[str, bytes], str]
    remove_file: Callable[[str], object]
    outbox: FileOutbox


@dataclass(frozen=True, kw_only=True)
class Aws:
    """The clients of an AWS that lives in this process, and the log of what they were asked."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    sqs: "SQSClient"
    events: "EventBridgeClient"
    secrets: "SecretsManagerClient"
    calls: CallLog


@cache
def _session() -> boto3.Session:
    """One session for all tests: reading the service models is what takes a client its time."""
    return boto3.Session(
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - moto takes any
        region_name="us-east-1",
    )


@contextmanager
def opened_aws() -> Iterator[Aws]:
    """Clients that try once, so that a refusal costs no time; closed at the end."""
    once, session = Config(retries={"mode": "standard", "total_max_attempts": 1}), _session()
    aws = Aws(
        dynamodb=session.client("dynamodb", config=once),
        s3=session.client("s3", config=once),
        sqs=session.client("sqs", config=once),
        events=session.client("events", config=once),
        secrets=session.client("secretsmanager", config=once),
        calls=CallLog(),
    )
    clients = (aws.dynamodb, aws.s3, aws.sqs, aws.events, aws.secrets)
    aws.calls.watch(*clients)
    serve_one_at_a_time(aws.dynamodb)
    yield aws
    for client in clients:
        client.close()


@contextmanager
def retrying_dynamodb() -> Iterator["DynamoDBClient"]:
    """A client that tries twice, as in production, on the same tables."""
    twice = Config(retries={"mode": "standard", "total_max_attempts": 2})
    client = _session().client("dynamodb", config=twice)
    yield client
    client.close()


def aws_family(aws: Aws) -> Family:
    """The ports on AWS, with their tables, bucket, queues and secret."""
    clock = VirtualClock()
    create_tables(aws.dynamodb)
    for bucket in (BUCKET, INBOX, OUTBOX, SEALS):
        aws.s3.create_bucket(Bucket=bucket)
    for bucket in (INBOX, SEALS):
        aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    documents = aws.sqs.create_queue(QueueName="documents")["QueueUrl"]
    effects = aws.sqs.create_queue(QueueName="effects")["QueueUrl"]
    statuses = aws.sqs.create_queue(QueueName="statuses")["QueueUrl"]
    secret = aws.secrets.create_secret(Name="token", SecretString=ZERO_KEY)["ARN"]
    records = VersionedRecords(client=aws.dynamodb, table=MASTER_DATA, clock=clock)
    writer = DynamoMasterDataWriter(client=aws.dynamodb, table=MASTER_DATA)
    return Family(
        clock=clock,
        ledger=DynamoEffectLedger(client=aws.dynamodb, table=EFFECTS),
        journal=DynamoJournal(client=aws.dynamodb, table=JOURNAL, clock=clock),
        journal_pages=DynamoJournal(client=aws.dynamodb, table=JOURNAL, clock=clock),
        journal_lines=DynamoJournalLines(client=aws.dynamodb, table=JOURNAL),
        seals=S3SealStore(client=aws.s3, bucket=SEALS),
        breakers=DynamoTargetBreaker(client=aws.dynamodb, table=EFFECTS),
        heads=DynamoSnapshotHeads(client=aws.dynamodb, table=EFFECTS),
        stock=DynamoStockStore(client=aws.dynamodb, table=POSITIONS),
        holds=DynamoHoldStore(client=aws.dynamodb, table=HOLDS, clock=clock),
        parking=DynamoParkingLot(client=aws.dynamodb, table=HOLDS),
        master=DynamoMasterData(records=records),
        put_master=lambda given, moment: writer.put(given, recorded_at=moment),
        webhook_sources=DynamoWebhookSources(records=records, clock=clock),
        webhook_log=DynamoWebhookLog(client=aws.dynamodb, table=JOURNAL),
        clients=DynamoClientRegistry(records=records, clock=clock),
        register=lambda scope: register(aws.dynamodb, MASTER_DATA, scope, recorded_at=clock.now()),
        tokens=tokenizer_of(read_secret(aws.secrets, secret)),
        archive=S3RawArchive(client=aws.s3, bucket=BUCKET),
        documents=SqsDocumentQueue(client=aws.sqs, queue_url=documents),
        documents_sent=lambda: [document_of(body) for body in received(aws.sqs, documents)],
        effects=SqsEffectQueue(client=aws.sqs, queue_url=effects),
        effects_sent=lambda: [effect_of(body) for body in received(aws.sqs, effects)],
        statuses=SqsStatusQueue(client=aws.sqs, queue_url=statuses),
        statuses_sent=lambda: [status_of(body) for body in received(aws.sqs, statuses)],
        inbox=S3FileInbox(client=aws.s3, bucket=INBOX),
        drop_file=lambda key, body: dropped(aws.s3, key, body),
        remove_file=lambda key: aws.s3.delete_object(Bucket=INBOX, Key=key),
        outbox=S3FileOutbox(client=aws.s3, bucket=OUTBOX),
    )


def simulated_family() -> Family:
    """The ports in memory."""
    clock, ledger = VirtualClock(), SimulatedEffectLedger()
    breakers = SimulatedTargetBreaker(ledger=ledger)
    journal = SimulatedJournal(clock=clock)
    master, clients = SimulatedMasterData(), SimulatedClientRegistry()
    documents, effects = SimulatedDocumentQueue(), SimulatedEffectQueue()
    statuses, inbox = SimulatedStatusQueue(), SimulatedFileInbox()
    return Family(
        clock=clock,
        journal=journal,
        journal_pages=journal,
        journal_lines=SimulatedJournalLines(journal),
        seals=SimulatedSealStore(),
        ledger=ledger,
        breakers=breakers,
        heads=SimulatedSnapshotHeads(ledger=ledger, breakers=breakers),
        stock=SimulatedStockStore(),
        holds=SimulatedHoldStore(clock=clock),
        parking=SimulatedParkingLot(),
        master=master,
        put_master=lambda given, moment: master.put(given, recorded_at=moment),
        webhook_sources=SimulatedWebhookSources(master=master, clock=clock),
        webhook_log=SimulatedWebhookLog(),
        clients=clients,
        register=clients.register,
        tokens=SimulatedTokenizer(),
        archive=SimulatedRawArchive(),
        documents=documents,
        documents_sent=lambda: documents.sent,
        effects=effects,
        effects_sent=lambda: effects.sent,
        statuses=statuses,
        statuses_sent=lambda: statuses.sent,
        inbox=inbox,
        drop_file=inbox.drop,
        remove_file=inbox.remove,
        outbox=SimulatedFileOutbox(),
    )


def dropped(s3: "S3Client", key: str, body: bytes) -> str:
    """Somebody puts a file into the inbox; returns its version."""
    return s3.put_object(Bucket=INBOX, Key=key, Body=body)["VersionId"]


def received(sqs: "SQSClient", queue_url: str) -> list[str]:
    """Everything that waits in a queue."""
    bodies: list[str] = []
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        bodies.extend(message["Body"] for message in messages)
    return bodies
