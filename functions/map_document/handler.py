"""Documents queue -> effects, stock facts, holds. The logic is shared/workflow/map_document.py."""

from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.queues import document_of
from shared.aws.records import (
    AllRecordsProcessor,
    BatchResponse,
    EventType,
    from_body,
    sharing_the_end,
)
from shared.aws.wiring.map_document import map_document
from shared.canonical.mappable import MappableDocument
from shared.observability import logger, metrics
from shared.ports.clock import Deadline
from shared.workflow.map_document import Begun

processor = AllRecordsProcessor(event_type=EventType.SQS, read=from_body(document_of))


def map_documents(documents: Sequence[MappableDocument], _deadline: Deadline) -> Sequence[bool]:
    """Map all; one that crashes the step stays, the others do not wait for it."""
    return sharing_the_end(documents, map_document().begin, _finish)


def _finish(begun: Sequence[Begun]) -> None:
    for mapping in map_document().finish(begun):
        # The journal says the same of each document, and the metrics have the sums of a batch.
        logger.debug(
            "document mapped",
            document_id=mapping.document_id,
            message_id=mapping.message_id,
            ends=mapping.ends,
            holds=mapping.holds,
        )
        metrics.add_metric(name="EffectsMapped", unit=MetricUnit.Count, value=mapping.effects)
        metrics.add_metric(name="HoldsOpened", unit=MetricUnit.Count, value=mapping.holds)


@logger.inject_lambda_context(clear_state=True)  # never log_event: events carry documents
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> BatchResponse:
    """Map what the documents queue delivers."""
    answer = processor.respond(event, map_documents, deadline=LambdaDeadline(context))
    unreadable = processor.unreadable
    metrics.add_metric(name="RecordsUnreadable", unit=MetricUnit.Count, value=unreadable)
    return answer
