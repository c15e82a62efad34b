"""What people change, built on a platform."""

import getpass
from collections.abc import Mapping
from typing import Annotated

import typer

from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterDataWriter
from shared.aws.message_ids import new_message_id
from shared.aws.raw_archive import S3RawArchive
from shared.aws.secrets import read_secret
from shared.cli.platform import Platform
from shared.errors import SettingsError
from shared.ports.erp import EffectClass, ErpConnector
from shared.targets.tryton.access import plain_tryton_client, tryton_books, tryton_client
from shared.targets.tryton.books import TrytonBooks
from shared.targets.tryton.connector import TrytonConnector
from shared.targets.tryton.plain_connector import PlainTrytonConnector
from shared.workflow.add_mapping import AddMapping
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.release_parked import ReleaseParked

ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who decides; you, if not given.")]


def decided_by(who: str) -> str:
    """The name that is kept with a decision."""
    return who or getpass.getuser()


def add_mapping(platform: Platform) -> AddMapping:
    """The step that adds a rule."""
    return AddMapping(
        archive=operator_archive(platform),
        journal=platform.journal,
        master=DynamoMasterDataWriter(
            client=platform.clients.dynamodb, table=platform.output("MasterDataTable")
        ),
        release=_releaser(platform),
    )


def raw_archive(platform: Platform) -> S3RawArchive:
    """Every sighting's bytes."""
    return S3RawArchive(client=platform.clients.s3, bucket=platform.output("RawBucket"))


def erp_connector(platform: Platform) -> ErpConnector:
    """The target, as people at the command line ask it.

    Raises:
        SettingsError: its secret lacks something, or there is no connector to one of its class.
    """
    secret = erp_secret(platform)
    match platform.erp_class:
        case EffectClass.E1:
            return TrytonConnector(tryton_client(secret))
        case EffectClass.E2:
            return PlainTrytonConnector(plain_tryton_client(secret), SystemClock())
        case erp_class:
            raise SettingsError(f"there is no connector to a Tryton of class {erp_class}")


def erp_books(platform: Platform) -> TrytonBooks:
    """The target's own records."""
    return tryton_books(erp_secret(platform), platform.erp_class)


def erp_secret(platform: Platform) -> Mapping[str, object]:
    """The way into the target."""
    return read_secret(platform.clients.secrets, platform.output("ErpSecretArn"))


def operator_archive(platform: Platform) -> OperatorArchive:
    """Where what people enter is kept before it is applied."""
    return OperatorArchive(
        archive=raw_archive(platform),
        clock=SystemClock(),
        tenant=platform.tenant,
        new_id=new_message_id,
    )


def _releaser(platform: Platform) -> ReleaseParked:
    return ReleaseParked(
        parking=platform.parking,
        documents=platform.documents,
        missing=platform.missing,
        holds=platform.holds,
        journal=platform.journal,
        clock=SystemClock(),
    )
