"""Files queue -> archive, journal, documents. The logic is shared/workflow/receive_file.py."""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.file_arrivals import dropped_files_of
from shared.aws.records import AllRecordsProcessor, BatchResponse, EventType, from_body
from shared.aws.wiring.receive_file import receive_file
from shared.observability import logger, metrics
from shared.ports.clock import Deadline
from shared.workflow.dropped_files import DroppedFile

processor = AllRecordsProcessor(event_type=EventType.SQS, read=from_body(dropped_files_of))


def receive_files(news: Sequence[Sequence[DroppedFile]], deadline: Deadline) -> Sequence[bool]:
    """Take in what each record tells of; one whose files are not all finished is kept."""
    return [not all(_received(file, deadline) for file in files) for files in news]


def _received(file: DroppedFile, deadline: Deadline) -> bool:
    outcome = receive_file()(file, deadline)
    logger.info(
        "file received", message_id=outcome.message_id, code=outcome.code, counts=outcome.counts
    )
    metrics.add_metric(name=f"Files{outcome.code.title()}", unit=MetricUnit.Count, value=1)
    return outcome.is_finished


@logger.inject_lambda_context(clear_state=True)  # never log_event: names of files are the sender's
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> BatchResponse:
    """Take in the files that the queue tells of."""
    answer = processor.respond(event, receive_files, deadline=LambdaDeadline(context))
    unreadable = processor.unreadable
    metrics.add_metric(name="RecordsUnreadable", unit=MetricUnit.Count, value=unreadable)
    return answer
