"""One circuit breaker for each target, shared by all workers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.canonical.breaker import Breaker
from shared.canonical.outcome import LedgerEntry


class TargetBreaker(Protocol):
    """Kept beside the effects, so that one read tells of both.

    Implementations pass tests/contract/test_target_breaker.py.
    """

    def read(self, target: str) -> Breaker:
        """How the target stands; one that never failed is closed."""
        ...

    def read_with(
        self, target: str, effect_ids: Sequence[str]
    ) -> tuple[Breaker, Mapping[str, LedgerEntry]]:
        """How the target stands and the entries of these effects, in one consistent read."""
        ...

    def replace(self, known: Breaker, new: Breaker) -> Breaker | None:
        """Write `new` if `known` still stands; what stands then, or None if somebody was first."""
        ...
