"""The journal of what has ended, sealed."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.journal_lines import DynamoJournalLines
from shared.aws.seal_store import S3SealStore
from shared.settings import SealJournalSettings, read_settings
from shared.workflow.seal_journal import SealJournal


@cache
def seal_journal() -> SealJournal:
    """Build the step."""
    settings = read_settings(SealJournalSettings, os.environ)
    return SealJournal(
        lines=DynamoJournalLines(client=clients.dynamodb(), table=settings.journal_table),
        seals=S3SealStore(client=clients.s3(), bucket=settings.seals_bucket),
        clock=SystemClock(),
    )
