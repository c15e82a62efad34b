"""Edge of FHIR: archive, journal, holds and what positions are made of, to be read only."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoMasterData
from shared.aws.raw_archive import S3RawArchive
from shared.aws.wiring.stores import effect_ledger, holds, journal, records, stock
from shared.settings import ServeResourceSettings, read_settings
from shared.workflow.read_positions import ReadPositions
from shared.workflow.serve_positions import ServePositions
from shared.workflow.serve_resource import ServeResource


@cache
def serve_resource() -> ServeResource:
    """Build the step."""
    settings = read_settings(ServeResourceSettings, os.environ)
    rules, clock = records(settings.master_data_table), SystemClock()
    positions = ReadPositions(
        stock=stock(settings.positions_table),
        ledger=effect_ledger(settings.effects_table),
        clock=clock,
    )
    archive = S3RawArchive(client=clients.s3(), bucket=settings.raw_bucket)
    return ServeResource(
        archive=archive,
        listing=archive,
        journal=journal(settings.journal_table),
        holds=holds(settings.holds_table),
        clients=DynamoClientRegistry(records=rules, clock=clock),
        positions=ServePositions(
            positions=positions, master=DynamoMasterData(records=rules), clock=clock
        ),
        clock=clock,
    )
