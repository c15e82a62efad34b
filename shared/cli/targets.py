"""How each target stands, as `ledgerward status` tells it."""

from datetime import UTC, datetime

from shared.canonical.breaker import Breaker

TARGETS = ("tryton",)  # what post_effect is deployed for


def told(breaker: Breaker) -> dict[str, object]:
    """A breaker in words that people and programs can go by."""
    probe_at = breaker.probe_at
    return {
        "left_alone": breaker.is_open,
        "failed_calls": breaker.failures,
        "next_probe": "" if probe_at is None else datetime.fromtimestamp(probe_at, UTC).isoformat(),
    }
