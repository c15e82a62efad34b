"""A document's lines become effects, holds, places to wait or evidence; each line exactly one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.canonical.hold import Hold
from shared.canonical.journal import JournalEntry, JournalFact
from shared.canonical.outcome import EffectState
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.usage import Direction, SupplyUsage
from shared.mapping.usage import MappedLine, MappedUsage, map_line, map_usage
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.queues import EffectQueue
from shared.ports.status_queue import StatusQueue
from shared.workflow.line_conflicts import conflict_hold, with_conflicts
from shared.workflow.line_ends import STOPPED, EndedLine, LineEnd, parked_line, put_off
from shared.workflow.mapped_document import (
    MappedDocument,
    Mapping,
    mapped_fact,
    mapped_news,
    rules_as_of,
)
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.snapshot_lines import SnapshotLines, Standing
from shared.workflow.still_missing import doubt_key


@dataclass(frozen=True, slots=True, kw_only=True)
class MapUsage:
    """By the rules that stood when the document was first received, however often it comes.

    A document is begun alone and finished together with others, so that they share their calls.
    """

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
        """Map one document or chunk alone.

        Raises:
            ThrottledError: something could not be written; the document is delivered again.
        """
        (mapping,) = self.finish([self.begin(document)])
        return mapping

    def begin(self, document: SupplyUsage) -> MappedDocument:
        """Map one document or chunk, and write all that its lines come to but effects.

        One after another: what a line holds, waits for or claims stands before the next document
        is begun, which may name the same line.

        Raises:
            ThrottledError: something could not be written; the document is delivered again.
        """
        now = self.clock.now()
        standing = self.snapshots.standing(document) if _counts(document) else None
        if standing is not None and standing.is_doubted:
            return self._put_off(document, now)
        received = None if document.released_at else self._received(document)
        as_of = rules_as_of(document, received)
        mapped = map_usage(document, self.master, as_of=as_of, now=now)
        ended = self._ended(document, mapped, standing, as_of)
        holds = tuple(with_conflicts((*_holds(ended), *self._cut(mapped)), self.holds))
        begun = MappedDocument(
            document=document,
            ended=ended,
            holds=holds,
            as_of=as_of,
            at=now.isoformat(),
            received=received,
        )
        self._write(begun)
        self.snapshots.idle.note(document, ended, mapped.malformed)
        return begun

    def finish(self, begun: Sequence[MappedDocument]) -> Sequence[Mapping]:
        """Send the effects of all, and only then tell the journal that they are mapped.

        Nobody reads whether an effect was sent: a line that waited was claimed before, and its
        reversal waits until it is posted. So effects may be sent as late as this.

        Raises:
            ThrottledError: something could not be written; finish or deliver all of them again.
        """
        effects = [effect for each in begun for effect in each.effects]
        if effects:
            self.effects.send(effects)
        facts = defaultdict[str, list[JournalFact]](list)
        for each in begun:
            if not each.is_put_off:
                facts[each.document.document_id].append(mapped_fact(each))
        first = {each.document.document_id: each.received for each in begun if each.received}
        if facts:
            self.journal.append_all(facts, after=first)
        news = [told for each in begun for told in mapped_news(each)]
        if news:
            self.statuses.send(news)
        return [each.counts for each in begun]

    def _put_off(self, document: SupplyUsage, now: datetime) -> MappedDocument:
        """A version waits whole for the end of a recovery, as it came (RecallVersions)."""
        waiting = put_off(document, doubt_key(self.snapshots.target), now=now)
        self.parking.park([waiting])
        self.release.look_again([waiting])
        return MappedDocument(
            document=document,
            ended=(),
            holds=(),
            as_of="",
            at=now.isoformat(),
            received=None,
            is_put_off=True,
        )

    def _received(self, document: SupplyUsage) -> JournalEntry | None:
        """That its bytes came first: every receiver journals that before it enqueues them."""
        return self.journal.first(document.document_id, "received")

    def _ended(
        self, document: SupplyUsage, mapped: MappedUsage, standing: Standing | None, as_of: str
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
        if standing is not None:
            ended += self.snapshots(document, versioned, records, standing, as_of=as_of)
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

    def _write(self, begun: MappedDocument) -> None:
        """Holds, then entries, then the keys are read once more."""
        if begun.holds:
            self.holds.open(begun.holds)
        if begun.parked:
            self.parking.park(begun.parked)
        self.release.look_again(begun.parked)


def _holds(ended: Sequence[EndedLine]) -> Iterator[Hold]:
    for line in ended:
        yield from line.holds


def _counts(document: SupplyUsage) -> bool:
    """Whether it is a version of its case."""
    return document.snapshot is not None and not document.conflicts_with


def _has_versions(line: MappedLine, document: SupplyUsage, record: ParkedLine | None) -> bool:
    """Whether a line is counted version by version: a use that moves stock and may still go on."""
    if not _counts(document) or line.evidence:
        return False
    is_stopped = record is not None and record.state in STOPPED
    return line.line.direction is Direction.CHARGE and not is_stopped
