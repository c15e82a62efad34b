"""Effects queue to the ERP."""

import os
import secrets as randomness
import time
from functools import cache, lru_cache

from shared.aws import clients
from shared.aws.clock import SystemClock
from shared.aws.secrets import read_secret
from shared.aws.wiring.stores import effect_ledger, holds, target_breakers
from shared.errors import SettingsError
from shared.ports.erp import EffectClass, ErpConnector
from shared.settings import PostEffectSettings, read_settings
from shared.workflow.post_effect import PostEffect
from shared.workflow.target_gate import Pace

SECRET_KEPT_SECONDS = 300  # a rotated key is picked up after at most this


def post_effect() -> PostEffect:
    """Build the step; build it anew now and then, so that a new ERP key is read."""
    return _post_effect(int(time.monotonic() // SECRET_KEPT_SECONDS))


@lru_cache(maxsize=1)
def _post_effect(_secret_age: int) -> PostEffect:
    settings = read_settings(PostEffectSettings, os.environ)
    return PostEffect(
        target=settings.erp_target,
        connector=_erp_connector(settings),
        breakers=target_breakers(settings.effects_table),
        pace=_pace(float(settings.erp_documents_per_second_each)),
        ledger=effect_ledger(settings.effects_table),
        holds=holds(settings.holds_table),
        clock=SystemClock(),
        new_token=new_token,
    )


def new_token() -> str:
    """No two are alike: 22 characters of chance."""
    return randomness.token_urlsafe(16)


@cache
def _pace(documents_per_second: float) -> Pace:
    """Outlives the step: what was just sent counts against what is sent next."""
    return Pace(documents_per_second=documents_per_second, clock=SystemClock(), pause=time.sleep)


def _erp_connector(settings: PostEffectSettings) -> ErpConnector:
    secret = read_secret(clients.secrets(), settings.erp_secret_arn)
    match settings.erp_target, settings.erp_class:
        case "tryton", EffectClass.E1:
            from shared.targets.tryton.access import tryton_client  # noqa: PLC0415
            from shared.targets.tryton.connector import TrytonConnector  # noqa: PLC0415

            return TrytonConnector(tryton_client(secret))
        case "tryton", EffectClass.E2:
            from shared.targets.tryton.access import plain_tryton_client  # noqa: PLC0415
            from shared.targets.tryton.plain_connector import PlainTrytonConnector  # noqa: PLC0415

            return PlainTrytonConnector(plain_tryton_client(secret), SystemClock())
        case target, erp_class:
            raise SettingsError(f"there is no connector to {target!r} of class {erp_class!r}")
