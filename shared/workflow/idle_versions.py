"""Versions of a line that are held: what a person need not mend any more is closed (USE4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.canonical.head import LineHead, WaitingVersion
from shared.canonical.hold import Hold
from shared.canonical.snapshot import line_name
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.errors import ThrottledError
from shared.holds.identity import CONFLICT
from shared.mapping.snapshots import head_waiting, is_gone, no_longer_waiting
from shared.ports.hold_store import HoldStore
from shared.ports.parking import ParkingLot
from shared.ports.snapshot_heads import SnapshotHeads
from shared.workflow.line_ends import EndedLine, LineEnd

RACES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleVersions:
    """A line's head names its held versions, so that a higher one finds them."""

    heads: SnapshotHeads
    parking: ParkingLot
    holds: HoldStore

    def note(
        self, document: SupplyUsage, ended: Sequence[EndedLine], malformed: Sequence[Hold]
    ) -> None:
        """Enter what was just held. Holds and places to wait must stand before.

        Raises:
            ThrottledError: too many versions at once; deliver the document again.
        """
        if document.snapshot is None or document.conflicts_with:
            return
        version = document.versioned.version
        waiting = {
            line_name(line.line.line.key): WaitingVersion(
                version=version, line_id=line.line.line_id
            )
            for line in ended
            if _is_held(line, document)
        }
        for line, hold in zip(document.malformed, malformed, strict=True):
            if line.key:
                waiting.setdefault(
                    line_name(line.key),
                    WaitingVersion(version=version, line_id=hold.line_id, is_cut=True),
                )
        if waiting:
            self._note_all(document.case, waiting)

    def close(self, waiting: Iterable[WaitingVersion], reason: str) -> None:
        """Nobody waits for these any more."""
        line_ids = [each.line_id for each in waiting]
        records = self.parking.records(line_ids) if line_ids else {}
        for line_id in line_ids:
            record = records.get(line_id)
            if record is not None and self.parking.close(line_id):
                for key in record.missing:
                    self.parking.leave(key, line_id)
            for hold in self.holds.of_line(line_id):
                if hold.code != CONFLICT:
                    self.holds.close(line_id, hold.code, reason)

    def _note_all(self, case: str, waiting: dict[str, WaitingVersion]) -> None:
        _, heads = self.heads.read(case, sorted(waiting))
        for name, each in sorted(waiting.items()):
            self._note(case, name, each, heads.get(name))

    def _note(self, case: str, name: str, waiting: WaitingVersion, head: LineHead | None) -> None:
        for _ in range(RACES):
            if head is not None and waiting in head.waiting:
                return
            if head is not None and head.version >= waiting.version:
                self.close([waiting], f"version {head.version} stands")
                return
            before = head or LineHead(case=case, name=name)
            after = head_waiting(before, waiting)
            if self.heads.move(head, after, version=waiting.version, entry=None):
                reason = f"version {waiting.version} is held instead"
                self.close(no_longer_waiting(head, after), reason)
                return
            standing, found = self.heads.read(case, [name])
            head = found.get(name)
            if is_gone(standing, name, waiting.version):
                self.close([waiting], "a higher version does not name the line")
                return
        raise ThrottledError(f"line {name} of case {case}: too many versions at once")


def _is_held(line: EndedLine, document: SupplyUsage) -> bool:
    """Whether the version itself could not be mapped: no conflict, and nothing it takes back."""
    own = line_effect_id(document.tenant, line.line.line, document.part)
    is_conflict = any(hold.code == CONFLICT for hold in line.holds)
    return line.end is LineEnd.HELD and line.line.line_id == own and not is_conflict
