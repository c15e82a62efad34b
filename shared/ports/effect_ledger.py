"""The effect ledger: one item per effect."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from shared.canonical.outcome import LedgerEntry, Reservation


class EffectLedger(Protocol):
    """Reads are consistent, writes conditional; a write's rank is effect-protocol section 4."""

    def read(self, effect_ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
        """The entries of these effects; absent ones are left out."""
        ...

    def record(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write each outcome if its rank allows, one write per entry; says which were written.

        DONE replaces every state but DONE; REJECTED and REVIEW replace only FREE and SENT (or
        absence); FREE and SENT replace only FREE and SENT (or absence). The stored revision grows
        by 1.
        """
        ...

    def reserve(self, original: LedgerEntry, reservation: Reservation) -> bool:
        """Add a reservation to a DONE original if it is still as it was read (same revision).

        False if somebody else wrote first: read again and decide anew. Every other write keeps the
        reservations that stand.
        """
        ...

    def due(self, *, now: int, limit: int) -> Sequence[LedgerEntry]:
        """Entries whose `next_at` has come (epoch seconds), at most `limit`.

        From the sparse index.
        """
        ...

    def postpone(self, entry: LedgerEntry, *, next_at: int) -> bool:
        """Move `next_at` if it is still what `entry` says; False if somebody else was first."""
        ...

    def of_period(self, facility: str, period: str) -> Iterator[LedgerEntry]:
        """All entries of one facility accounted in one month (`YYYY-MM`)."""
        ...
