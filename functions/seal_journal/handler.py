"""Each hour: the journal of ended hours -> seals. The logic is shared/workflow/seal_journal.py."""

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.aws.wiring.seal_journal import seal_journal
from shared.observability import logger, metrics


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, object], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    """Seal what has ended."""
    seals = seal_journal()()
    entries = sum(seal.count for seal in seals)
    logger.info("journal sealed", seals=len(seals), entries=entries)
    metrics.add_metric(name="PeriodsSealed", unit=MetricUnit.Count, value=len(seals))
    return {"seals": len(seals), "entries": entries}
