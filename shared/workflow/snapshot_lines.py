"""Lines of documents that come again in higher versions: only what changed is posted (USE4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.canonical.effect import Effect
from shared.canonical.head import CaseHead, LineHead, WaitingVersion
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.parking import ParkedLine
from shared.canonical.snapshot import Snapshot, line_name
from shared.canonical.usage import SupplyUsage
from shared.effects.backoff import LONGEST_SECONDS
from shared.effects.identity import content_hash, line_effect_id
from shared.errors import ThrottledError
from shared.mapping.differences import posted_difference
from shared.mapping.snapshots import (
    case_after,
    head_after,
    head_less_idle,
    is_gone,
    no_longer_waiting,
    vanished,
    waits_above,
)
from shared.mapping.usage import MappedLine
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.snapshot_heads import SnapshotHeads
from shared.workflow.idle_versions import RACES, IdleVersions
from shared.workflow.line_conflicts import conflict_hold
from shared.workflow.line_ends import STOPPED, EndedLine, LineEnd, parked_line
from shared.workflow.take_back import TakeBack

SUPERSEDED = "a higher version stands"
Ended = tuple[EndedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case and its lines stand.

    While a recovery is under way (`is_doubted`) that may be old, and no version is counted.
    """

    is_doubted: bool
    case: CaseHead | None
    heads: Mapping[str, LineHead]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotLines:
    """A line's head moves in one transaction with the effect of the difference (section 7).

    The versions alone decide, never what came first: a lower one posts nothing once a higher one
    stands, and a higher one posts what is lacking.
    """

    heads: SnapshotHeads
    master: MasterData
    ledger: EffectLedger
    parking: ParkingLot
    take_back: TakeBack
    idle: IdleVersions
    target: str
    clock: Clock

    def standing(self, document: SupplyUsage) -> Standing:
        """Where its case and lines stand before a version is counted."""
        names = [line_name(line.key) for line in document.lines]
        target, (case, heads) = self.heads.read_with(self.target, document.case, names)
        return Standing(is_doubted=target.is_doubted, case=case, heads=heads)

    def __call__(
        self,
        document: SupplyUsage,
        lines: Sequence[MappedLine],
        records: Mapping[str, ParkedLine],
        standing: Standing,
        *,
        as_of: str,
    ) -> Ended:
        """End these lines of a document, and those that its version has made vanish.

        Raises:
            ThrottledError: too many versions at once; deliver it again.
        """
        names = [line_name(line.line.key) for line in lines]
        heads = standing.heads
        case = self._sighted(document, standing.case)
        fresh = [line for name, line in zip(names, lines, strict=True) if name not in heads]
        unversioned = self._told_without_version(document, fresh)
        ended: list[EndedLine] = []
        for name, line in zip(names, lines, strict=True):
            record = records.get(line.line_id)
            if line.line_id in unversioned:
                detail = "the line came without a version before"
                ended += _conflict(document, line, detail, now=self.clock.now())
                continue
            ended += self._end(document, line, record, as_of, case, heads.get(name))
        return (*ended, *self._gone(document, as_of, case, names))

    def _sighted(self, document: SupplyUsage, case: CaseHead | None) -> CaseHead | None:
        """Note which lines the version names, before any of them is posted."""
        snapshot = document.versioned
        if not snapshot.named and not snapshot.is_whole:
            return case  # lines that waited: their document was noted before
        for _ in range(RACES):
            after = case_after(document.case, case, snapshot)
            if after == case or self.heads.move_case(case, after):
                return after
            case, _heads = self.heads.read(document.case, ())
        raise ThrottledError(f"case {document.case}: too many versions at once")

    def _told_without_version(self, document: SupplyUsage, lines: Sequence[MappedLine]) -> set[str]:
        """Lines that are posted or wait under the id they have without a version: never twice."""
        ids = {line_effect_id(document.tenant, line.line): line.line_id for line in lines}
        if not ids:
            return set()
        records = self.parking.records([*ids])
        waiting = {key for key, record in records.items() if record.state not in STOPPED}
        return {ids[key] for key in waiting.union(self.ledger.read([*ids]))}

    def _gone(
        self,
        document: SupplyUsage,
        as_of: str,
        case: CaseHead | None,
        seen: Sequence[str],
    ) -> Sequence[EndedLine]:
        """What lower versions posted of lines that this one does not name.

        A version that was the highest once, and died before all that it takes back was sent, is
        delivered again when a higher one stands.
        """
        names = sorted(_unnamed(document.versioned, case).difference(seen))
        heads = self.heads.read(document.case, names)[1] if names else {}
        ended: list[EndedLine] = []
        for head in heads.values():
            ended += self._vanish(document, as_of, case, head)
        return [each for each in ended if each.line.line_id]

    def _vanish(
        self, document: SupplyUsage, as_of: str, case: CaseHead | None, head: LineHead
    ) -> Ended:
        """A line that the highest version does not name counts 0 in it."""
        version = document.versioned.version
        gone = head.gone_by(version)
        if gone is not None:
            return self.take_back(head, gone, document, version)
        if case is None or case.version > version:
            return ()
        if head.line is None or not (head.stated or head.version >= version):
            self._end_waiting(head, version)
            return ()
        line = vanished(head.line)
        if head.version >= version:
            return self.take_back(head, line, document, version)
        mapped = MappedLine(line=line, line_id="", content_hash=content_hash(line))
        return self._end(document, mapped, None, as_of, case, head)

    def _end_waiting(self, head: LineHead, version: int) -> None:
        """Of a line that vanished with nothing posted; if somebody is first, they see to it."""
        after = head_less_idle(head, version)
        if after != head and self.heads.move(head, after, version=version, entry=None):
            self.idle.close(no_longer_waiting(head, after), _reason(version))

    def _end(
        self,
        document: SupplyUsage,
        line: MappedLine,
        record: ParkedLine | None,
        as_of: str,
        case: CaseHead | None,
        head: LineHead | None,
    ) -> Ended:
        """End one line: the head that was read must still stand when it moves."""
        name, version = line_name(line.line.key), document.versioned.version
        for _ in range(RACES):
            settled = self._settled(document, line, record, case, head)
            if settled is not None:
                return settled
            if record is not None and self.parking.claim(line.line_id) is None:
                return (EndedLine(line=line, end=LineEnd.CLOSED),)
            before = head or LineHead(case=document.case, name=name)
            now = self.clock.now()
            parts, added = posted_difference(
                before, line, document, self.master, as_of=as_of, now=now
            )
            after = head_after(before, line.line, version, parts, added)
            if self.heads.move(head, after, version=version, entry=self._owed(added)):
                return self._moved(document, line, before, after, added)
            case, found = self.heads.read(document.case, [name])
            head = found.get(name)
        raise ThrottledError(f"line {name} of case {document.case}: too many versions at once")

    def _settled(
        self,
        document: SupplyUsage,
        line: MappedLine,
        record: ParkedLine | None,
        case: CaseHead | None,
        head: LineHead | None,
    ) -> Ended | None:
        """The end of a line whose head need not move; None if it must."""
        version, now = document.versioned.version, self.clock.now()
        if head is not None and head.told_as(version) not in ("", line.content_hash):
            detail = f"version {version} of the line came with other content before"
            return _conflict(document, line, detail, now=now)
        if head is not None and head.version >= version:
            return self._told(document, line, record, head)
        if is_gone(case, line_name(line.line.key), version):
            return self._superseded(line, record)
        if line.effect is not None or not line.line.quantity:
            return None
        if waits_above(head, version):
            return self._superseded(line, record)
        parked = parked_line(line, document, now=now)
        return (EndedLine(line=line, end=LineEnd.HELD, holds=line.holds, parked=parked),)

    def _told(
        self,
        document: SupplyUsage,
        line: MappedLine,
        record: ParkedLine | None,
        head: LineHead,
    ) -> Ended:
        """A version told before, or below the one that stands. Its issue is the ledger's now."""
        version = document.versioned.version
        taken = self.take_back(head, line.line, document, version)
        if head.posted_by(version):
            return (EndedLine(line=line, end=LineEnd.EFFECT), *taken)
        if taken:
            return taken
        if head.told_as(version):
            return (EndedLine(line=line, end=LineEnd.UNCHANGED),)
        return self._superseded(line, record)

    def _superseded(self, line: MappedLine, record: ParkedLine | None) -> Ended:
        if record is not None:
            self.idle.close([WaitingVersion(version=0, line_id=line.line_id)], SUPERSEDED)
        return (EndedLine(line=line, end=LineEnd.SUPERSEDED),)

    def _moved(
        self,
        document: SupplyUsage,
        line: MappedLine,
        before: LineHead,
        after: LineHead,
        added: Effect | None,
    ) -> Ended:
        version = document.versioned.version
        # Its own holds are closed by its effect, once that is posted.
        own = line.line_id if added else ""
        idle = [each for each in no_longer_waiting(before, after) if each.line_id != own]
        self.idle.close(idle, _reason(version))
        taken = self.take_back(after, line.line, document, version)
        if added is not None:
            posted = EndedLine(line=line, end=LineEnd.EFFECT, effect=added, holds=line.holds)
            return (posted, *taken)
        return taken or (EndedLine(line=line, end=LineEnd.UNCHANGED),)

    def _owed(self, effect: Effect | None) -> LedgerEntry | None:
        """Sent at once as well; the sweeper sends it if nobody did."""
        if effect is None:
            return None
        now = self.clock.now()
        return LedgerEntry(
            effect=effect,
            state=EffectState.FREE,
            next_at=int(now.timestamp()) + LONGEST_SECONDS,
            recorded_at=now.isoformat(),
        )


def _unnamed(snapshot: Snapshot, case: CaseHead | None) -> frozenset[str]:
    """The lines of a case that a whole version may have made vanish: of the highest, those gone."""
    if case is None or case.version < snapshot.version:
        return frozenset()
    if case.version == snapshot.version:
        return case.gone
    known = case.gone | case.named
    return known.difference(snapshot.named) if snapshot.is_whole else frozenset()


def _conflict(document: SupplyUsage, line: MappedLine, detail: str, *, now: datetime) -> Ended:
    held = conflict_hold(line, document, now=now, detail=detail)
    return (EndedLine(line=line, end=LineEnd.HELD, holds=(held,)),)


def _reason(version: int) -> str:
    return f"version {version} stands"
