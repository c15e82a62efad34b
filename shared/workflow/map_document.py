"""A document's lines become effects, holds, places to wait or evidence; each line exactly one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.canonical.hold import Hold, HoldKind
from shared.canonical.journal import JournalFact
from shared.canonical.outcome import EffectState
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.snapshot import line_name
from shared.canonical.usage import Direction, SupplyUsage
from shared.effects.identity import lineage_key
from shared.mapping.line_holds import malformed_line_id
from shared.mapping.usage import MappedLine, MappedUsage, map_line, map_usage
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.queues import EffectQueue
from shared.ports.status_queue import StatusNews, StatusQueue
from shared.workflow.line_conflicts import conflict_hold, with_conflicts
from shared.workflow.line_ends import STOPPED, EndedLine, LineEnd, parked_line
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.snapshot_lines import SnapshotLines


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What became of a document, in counts of lines by their end, and of holds."""

    ends: dict[str, int]
    holds: int

    @property
    def effects(self) -> int:
        """Lines that went on to the target."""
        return self.ends.get(LineEnd.EFFECT, 0)

    @property
    def evidence(self) -> int:
        """Lines that another source posts."""
        return self.ends.get(LineEnd.EVIDENCE, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """By the rules that stood when the document was first received, however often it comes."""

    journal: Journal
    master: MasterData
    holds: HoldStore
    parking: ParkingLot
    ledger: EffectLedger
    pair: PairReversal
    snapshots: SnapshotLines
    release: ReleaseParked
    effects: EffectQueue
    statuses: StatusQueue
    clock: Clock

    def __call__(self, document: SupplyUsage) -> Mapping:
        """Map one document or chunk. All it leads to is durable before the journal says so.

        Raises:
            ThrottledError: something could not be written; the document is delivered again.
        """
        now = self.clock.now()
        as_of = document.released_at or self._received_at(document)
        mapped = map_usage(document, self.master, as_of=as_of, now=now)
        ended = self._ended(document, mapped, as_of)
        holds = tuple(with_conflicts((*_holds(ended), *self._cut(mapped)), self.holds))
        self._write(ended, holds)
        self.snapshots.idle.note(document, ended, mapped.malformed)
        fact = _fact(document, ended, holds, as_of=as_of, at=now.isoformat())
        self.journal.append(document.document_id, [fact])
        if document.status_to:
            self.statuses.send([*_news(document, ended, now.isoformat())])
        ends = Counter(line.end.value for line in ended)
        ends[LineEnd.EVIDENCE] += len(document.evidence)
        return Mapping(ends=dict(ends), holds=len(holds))

    def _received_at(self, document: SupplyUsage) -> str:
        """When its bytes came first: every receiver journals that before it enqueues them."""
        received = self.journal.first(document.document_id, "received")
        # Only a journal that was lost meanwhile has none; then this sighting is as good as any.
        return received.fact.at if received else document.received_at

    def _ended(
        self, document: SupplyUsage, mapped: MappedUsage, as_of: str
    ) -> tuple[EndedLine, ...]:
        ids = [line.line_id for line in mapped.lines]
        records = self.parking.records(ids) if ids else {}
        ended, versioned = [], []
        for each in mapped.lines:
            record = records.get(each.line_id)
            line = self._as_released(each, document, record)
            if _has_versions(line, document, record):
                versioned.append(line)
            else:
                ended.append(self._end(line, document, record, as_of))
        if document.snapshot and not document.conflicts_with:
            ended += self.snapshots(document, versioned, records, as_of=as_of)
        return tuple(ended)

    def _as_released(
        self, line: MappedLine, document: SupplyUsage, record: ParkedLine | None
    ) -> MappedLine:
        """A copy of a line that was released before follows the rules that released it."""
        was_released = record is not None and record.state is ParkedState.RELEASED
        if line.effect is not None or not was_released or document.released_at:
            return line
        now = self.clock.now()
        return map_line(line.line, document, self.master, as_of=now.isoformat(), now=now)

    def _end(
        self, line: MappedLine, document: SupplyUsage, record: ParkedLine | None, as_of: str
    ) -> EndedLine:
        if document.conflicts_with:
            held = conflict_hold(line, document, now=self.clock.now())
            return EndedLine(line=line, end=LineEnd.HELD, holds=(held,))
        if line.evidence:
            return self._evidence(line, record)
        if record is not None and record.state in STOPPED:
            return EndedLine(line=line, end=STOPPED[record.state])
        if line.reversal is not None:
            return self._reversal(line, document, record, as_of)
        if line.effect is not None:
            return self._use(line, record)
        parked = parked_line(line, document, now=self.clock.now())
        return EndedLine(line=line, end=LineEnd.HELD, holds=line.holds, parked=parked)

    def _cut(self, mapped: MappedUsage) -> tuple[Hold, ...]:
        """Lines that could not be read, but for those that came whole since and are posted."""
        ids = [hold.line_id for hold in mapped.malformed]
        entries = self.ledger.read(ids) if ids else {}
        posted = {key for key, each in entries.items() if each.state is EffectState.DONE}
        return tuple(hold for hold in mapped.malformed if hold.line_id not in posted)

    def _evidence(self, line: MappedLine, record: ParkedLine | None) -> EndedLine:
        """What it waited for as a use, nobody waits for any more."""
        if record is not None:
            for hold in self.holds.of_line(line.line_id):
                self.holds.close(line.line_id, hold.code, line.evidence)
        return EndedLine(line=line, end=LineEnd.EVIDENCE)

    def _use(self, line: MappedLine, record: ParkedLine | None) -> EndedLine:
        """A line that waits elsewhere is won by this copy, or was cancelled out just now."""
        if record is not None and self.parking.claim(line.line_id) is None:
            return EndedLine(line=line, end=LineEnd.OFFSET)
        return EndedLine(line=line, end=LineEnd.EFFECT, effect=line.effect, holds=line.holds)

    def _reversal(
        self, line: MappedLine, document: SupplyUsage, record: ParkedLine | None, as_of: str
    ) -> EndedLine:
        assert line.reversal is not None  # noqa: S101 - the caller asked
        pairing = self.pair(line.reversal, document, record, as_of=as_of)
        if pairing.is_offset:
            return EndedLine(line=line, end=LineEnd.OFFSET)
        if pairing.effect is not None:
            end = LineEnd.EFFECT
        else:
            end = LineEnd.HELD if pairing.holds else LineEnd.WAITING
        return EndedLine(
            line=line,
            end=end,
            effect=pairing.effect,
            holds=pairing.holds,
            parked=pairing.parked,
        )

    def _write(self, ended: Sequence[EndedLine], holds: Sequence[Hold]) -> None:
        """Holds, then entries, then the keys are read once more.

        What came meanwhile is released.
        """
        if holds:
            self.holds.open(holds)
        parked = [line.parked for line in ended if line.parked]
        if parked:
            self.parking.park(parked)
        effects = [line.effect for line in ended if line.effect]
        if effects:
            self.effects.send(effects)
        keys = dict.fromkeys(key for line in parked for key in line.missing)
        arrived = {key for key in keys if self.release.missing.exists(key)}
        for line in parked:
            for key in arrived.intersection(line.missing):
                self.release.release_line(key, line.line_id, line)


def _holds(ended: Sequence[EndedLine]) -> Iterator[Hold]:
    for line in ended:
        yield from line.holds


def _fact(
    document: SupplyUsage,
    ended: Sequence[EndedLine],
    holds: Sequence[Hold],
    *,
    as_of: str,
    at: str,
) -> JournalFact:
    first = next((each.line.line_id for each in ended), "")
    again = f":{document.released_at}:{first}" if document.released_at else ""
    line_ids = (*(line.line.line_id for line in ended), *(hold.line_id for hold in holds))
    beside = [line.line.beside for line in ended if line.line.beside]
    evidence = [f"{line.number} {line.reason}" for line in document.evidence]
    evidence += [f"{line.line.line.number} {line.line.evidence}" for line in _evident(ended)]
    return JournalFact(
        fact_id=f"mapped:{document.message_id}:{document.chunk}{again}",
        kind="mapped",
        at=at,
        data={
            "message_id": document.message_id,
            "chunk": document.chunk,
            "rules_as_of": as_of,
            "effects": sum(line.end is LineEnd.EFFECT for line in ended),
            "lines": [f"{line.line.line_id} {line.end}" for line in ended],
            "holds": [f"{hold.code} {hold.line_id}" for hold in holds],
            "evidence": evidence,
            "conflicts_with": document.conflicts_with,
            **_standing(document, ended),
        },
        keys=(*dict.fromkeys(lineage_key(line_id) for line_id in line_ids), *dict.fromkeys(beside)),
    )


def _standing(document: SupplyUsage, ended: Sequence[EndedLine]) -> dict[str, object]:
    """By which heads a version is complete: its case's, and those of lines that post nothing.

    Of what is held as well, since a higher version closes that.
    """
    if document.snapshot is None:
        return {}
    idle = (line for line in ended if line.end in (LineEnd.UNCHANGED, LineEnd.SUPERSEDED))
    held = [(each.line.line_id, each.line.line.key) for each in ended if each.end is LineEnd.HELD]
    cut = [(malformed_line_id(each, document), each.key) for each in document.malformed]
    return {
        "version": document.snapshot.version,
        "case": document.case,
        "heads": [line_name(line.line.line.key) for line in idle],
        "held": [f"{line_id} {line_name(key)}" for line_id, key in (*held, *cut) if key],
    }


def _has_versions(line: MappedLine, document: SupplyUsage, record: ParkedLine | None) -> bool:
    """Whether a line is counted version by version: a use that moves stock and may still go on."""
    if document.snapshot is None or document.conflicts_with or line.evidence:
        return False
    is_stopped = record is not None and record.state in STOPPED
    return line.line.direction is Direction.CHARGE and not is_stopped


def _evident(ended: Sequence[EndedLine]) -> Iterator[EndedLine]:
    return (line for line in ended if line.end is LineEnd.EVIDENCE)


def _news(document: SupplyUsage, ended: Sequence[EndedLine], at: str) -> Iterator[StatusNews]:
    """What the source hears of at once; posted and rejected it hears of when that is so."""
    for line in ended:
        if line.end is LineEnd.EFFECT:
            continue
        blocking = [hold for hold in line.holds if hold.kind is HoldKind.BLOCKING]
        yield StatusNews(
            news_id=f"{line.line.line_id}:{line.end}:{document.message_id}",
            source=document.status_to,
            document_id=document.document_id,
            line="/".join(line.line.line.key),
            state=line.end.value,
            at=at,
            code=blocking[0].code if blocking else "",
            detail=blocking[0].detail if blocking else line.line.evidence,
        )
