"""When to try again.

Doubling to five minutes with full jitter: what failed together does not come back in one wave.
"""

FIRST_SECONDS = 5
LONGEST_SECONDS = 300
SPREAD_SECONDS = 5


def next_attempt_at(
    effect_id: str, attempts: int, *, now: int, retry_after_seconds: float | None = None
) -> int:
    """Epoch second of the next attempt.

    The jitter comes from the id and the attempt, so a replay gets the same answer.

    Args:
        effect_id: In hex.
        attempts: Attempts made so far, at least 1.
        now: Epoch seconds.
        retry_after_seconds: What the target asked for, if it did; never cut short.
    """
    doubled = min(FIRST_SECONDS << min(attempts - 1, 16), LONGEST_SECONDS)
    start = (attempts - 1) * 8 % (len(effect_id) - 8)
    wait = spread_wait(effect_id[start:], doubled)
    if retry_after_seconds:
        wait = max(wait, int(retry_after_seconds) + spread_wait(effect_id, SPREAD_SECONDS))
    return now + wait


def spread_wait(digits: str, longest_seconds: int) -> int:
    """Anything from one second to the longest, evenly, by the first eight hex digits."""
    return 1 + int(digits[:8], 16) % longest_seconds
