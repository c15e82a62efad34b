"""Each minute: parked lines -> documents queue. The logic is shared/workflow/release_parked.py."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.wiring.release_parked import release_parked
from shared.observability import logger, metrics


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Re-check every key once."""
    released = release_parked()()
    logger.info("parked lines released", released=released)
    metrics.add_metric(name="LinesReleased", unit=MetricUnit.Count, value=released)
    return {"released": released}
