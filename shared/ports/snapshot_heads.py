"""Where the lines of cases stand, version by version (USE4)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.canonical.breaker import Breaker
from shared.canonical.head import CaseHead, LineHead
from shared.canonical.outcome import LedgerEntry

Heads = tuple[CaseHead | None, Mapping[str, LineHead]]


class SnapshotHeads(Protocol):
    """Kept beside the effects, so that a head moves in one transaction with its effect.

    Implementations pass tests/contract/test_snapshot_heads.py.
    """

    def read(self, case: str, names: Sequence[str]) -> Heads:
        """A case's head and its lines' by name, read consistently; absent ones are left out."""
        ...

    def read_with(self, target: str, case: str, names: Sequence[str]) -> tuple[Breaker, Heads]:
        """The same, and how a target stands, in one read."""
        ...

    def move_case(self, known: CaseHead | None, new: CaseHead) -> bool:
        """Write a case's head if `known` still stands (by revision); False if somebody was first.

        `revision` of `new` is counted here.
        """
        ...

    def move(
        self, known: LineHead | None, new: LineHead, *, version: int, entry: LedgerEntry | None
    ) -> bool:
        """Write a line's head, and the entry of its effect, or neither.

        False if `known` does not stand any more (by revision), if the effect has an entry already,
        or if a whole version above `version` stands that does not name the line.
        """
        ...
