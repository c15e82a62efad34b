"""Heads of cases and their lines in memory, beside the simulated effect ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from shared.canonical.breaker import Breaker
from shared.canonical.head import CaseHead, LineHead
from shared.canonical.outcome import LedgerEntry
from shared.ports.snapshot_heads import Heads
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.target_breaker import SimulatedTargetBreaker


@dataclass(slots=True)
class SimulatedSnapshotHeads:
    """Implements the SnapshotHeads port. `writes` counts what was written."""

    ledger: SimulatedEffectLedger = field(default_factory=SimulatedEffectLedger)
    breakers: SimulatedTargetBreaker = field(default_factory=SimulatedTargetBreaker)
    cases: dict[str, CaseHead] = field(default_factory=dict)
    lines: dict[tuple[str, str], LineHead] = field(default_factory=dict)
    writes: int = 0
    _lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def read(self, case: str, names: Sequence[str]) -> Heads:
        """A case's head and its lines' by name; absent ones are left out."""
        found = {name: self.lines[case, name] for name in names if (case, name) in self.lines}
        return self.cases.get(case), found

    def read_with(self, target: str, case: str, names: Sequence[str]) -> tuple[Breaker, Heads]:
        """The same, and how a target stands."""
        return self.breakers.read(target), self.read(case, names)

    def move_case(self, known: CaseHead | None, new: CaseHead) -> bool:
        """Write a case's head if `known` still stands; False if somebody was first."""
        with self._lock:
            standing = self.cases.get(new.case)
            if _revision(standing) != _revision(known):
                return False
            self.cases[new.case] = replace(new, revision=_revision(known) + 1)
            self.writes += 1
            return True

    def move(
        self, known: LineHead | None, new: LineHead, *, version: int, entry: LedgerEntry | None
    ) -> bool:
        """Write a line's head, and the entry of its effect, or neither."""
        with self._lock:
            standing = self.lines.get((new.case, new.name))
            if _revision(standing) != _revision(known) or self._is_gone(new, version):
                return False
            if entry is not None:
                key = entry.effect.effect_id
                if key in self.ledger.entries:
                    return False
                self.ledger.record([entry])
            self.lines[new.case, new.name] = replace(new, revision=_revision(known) + 1)
            self.writes += 1
            return True

    def _is_gone(self, head: LineHead, version: int) -> bool:
        case = self.cases.get(head.case)
        return case is not None and case.version > version and head.name not in case.named


def _revision(head: CaseHead | LineHead | None) -> int:
    return head.revision if head else 0
