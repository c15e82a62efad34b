"""The effect ledger in memory: the same ranks, revisions and due marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from shared.canonical.claim import Claim
from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.effects.claims import claimed_entry, kept_outcome, may_claim
from shared.effects.rank import may_conclude, may_replace


@dataclass(slots=True)
class SimulatedEffectLedger:
    """Implements the EffectLedger port. `writes` counts what was written."""

    entries: dict[str, LedgerEntry] = field(default_factory=dict)
    writes: int = 0
    _lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def read(self, effect_ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
        """The entries of these effects; absent ones are left out."""
        return {key: self.entries[key] for key in effect_ids if key in self.entries}

    def record(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write each outcome if its rank allows; says which were written."""
        with self._lock:
            return tuple(self._record_one(entry) for entry in entries)

    def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
        """Claim each effect; what stands afterwards, in order."""
        with self._lock:
            return tuple(self._claim_one(claim) for claim in claims)

    def conclude(self, outcomes: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write the outcome of each claim if it may be; says which were written."""
        with self._lock:
            return tuple(self._conclude_one(outcome) for outcome in outcomes)

    def owe(self, entries: Sequence[LedgerEntry]) -> None:
        """See to it that each carries a `next_at`, unless it is settled."""
        with self._lock:
            for entry in entries:
                self._owe_one(entry)

    def amend(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        """Write each if what stands still has the revision that it names."""
        with self._lock:
            return tuple(self._amend_one(entry) for entry in entries)

    def reserve(self, original: LedgerEntry, reservation: Reservation) -> bool:
        """Add a reservation to a DONE original if it is still as it was read (same revision)."""
        key = original.effect.effect_id
        with self._lock:
            stored = self.entries.get(key)
            if stored is None or stored.state is not EffectState.DONE:
                return False
            if stored.revision != original.revision:
                return False
            self.entries[key] = replace(
                stored,
                reservations=(*stored.reservations, reservation),
                revision=stored.revision + 1,
            )
            self.writes += 1
            return True

    def due(self, *, now: int, limit: int) -> Sequence[LedgerEntry]:
        """Entries whose `next_at` has come, the longest waiting first, at most `limit`."""
        waiting = [
            (entry.next_at, key)
            for key, entry in self.entries.items()
            if entry.next_at is not None and entry.next_at <= now
        ]
        return [self.entries[key] for _, key in sorted(waiting)[:limit]]

    def postpone(self, entry: LedgerEntry, *, next_at: int) -> bool:
        """Move `next_at` if it is still what `entry` says; False if somebody else was first."""
        stored = self.entries.get(entry.effect.effect_id)
        if stored is None or entry.next_at is None or stored.next_at != entry.next_at:
            return False
        self.entries[entry.effect.effect_id] = replace(stored, next_at=next_at)
        self.writes += 1
        return True

    def of_period(self, facility: str, period: str) -> Iterator[LedgerEntry]:
        """All entries of one facility accounted in one month (`YYYY-MM`)."""
        for entry in list(self.entries.values()):
            effect = entry.effect
            month = f"{effect.accounting_date:%Y-%m}"
            if effect.dimensions.facility == facility and month == period:
                yield entry

    def of_place(
        self, facility: str, period: str, place: str, item: str = ""
    ) -> Iterator[LedgerEntry]:
        """Those of one month whose stock place is this one, of all items or of one."""
        for entry in self.of_period(facility, period):
            if entry.effect.stock_place == place and item in ("", entry.effect.item):
                yield entry

    def _claim_one(self, claim: Claim) -> LedgerEntry:
        standing = self.entries.get(claim.effect.effect_id)
        if standing is not None and not may_claim(standing, claim):
            return standing
        return self._write(claimed_entry(standing, claim))

    def _conclude_one(self, outcome: LedgerEntry) -> bool:
        standing = self.entries.get(outcome.effect.effect_id)
        if standing is None or not may_conclude(standing, outcome):
            return False
        revision = standing.revision + 1
        kept = replace(kept_outcome(outcome), revision=revision, reservations=standing.reservations)
        self._write(kept)
        return True

    def _amend_one(self, entry: LedgerEntry) -> bool:
        standing = self.entries.get(entry.effect.effect_id)
        if (standing.revision if standing else 0) != entry.revision:
            return False
        kept = standing.reservations if standing else ()
        self._write(replace(entry, revision=entry.revision + 1, reservations=kept))
        return True

    def _owe_one(self, entry: LedgerEntry) -> None:
        standing = self.entries.get(entry.effect.effect_id)
        if standing is None:
            self._write(replace(entry, revision=1))
        elif not standing.is_settled:
            quiet = entry.quiet_until if entry.state is EffectState.SENT else 0
            owed = replace(
                standing,
                next_at=entry.next_at if standing.next_at is None else standing.next_at,
                quiet_until=standing.quiet_until or quiet,
                revision=standing.revision + 1,
            )
            self._write(owed)

    def _write(self, entry: LedgerEntry) -> LedgerEntry:
        self.entries[entry.effect.effect_id] = entry
        self.writes += 1
        return entry

    def _record_one(self, entry: LedgerEntry) -> bool:
        key = entry.effect.effect_id
        stored = self.entries.get(key)
        if not may_replace(stored.state if stored else None, entry.state):
            return False
        self.entries[key] = replace(
            entry,
            revision=(stored.revision if stored else 0) + 1,
            reservations=stored.reservations if stored else (),
        )
        self.writes += 1
        return True
