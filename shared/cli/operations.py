"""What people change, built on the deployed platform."""

import getpass
from typing import Annotated

import typer

from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterDataWriter
from shared.aws.message_ids import new_message_id
from shared.aws.raw_archive import S3RawArchive
from shared.cli.deployment import Deployment
from shared.workflow.add_mapping import AddMapping
from shared.workflow.decide_hold import DecideHold
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.release_parked import ReleaseParked

ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who decides; you, if not given.")]


def decided_by(who: str) -> str:
    """The name that is kept with a decision."""
    return who or getpass.getuser()


def add_mapping(deployment: Deployment) -> AddMapping:
    """The step that adds a rule."""
    return AddMapping(
        archive=_archive(deployment),
        journal=deployment.journal,
        master=DynamoMasterDataWriter(
            client=deployment.clients.dynamodb, table=deployment.output("MasterDataTable")
        ),
        release=_releaser(deployment),
    )


def decide_hold(deployment: Deployment) -> DecideHold:
    """The step that assigns or closes a hold."""
    return DecideHold(
        archive=_archive(deployment),
        journal=deployment.journal,
        holds=deployment.holds,
        parking=deployment.parking,
    )


def raw_archive(deployment: Deployment) -> S3RawArchive:
    """Every sighting's bytes."""
    return S3RawArchive(client=deployment.clients.s3, bucket=deployment.output("RawBucket"))


def _archive(deployment: Deployment) -> OperatorArchive:
    return OperatorArchive(
        archive=raw_archive(deployment),
        clock=SystemClock(),
        tenant=deployment.network.tenant,
        new_id=new_message_id,
    )


def _releaser(deployment: Deployment) -> ReleaseParked:
    return ReleaseParked(
        parking=deployment.parking,
        documents=deployment.documents,
        missing=deployment.missing,
        holds=deployment.holds,
        journal=deployment.journal,
        clock=SystemClock(),
    )
