"""What a deployed platform must be told before it can work: secrets, master data and clients."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.local.deploy import Outputs
from infra.local.network import Network
from shared.aws.client_registry import register
from shared.aws.master_data import MasterDataWriter, MasterRecord

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


def master_records(network: Network) -> tuple[MasterRecord, ...]:
    """All of the network that mapping reads."""
    return (
        *network.facilities,
        *network.departments,
        *network.items,
        *network.units,
        *network.charge_codes,
        *network.dimensions,
    )


def digest_of(network: Network, outputs: Outputs) -> str:
    """Changes when the network, its clients or the table they are kept in do."""
    facts = (
        master_records(network),
        network.clients,
        output(outputs, "MasterDataTable"),
        output(outputs, "UserPoolClientId"),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def put_master_data(clients: "EngineClients", network: Network, outputs: Outputs) -> int:
    """Write the network's master data and register its client; returns the number of records."""
    table = output(outputs, "MasterDataTable")
    now = datetime.now(UTC)
    writer = MasterDataWriter(client=clients.dynamodb, table=table)
    count = writer.put(master_records(network), recorded_at=now)
    (scope,) = network.clients  # the template has one client; two would overwrite each other
    known = replace(scope, client_id=output(outputs, "UserPoolClientId"))
    register(clients.dynamodb, table, known, recorded_at=now)
    return count
