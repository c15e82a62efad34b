"""The deployed platform as the command line sees it: its stores, its queues, its edge, its ERP."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from infra.local.aws import EngineClients
from infra.local.box import NETWORK_SEED
from infra.local.contents import output
from infra.local.errors import BoxError
from infra.local.network import Network, build_network
from infra.local.settings import BoxSettings
from infra.local.state import read_addresses, read_outputs, webhook_secrets, year_of
from infra.local.webhook_sender import WebhookSender
from shared.aws.clock import SystemClock
from shared.aws.effect_ledger import DynamoEffectLedger
from shared.aws.hold_store import DynamoHoldStore
from shared.aws.journal import DynamoJournal
from shared.aws.master_data import DynamoMasterData
from shared.aws.parking import DynamoParkingLot
from shared.aws.queues import SqsDocumentQueue
from shared.aws.target_breaker import DynamoTargetBreaker
from shared.aws.versioned_records import VersionedRecords
from shared.canonical.parking import ParkedState
from shared.cli.edge_client import EdgeClient
from shared.effects.identity import external_reference
from shared.finance.tie_out import Accounts, TieOut
from shared.targets.tryton.access import tryton_client
from shared.targets.tryton.books import TrytonBooks
from shared.targets.tryton.connector import TRAITS
from shared.workflow.still_missing import StillMissing
from shared.workflow.tie_out_books import TieOutBooks
from shared.workflow.trace_lineage import TracedDocument, TraceLineage

FAR_FUTURE = 2**40  # epoch seconds: every mark in the due index lies before it
MOST_UNSETTLED = 100_000
MONTHS = range(1, 13)
QUEUES = {
    name: (f"{title}QueueUrl", f"{title}DeadLettersUrl")
    for name, title in (
        ("files", "Files"),
        ("documents", "Documents"),
        ("effects", "Effects"),
        ("statuses", "Statuses"),
    )
}


def open_deployment() -> "Deployment":
    """The box of this checkout.

    Raises:
        BoxError: it was never brought up.
    """
    settings = BoxSettings.from_environment()
    if not read_addresses(settings):
        raise BoxError("There is no box yet", hint="Bring it up first: ledgerward up")
    return Deployment(settings)


@dataclass(frozen=True)
class Deployment:
    """Clients are made on first use."""

    settings: BoxSettings

    @cached_property
    def clients(self) -> EngineClients:
        """The AWS APIs."""
        return EngineClients(self.settings)

    @cached_property
    def network(self) -> Network:
        """The hospitals this box was seeded with."""
        return build_network(seed=NETWORK_SEED, year=year_of(self.settings))

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
    def holds(self) -> DynamoHoldStore:
        """What waits for people."""
        table = self.output("HoldsTable")
        client = self.clients.dynamodb
        return DynamoHoldStore(client=client, table=table, clock=SystemClock())

    @cached_property
    def books(self) -> TrytonBooks:
        """The ERP's own records."""
        secret = self.clients.secrets.get_secret_value(SecretId=self.output("ErpSecretArn"))
        return TrytonBooks(tryton_client(json.loads(secret["SecretString"])))

    def edge(self) -> EdgeClient:
        """The edge, spoken to as the registered EHR."""
        pool, client = self.output("UserPoolId"), self.output("UserPoolClientId")
        described = self.clients.cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)
        addresses = read_addresses(self.settings)
        return EdgeClient(
            api_url=addresses["api"],
            token_url=addresses["token"],
            client_id=client,
            client_secret=described["UserPoolClient"]["ClientSecret"],
            api_key=self.clients.api_key(self.output("ApiKeyId")),
        )

    @cached_property
    def parking(self) -> DynamoParkingLot:
        """Lines that wait for what they lack."""
        table = self.output("HoldsTable")
        return DynamoParkingLot(client=self.clients.dynamodb, table=table)

    @cached_property
    def missing(self) -> StillMissing:
        """What such lines still lack."""
        master = DynamoMasterData(records=self.records)
        return StillMissing(
            master=master, ledger=self.ledger, parking=self.parking, clock=SystemClock()
        )

    @cached_property
    def records(self) -> VersionedRecords:
        """Master data, version by version."""
        table = self.output("MasterDataTable")
        return VersionedRecords(client=self.clients.dynamodb, table=table, clock=SystemClock())

    @cached_property
    def documents(self) -> SqsDocumentQueue:
        """Where documents go to be mapped."""
        return SqsDocumentQueue(client=self.clients.sqs, queue_url=self.output("DocumentsQueueUrl"))

    def webhooks(self, source: str) -> WebhookSender:
        """The edge, spoken to as a registered webhook source."""
        secret, *_ = webhook_secrets(self.settings)[source]
        api_url = read_addresses(self.settings)["api"]
        return WebhookSender(api_url=api_url, source=source, secret=secret)

    def trace(self, key: str) -> tuple[TracedDocument, ...]:
        """The chain behind a business key."""
        step = TraceLineage(
            journal=self.journal, ledger=self.ledger, holds=self.holds, books=self.books
        )
        return step(key)

    def tie_out(self, periods: Sequence[str]) -> TieOut:
        """The books of these months; of the fiscal years around the box's if none is named."""
        accounts = {account.role: account.code for account in self.network.accounts}
        step = TieOutBooks(
            ledger=self.ledger,
            books=self.books,
            accounts=Accounts(expense=accounts["supplies"], stock=accounts["stock"]),
            facilities=[facility.facility for facility in self.network.facilities],
            reference_of=lambda effect: external_reference(effect, TRAITS.reference_length),
        )
        return step(periods or tuple(_months_around(self.network.year)))

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

    def output(self, name: str) -> str:
        """A stack output by its name."""
        return output(read_outputs(self.settings), name)


def _months_around(year: int) -> Iterator[str]:
    """A use late in December may be sent in January: the years beside are read as well."""
    for each in (year - 1, year, year + 1):
        for month in MONTHS:
            yield f"{each}-{month:02d}"
