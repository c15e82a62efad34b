"""The effect ledger: one item per effect."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from shared.canonical.claim import Claim
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

    def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
        """Claim each effect, one conditional write each; what stands afterwards, in order.

        Allowed as shared/effects/claims.py says. The claim is the caller's exactly if what stands
        names its owner: that is so too if the write was refused because it had been done before and
        its reply was lost. Raised only after every one was tried.
        """
        ...

    def conclude(self, outcomes: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write the outcome of each claim, one write each; says which were written.

        `may_conclude` in shared/effects/rank.py decides, by the outcome's `fence` and `owner`. What
        is kept names no owner and no prior state any more, and a quiet time only where it is in
        doubt (SENT or REVIEW).
        """
        ...

    def owe(self, entries: Sequence[LedgerEntry]) -> None:
        """See to it that each carries a `next_at`, unless it is settled: one write each, as a rule.

        The entry's is set where none is, and the quiet time of one that is SENT and has none; an
        absent effect is written as the entry says.
        """
        ...

    def amend(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write each if what stands still has the revision that it names (0: nothing stands).

        For what stands outside the rank of outcomes: a person's decision, and doubt after a loss.
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

    def of_place(
        self, facility: str, period: str, place: str, item: str = ""
    ) -> Iterator[LedgerEntry]:
        """Those of one month whose stock place is this one, of all items or of one."""
        ...
