"""Status queue -> the sources that asked for news. Logic: shared/workflow/deliver_status.py."""

from collections import Counter
from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.queues import status_of
from shared.aws.records import AllRecordsProcessor, BatchResponse, EventType, from_body
from shared.aws.wiring.deliver_status import deliver_status
from shared.observability import logger, metrics
from shared.ports.clock import Deadline
from shared.ports.status_queue import StatusNews

processor = AllRecordsProcessor(event_type=EventType.SQS, read=from_body(status_of))


def deliver_all(news: Sequence[StatusNews], deadline: Deadline) -> Sequence[bool]:
    """Deliver each piece of news; what nobody took stays in the queue."""
    outcomes = deliver_status()(news, deadline)
    for each, outcome in zip(news, outcomes, strict=True):
        logger.info(
            "status told",
            news_id=each.news_id,
            source=each.source,
            document_id=each.document_id,
            became=outcome.value,
        )
    for outcome, count in Counter(outcomes).items():
        metrics.add_metric(
            name=f"Statuses{outcome.value.title()}", unit=MetricUnit.Count, value=count
        )
    return [outcome.is_owed for outcome in outcomes]


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> BatchResponse:
    """Tell what the status queue delivers."""
    answer = processor.respond(event, deliver_all, deadline=LambdaDeadline(context))
    unreadable = processor.unreadable
    metrics.add_metric(name="RecordsUnreadable", unit=MetricUnit.Count, value=unreadable)
    return answer
