"""Edge of FHIR: archive, journal and holds, to be read only."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.client_registry import DynamoClientRegistry
from shared.aws.clock import SystemClock
from shared.aws.raw_archive import S3RawArchive
from shared.aws.wiring.stores import holds, journal, records
from shared.settings import ServeResourceSettings, read_settings
from shared.workflow.serve_resource import ServeResource


@cache
def serve_resource() -> ServeResource:
    """Build the step."""
    settings = read_settings(ServeResourceSettings, os.environ)
    archive = S3RawArchive(client=clients.s3(), bucket=settings.raw_bucket)
    return ServeResource(
        archive=archive,
        listing=archive,
        journal=journal(settings.journal_table),
        holds=holds(settings.holds_table),
        clients=DynamoClientRegistry(
            records=records(settings.master_data_table), clock=SystemClock()
        ),
    )
