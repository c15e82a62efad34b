"""Dead-letter queues -> their queues, or a hold. shared/workflow/redrive_dead_letters.py."""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.dead_letters import dead_letter_of
from shared.aws.records import AllRecordsProcessor, BatchResponse, EventType, one_by_one
from shared.aws.wiring.redrive_dead_letters import redrive_dead_letters
from shared.observability import logger, metrics
from shared.ports.clock import Deadline
from shared.workflow.redrive_dead_letters import DeadLetter

processor = AllRecordsProcessor(event_type=EventType.SQS, read=dead_letter_of)


def redrive_letters(letters: Sequence[DeadLetter], _deadline: Deadline) -> Sequence[bool]:
    """Return or hold each; one that cannot be handled does not keep the others."""
    return one_by_one(letters, _redrive)


def _redrive(letter: DeadLetter) -> None:
    outcome = redrive_dead_letters()(letter)
    logger.warning("dead letter", queue=letter.queue, redrives=letter.redrives, became=outcome)
    metrics.add_metric(name=f"DeadLetters{outcome.value.title()}", unit=MetricUnit.Count, value=1)


@logger.inject_lambda_context(clear_state=True)  # never log_event: events carry documents
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> BatchResponse:
    """Redrive what the dead-letter queues deliver."""
    answer = processor.respond(event, redrive_letters, deadline=LambdaDeadline(context))
    unreadable = processor.unreadable
    metrics.add_metric(name="RecordsUnreadable", unit=MetricUnit.Count, value=unreadable)
    return answer
