"""The breakers in memory, beside the simulated effect ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from shared.canonical.breaker import Breaker
from shared.canonical.outcome import LedgerEntry
from shared.simulation.effect_ledger import SimulatedEffectLedger


@dataclass(slots=True)
class SimulatedTargetBreaker:
    """Implements the TargetBreaker port. `writes` counts what was written."""

    ledger: SimulatedEffectLedger = field(default_factory=SimulatedEffectLedger)
    breakers: dict[str, Breaker] = field(default_factory=dict)
    writes: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def read(self, target: str) -> Breaker:
        """How the target stands; one that never failed is closed."""
        return self.breakers.get(target, Breaker(target=target))

    def read_with(
        self, target: str, effect_ids: Sequence[str]
    ) -> tuple[Breaker, Mapping[str, LedgerEntry]]:
        """How the target stands and the entries of these effects."""
        return self.read(target), self.ledger.read(effect_ids)

    def replace(self, known: Breaker, new: Breaker) -> Breaker | None:
        """Write `new` if `known` still stands; what stands then, or None if somebody was first."""
        with self._lock:
            if self.read(known.target).fence != known.fence:
                return None
            written = replace(new, fence=known.fence + 1)
            self.breakers[known.target] = written
            self.writes += 1
            return written
