"""What a deployed platform must be told before it can work: secrets, master data and clients."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.local.deploy import Outputs
from infra.local.network import Network
from infra.local.network.sources import EHR_CLIENT
from shared.aws.client_registry import register
from shared.aws.master_data import DynamoMasterDataWriter
from shared.canonical.message import ClientScope
from shared.ports.master_data import MasterRecord

if TYPE_CHECKING:
    from infra.local.aws import EngineClients


def output(outputs: Outputs, name: str) -> str:
    """A stack output by its name, which no two stacks share.

    Raises:
        KeyError: no stack has it.
    """
    for values in outputs.values():
        if name in values:
            return values[name]
    raise KeyError(f"no stack has an output {name}")


def put_secret(clients: "EngineClients", arn: str, text: str) -> None:
    """Give a secret its value, unless it has it already."""
    if clients.secrets.get_secret_value(SecretId=arn).get("SecretString") != text:
        clients.secrets.put_secret_value(SecretId=arn, SecretString=text)


def master_records(network: Network, status_url: str) -> tuple[MasterRecord, ...]:
    """All of the network that mapping reads, and where its webhook sources hear news."""
    return (
        *network.facilities,
        *network.departments,
        *network.stock_places,
        *network.locations,
        *network.items,
        *network.units,
        *network.charge_codes,
        *network.number_codes,
        *network.dimensions,
        *network.stock_sources,
        *(replace(source, status_url=status_url) for source in network.webhook_sources),
    )


def registered_clients(network: Network, outputs: Outputs) -> Iterator[ClientScope]:
    """Who may send what, under the ids they are known by: the EHR's is that of its tokens."""
    for scope in network.clients:
        if scope.client_id == EHR_CLIENT.client_id:
            yield replace(scope, client_id=output(outputs, "UserPoolClientId"))
        else:
            yield scope


def digest_of(network: Network, outputs: Outputs, status_url: str) -> str:
    """Changes when the network, its clients or the table they are kept in do."""
    facts = (
        master_records(network, status_url),
        tuple(registered_clients(network, outputs)),
        output(outputs, "MasterDataTable"),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def put_master_data(
    clients: "EngineClients", network: Network, outputs: Outputs, status_url: str
) -> int:
    """Write the network's master data and register its clients; returns the number of records."""
    table = output(outputs, "MasterDataTable")
    now = datetime.now(UTC)
    writer = DynamoMasterDataWriter(client=clients.dynamodb, table=table)
    count = writer.put(master_records(network, status_url), recorded_at=now)
    for scope in registered_clients(network, outputs):
        register(clients.dynamodb, table, scope, recorded_at=now)
    return count
