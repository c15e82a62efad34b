"""Effects queue -> ERP. The logic is shared/workflow/post_effect.py."""

from collections import Counter
from collections.abc import Sequence

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.queues import effect_of
from shared.aws.records import (
    AllRecordsProcessor,
    BatchResponse,
    EventType,
    acknowledged,
    from_body,
)
from shared.aws.wiring.post_effect import post_effect
from shared.canonical.effect import Effect
from shared.observability import logger, metrics
from shared.ports.clock import Deadline

processor = AllRecordsProcessor(event_type=EventType.SQS, read=from_body(effect_of))


def post_effects(effects: Sequence[Effect], deadline: Deadline) -> Sequence[bool]:
    """Post all in one call; the ledger, not the queue, says what is owed another attempt."""
    outcomes = Counter(post_effect()(effects, deadline))
    logger.info("effects posted", outcomes=dict(outcomes))
    for outcome, count in outcomes.items():
        metrics.add_metric(
            name=f"Effects{outcome.value.title()}", unit=MetricUnit.Count, value=count
        )
    return acknowledged(effects)


@logger.inject_lambda_context(clear_state=True)  # never log_event: events carry case tokens
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> BatchResponse:
    """Post what the effects queue delivers."""
    answer = processor.respond(event, post_effects, deadline=LambdaDeadline(context))
    unreadable = processor.unreadable
    metrics.add_metric(name="RecordsUnreadable", unit=MetricUnit.Count, value=unreadable)
    return answer
