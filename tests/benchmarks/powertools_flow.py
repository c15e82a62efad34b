"""The same flow as a team on Powertools builds it: a record at a time, each hop idempotent.

The same readers, rules, connector and stores do the work, on clients with default settings, so that
what differs is how a hop is kept from doing it twice. `keeps_facts` says whether each hop writes
its fact and business keys (without our hash chain) and the last one looks after holds and parked
lines; without them it is the least that carries a message to the ERP.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
    idempotent_function,
)

from shared.aws.attributes import restored_item
from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.effect_items import entry_of
from shared.aws.effect_ledger import DynamoEffectLedger
from shared.aws.events import EventBridgePublisher
from shared.aws.gateway import http_response, inbound_message
from shared.aws.hold_store import DynamoHoldStore
from shared.aws.master_data import DynamoMasterData
from shared.aws.message_ids import new_message_id
from shared.aws.parking import DynamoParkingLot
from shared.aws.queues import (
    SqsDocumentQueue,
    SqsEffectQueue,
    SqsStatusQueue,
    effect_of,
)
from shared.aws.raw_archive import S3RawArchive
from shared.aws.target_breaker import DynamoTargetBreaker
from shared.aws.tokens import tokenizer_of
from shared.aws.versioned_records import VersionedRecords
from shared.canonical.codec import from_json
from shared.canonical.usage import SupplyUsage
from shared.effects.decisions import entry_after
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.parking import ParkingLot
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.parking import SimulatedParkingLot
from shared.simulation.snapshot_heads import SimulatedSnapshotHeads
from shared.targets.tryton.connector import TrytonConnector
from shared.workflow.idle_versions import IdleVersions
from shared.workflow.map_usage import MapUsage
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.publish_outcome import LedgerChange, PublishOutcome
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.snapshot_lines import SnapshotLines
from shared.workflow.still_missing import StillMissing
from shared.workflow.take_back import TakeBack
from tests.benchmarks.canned_aws import CannedAws
from tests.benchmarks.canned_erp import CannedErp
from tests.benchmarks.plain_journal import PlainJournal
from tests.benchmarks.shipped_flow import (
    EFFECTS,
    HOLDS,
    JOURNAL,
    MASTER_DATA,
    QUEUE,
    SECRETS,
    Flow,
    Handler,
    fill_master_data,
)

IDEMPOTENCY = "idempotency"


@dataclass(frozen=True, kw_only=True)
class Team:
    """What its functions are built from."""

    aws: CannedAws
    erp: CannedErp
    journal: Journal
    holds: HoldStore
    parking: ParkingLot
    dynamodb: Any
    events: Any
    s3: Any
    sqs: Any

    def ledger(self) -> DynamoEffectLedger:
        return DynamoEffectLedger(client=self.dynamodb, table=EFFECTS)

    def breakers(self) -> DynamoTargetBreaker:
        return DynamoTargetBreaker(client=self.dynamodb, table=EFFECTS)

    def master(self) -> DynamoMasterData:
        return DynamoMasterData(records=self.records())

    def records(self) -> VersionedRecords:
        return VersionedRecords(client=self.dynamodb, table=MASTER_DATA, clock=SystemClock())

    def documents(self) -> SqsDocumentQueue:
        return SqsDocumentQueue(client=self.sqs, queue_url=f"{QUEUE}documents")

    def statuses(self) -> SqsStatusQueue:
        return SqsStatusQueue(client=self.sqs, queue_url=f"{QUEUE}statuses")

    def release(self) -> ReleaseParked:
        missing = StillMissing(
            master=self.master(),
            ledger=self.ledger(),
            parking=self.parking,
            breakers=self.breakers(),
            target="tryton",
            clock=SystemClock(),
        )
        return ReleaseParked(
            parking=self.parking,
            documents=self.documents(),
            missing=missing,
            holds=self.holds,
            journal=self.journal,
            clock=SystemClock(),
        )

    def store(self) -> DynamoDBPersistenceLayer:
        return DynamoDBPersistenceLayer(table_name=IDEMPOTENCY, boto3_client=self.dynamodb)


def powertools_flow(*, keeps_facts: bool) -> Flow:
    """All four hops on one canned AWS."""
    aws, erp = CannedAws(secrets=SECRETS), CannedErp()
    session = boto3.Session()
    dynamodb, events = session.client("dynamodb"), session.client("events")
    s3, sqs = session.client("s3"), session.client("sqs")
    aws.serve(dynamodb, events, s3, sqs)
    fill_master_data(dynamodb)
    clock = SystemClock()
    team = Team(
        aws=aws,
        erp=erp,
        journal=PlainJournal(client=dynamodb, table=JOURNAL) if keeps_facts else SimulatedJournal(),
        holds=(
            DynamoHoldStore(client=dynamodb, table=HOLDS, clock=clock)
            if keeps_facts
            else SimulatedHoldStore()
        ),
        parking=(
            DynamoParkingLot(client=dynamodb, table=HOLDS) if keeps_facts else SimulatedParkingLot()
        ),
        dynamodb=dynamodb,
        events=events,
        s3=s3,
        sqs=sqs,
    )
    handlers = {
        "receive": _receiving(team),
        "map": _mapping(team),
        "post": _posting(team),
        "publish": _publishing(team),
    }
    name = "powertools, same facts" if keeps_facts else "powertools, bare"
    return Flow(name=name, aws=aws, erp=erp, handlers=handlers)


def _receiving(team: Team) -> Handler:
    logger, metrics = _telemetry()
    step = ReceiveMessage(
        archive=S3RawArchive(client=team.s3, bucket="raw"),
        journal=team.journal,
        documents=team.documents(),
        holds=team.holds,
        clients=DynamoClientRegistry(records=team.records(), clock=SystemClock()),
        tokens=tokenizer_of(json.loads(SECRETS["token-secret"])),
        clock=SystemClock(),
        new_id=new_message_id,
    )

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics
    @idempotent(persistence_store=team.store(), config=IdempotencyConfig(event_key_jmespath="body"))
    def lambda_handler(event: dict[str, Any], _context: Any) -> dict[str, object]:  # noqa: ANN401
        answer = step(inbound_message(event, source="hl7v2"))
        logger.info("message received", message_id=answer.message_id, code=answer.code)
        metrics.add_metric(name="MessagesReceived", unit=MetricUnit.Count, value=1)
        return http_response(answer)

    return lambda_handler


def _mapping(team: Team) -> Handler:
    clock, ledger, master = SystemClock(), team.ledger(), team.master()
    pair = PairReversal(
        ledger=ledger,
        parking=team.parking,
        holds=team.holds,
        master=master,
        breakers=team.breakers(),
        target="tryton",
        clock=clock,
        wait=timedelta(hours=72),
    )
    step = MapUsage(
        journal=team.journal,
        master=master,
        holds=team.holds,
        parking=team.parking,
        ledger=ledger,
        pair=pair,
        snapshots=_snapshots(team, ledger, pair),
        release=team.release(),
        effects=SqsEffectQueue(client=team.sqs, queue_url=f"{QUEUE}effects"),
        statuses=team.statuses(),
        clock=clock,
    )
    return _queue_handler(team, lambda body: step(from_json(SupplyUsage, body)))


def _snapshots(team: Team, ledger: DynamoEffectLedger, pair: PairReversal) -> SnapshotLines:
    """Never asked here: no document of the flow has a version."""
    clock, heads = SystemClock(), SimulatedSnapshotHeads()
    return SnapshotLines(
        heads=heads,
        master=team.master(),
        ledger=ledger,
        parking=team.parking,
        take_back=TakeBack(ledger=ledger, parking=team.parking, pair=pair, clock=clock),
        idle=IdleVersions(heads=heads, parking=team.parking, holds=team.holds),
        target="tryton",
        clock=clock,
    )


def _posting(team: Team) -> Handler:
    connector, ledger = TrytonConnector(team.erp.client()), team.ledger()

    def work(body: str) -> None:
        effect = effect_of(body)
        (answer,) = connector.submit([effect], {})
        ledger.record([entry_after(effect, None, answer, now=datetime.now(UTC))])

    return _queue_handler(team, work)


def _queue_handler(team: Team, work: Any) -> Handler:  # noqa: ANN401
    """As Powertools' own documentation guards each record of a batch."""
    logger, metrics = _telemetry()
    processor, config = BatchProcessor(EventType.SQS), IdempotencyConfig("messageId")

    @idempotent_function(  # type: ignore[untyped-decorator]
        data_keyword_argument="record", config=config, persistence_store=team.store()
    )
    def record_handler(record: SQSRecord) -> None:
        work(record.body)
        logger.info("record handled", message_id=record.message_id)
        metrics.add_metric(name="RecordsHandled", unit=MetricUnit.Count, value=1)

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics
    def lambda_handler(event: dict[str, Any], context: Any) -> object:  # noqa: ANN401
        config.register_lambda_context(context)
        return process_partial_response(event, record_handler, processor, context)

    return lambda_handler


def _publishing(team: Team) -> Handler:
    logger, metrics = _telemetry()
    processor = BatchProcessor(EventType.DynamoDBStreams)
    config = IdempotencyConfig("eventID")
    step = PublishOutcome(
        journal=team.journal,
        holds=team.holds,
        release=team.release(),
        events=EventBridgePublisher(client=team.events, bus_name="bus"),
        statuses=team.statuses(),
    )

    @idempotent_function(  # type: ignore[untyped-decorator]
        data_keyword_argument="record", config=config, persistence_store=team.store()
    )
    def record_handler(record: DynamoDBRecord) -> None:
        after = entry_of(restored_item(record["dynamodb"]["NewImage"]))
        step([LedgerChange(before=None, after=after)])
        logger.info("outcome published", effect_id=after.effect.effect_id)
        metrics.add_metric(name="OutcomesPublished", unit=MetricUnit.Count, value=1)

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics
    def lambda_handler(event: dict[str, Any], context: Any) -> object:  # noqa: ANN401
        config.register_lambda_context(context)
        return process_partial_response(event, record_handler, processor, context)

    return lambda_handler


def _telemetry() -> tuple[Logger, Metrics]:
    return Logger(), Metrics()
