"""When to try again.

Doubling to five minutes, spread so that effects do not come back in one wave.
"""

FIRST_SECONDS = 5
LONGEST_SECONDS = 300
SPREAD_SECONDS = 5


def next_attempt_at(
    effect_id: str, attempts: int, *, now: int, retry_after_seconds: float | None = None
) -> int:
    """Epoch second of the next attempt.

    The spread comes from the id, so a replay gets the same answer.

    Args:
        effect_id: In hex.
        attempts: Attempts made so far, at least 1.
        now: Epoch seconds.
        retry_after_seconds: What the target asked for, if it did; never cut short.
    """
    doubled = min(FIRST_SECONDS << min(attempts - 1, 16), LONGEST_SECONDS)
    wait = max(doubled, int(retry_after_seconds or 0))
    return now + wait + int(effect_id[:8], 16) % SPREAD_SECONDS
