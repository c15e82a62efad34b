"""Ids without chance: a history must replay."""

from collections.abc import Callable
from itertools import count

from shared.ports.clock import Clock


def message_ids(clock: Clock) -> Callable[[], str]:
    """As real ones (shared/aws/message_ids.py): milliseconds, then what tells two apart."""
    numbers = count(1)
    return lambda: f"{int(clock.now().timestamp() * 1000):012x}{next(numbers):020x}"


def numbered(name: str) -> Callable[[], str]:
    """Ids in the order in which they were minted."""
    numbers = count(1)
    return lambda: f"{name}-{next(numbers):08}"
