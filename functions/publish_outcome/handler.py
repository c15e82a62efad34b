"""Effect ledger's stream -> journal, event bus. The logic is shared/workflow/publish_outcome.py."""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.records import AllRecordsProcessor, BatchResponse, EventType, acknowledged
from shared.aws.stream import changes_of
from shared.aws.wiring.publish_outcome import publish_outcome
from shared.observability import logger, metrics
from shared.ports.clock import Deadline
from shared.workflow.publish_outcome import LedgerChange

processor = AllRecordsProcessor(event_type=EventType.DYNAMODB_STREAM, read=changes_of)


def publish_changes(
    records: Sequence[Sequence[LedgerChange]], _deadline: Deadline
) -> Sequence[bool]:
    """Tell of all changes; not every record is about an effect."""
    changes = [change for record in records for change in record]
    told = publish_outcome()(changes)
    logger.info("outcomes published", changes=len(changes), told=told)
    metrics.add_metric(name="OutcomesPublished", unit=MetricUnit.Count, value=told)
    return acknowledged(records)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> BatchResponse:
    """Publish what the stream delivers."""
    answer = processor.respond(event, publish_changes, deadline=LambdaDeadline(context))
    unreadable = processor.unreadable
    metrics.add_metric(name="RecordsUnreadable", unit=MetricUnit.Count, value=unreadable)
    return answer
