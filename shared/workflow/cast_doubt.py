"""A recovery makes the ledger's word doubtful until all that it drives again is back in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shared.canonical.breaker import Breaker
from shared.ports.clock import Clock
from shared.ports.target_breaker import TargetBreaker


@dataclass(frozen=True, slots=True, kw_only=True)
class CastDoubt:
    """Kept with each target, where every worker reads it in the call that reads its effects.

    A target that enforces our reference asks nobody: there it changes nothing.
    """

    targets: Sequence[str]
    breakers: TargetBreaker
    clock: Clock

    def begin(self) -> None:
        """From now on nothing is sent for the first time without a look."""
        now = int(self.clock.now().timestamp())
        self._write(lambda known: replace(known, doubt_from=now, is_doubted=True))

    def end(self) -> None:
        """All that was driven again has reached the ledger: what is unknown and new is new."""
        self._write(lambda known: replace(known, is_doubted=False))

    def _write(self, changed: Callable[[Breaker], Breaker]) -> None:
        """Workers write there too: the last one read is what is changed."""
        for target in self.targets:
            known = self.breakers.read(target)
            while self.breakers.replace(known, changed(known)) is None:
                known = self.breakers.read(target)
