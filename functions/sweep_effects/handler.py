"""Each minute: what is due -> effects queue. The logic is shared/workflow/sweep_effects.py."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.clock import LambdaDeadline
from shared.aws.wiring.sweep_effects import sweep_effects
from shared.observability import logger, metrics


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Sweep once."""
    swept = sweep_effects()(LambdaDeadline(context))
    logger.info("effects swept", swept=swept)
    metrics.add_metric(name="EffectsSwept", unit=MetricUnit.Count, value=swept)
    return {"swept": swept}
