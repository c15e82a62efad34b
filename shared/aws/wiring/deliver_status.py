"""Status queue to the sources that asked for news."""

import os
import time
from functools import lru_cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.master_data import DynamoWebhookSources
from shared.aws.secrets import read_secret
from shared.aws.webhook_keys import webhook_keys
from shared.aws.wiring.stores import records
from shared.settings import DeliverStatusSettings, read_settings
from shared.workflow.deliver_status import DeliverStatus

SECRET_KEPT_SECONDS = 300  # a new source or key is known after at most this


def deliver_status() -> DeliverStatus:
    """Build the step; build it anew now and then, so that new keys are read."""
    return _deliver_status(int(time.monotonic() // SECRET_KEPT_SECONDS))


@lru_cache(maxsize=1)
def _deliver_status(_secret_age: int) -> DeliverStatus:
    from shared.targets.webhook.sender import HttpStatusSender  # noqa: PLC0415

    settings = read_settings(DeliverStatusSettings, os.environ)
    clock = SystemClock()
    return DeliverStatus(
        sources=DynamoWebhookSources(records=records(settings.master_data_table), clock=clock),
        sender=HttpStatusSender(),
        clock=clock,
        keys=webhook_keys(read_secret(clients.secrets(), settings.webhook_secret_arn)),
    )
