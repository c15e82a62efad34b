"""What is known of a target, shared by all who post to it: its health, and what was lost of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """One target's circuit breaker. Times are epoch seconds.

    `failures` counts failed calls in a row while it is closed, `waits` how often in a row it has
    opened or a probe has failed. It is open while `probe_at`, the moment of the next probe, is
    set; until `probe_until` one prober is under way. `fence` counts writes: who read another one
    may not write.

    `doubt_from` is when the last recovery began (0: there never was one): what the ledger said
    before may have been lost since. `is_doubted` lasts until all that it drives again is in the
    ledger, and what reversals took is reserved again. Until then no reversal is reserved; for other
    effects both matter only where the target does not enforce our reference.
    """

    target: str
    failures: int = 0
    waits: int = 0
    probe_at: int | None = None
    probe_until: int = 0
    fence: int = 0
    doubt_from: int = 0
    is_doubted: bool = False

    @property
    def is_open(self) -> bool:
        """No call goes out but the probe."""
        return self.probe_at is not None

    @property
    def is_untroubled(self) -> bool:
        """Closed, and nothing is held against the target."""
        return not (self.failures or self.waits or self.is_open)
