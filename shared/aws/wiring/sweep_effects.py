"""What is due back to the effects queue."""

import os
from functools import cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.queues import SqsEffectQueue
from shared.aws.wiring.stores import effect_ledger, target_breakers
from shared.settings import SweepEffectsSettings, read_settings
from shared.workflow.sweep_effects import SweepEffects


@cache
def sweep_effects() -> SweepEffects:
    """Build the step."""
    settings = read_settings(SweepEffectsSettings, os.environ)
    return SweepEffects(
        target=settings.erp_target,
        breakers=target_breakers(settings.effects_table),
        ledger=effect_ledger(settings.effects_table),
        effects=SqsEffectQueue(client=clients.sqs(), queue_url=settings.effects_queue_url),
        clock=SystemClock(),
    )
