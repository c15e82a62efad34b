"""The box as the command line sees it: a platform, and its network, its edge and its ERP."""

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
from shared.cli.operations import erp_books
from shared.cli.platform import Platform
from shared.effects.identity import external_reference
from shared.finance.tie_out import Accounts, TieOut
from shared.mllp.edge_client import EdgeClient
from shared.targets.tryton.books import TrytonBooks
from shared.targets.tryton.references import REFERENCE_LENGTH
from shared.workflow.tie_out_books import TieOutBooks
from shared.workflow.trace_lineage import Lineage, TraceLineage

MONTHS = range(1, 13)


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
class Deployment(Platform):
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

    @property
    def tenant(self) -> str:
        """Whose hospitals they are."""
        return self.network.tenant

    @cached_property
    def books(self) -> TrytonBooks:
        """The ERP's own records."""
        return erp_books(self)

    def edge(self, *, kept_open: int = 0) -> EdgeClient:
        """The edge, spoken to as the registered EHR; so many connections stay open."""
        pool, client = self.output("UserPoolId"), self.output("UserPoolClientId")
        described = self.clients.cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)
        addresses = read_addresses(self.settings)
        return EdgeClient(
            api_url=addresses["api"],
            token_url=addresses["token"],
            client_id=client,
            client_secret=described["UserPoolClient"]["ClientSecret"],
            api_key=self.clients.api_key(self.output("ApiKeyId")),
            kept_open=kept_open,
        )

    def webhooks(self, source: str) -> WebhookSender:
        """The edge, spoken to as a registered webhook source."""
        secret, *_ = webhook_secrets(self.settings)[source]
        api_url = read_addresses(self.settings)["api"]
        return WebhookSender(api_url=api_url, source=source, secret=secret)

    def trace(self, key: str) -> Lineage:
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
            reference_of=lambda effect: external_reference(effect, REFERENCE_LENGTH),
        )
        return step(periods or tuple(_months_around(self.network.year)))

    def output(self, name: str) -> str:
        """A stack output by its name."""
        return output(read_outputs(self.settings), name)


def _months_around(year: int) -> Iterator[str]:
    """A use late in December may be sent in January: the years beside are read as well."""
    for each in (year - 1, year, year + 1):
        for month in MONTHS:
            yield f"{each}-{month:02d}"
