"""A stock report's lines become facts that positions are read from, or wait for what they lack."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shared.canonical.codec import to_json
from shared.canonical.journal import JournalFact
from shared.canonical.mappable import mappable_from
from shared.canonical.parking import ParkedLine
from shared.canonical.stock import StockFact
from shared.canonical.stock_report import StockReport
from shared.effects.identity import stock_content_hash
from shared.holds.identity import CONFLICT
from shared.mapping.problems import Problem
from shared.mapping.stock import MappedStockLine, StockMapping
from shared.ports.clock import Clock
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.stock_store import StockStore
from shared.workflow.line_ends import STOPPED, LineEnd, place_to_wait
from shared.workflow.mapped_document import Mapping as Counts
from shared.workflow.mapped_document import rules_as_of
from shared.workflow.release_parked import ReleaseParked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """One line, its end, and where it waits if it lacks something by name."""

    mapped: MappedStockLine
    end: LineEnd
    parked: ParkedLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStock:
    """By the rules that stood when the report was first received, however often it comes (PAR5)."""

    journal: Journal
    master: MasterData
    holds: HoldStore
    parking: ParkingLot
    stock: StockStore
    release: ReleaseParked
    clock: Clock

    def __call__(self, report: StockReport) -> Counts:
        """Record one report or chunk.

        Raises:
            ThrottledError: something could not be written; the report is delivered again.
        """
        now = self.clock.now()
        received = (
            None if report.released_at else self.journal.first(report.document_id, "received")
        )
        as_of = rules_as_of(report, received)
        mapping = StockMapping(report=report, master=self.master, as_of=as_of, now=now)
        lines = mapping.lines()
        records = self.parking.records([line.line_id for line in lines])
        refused = self._record(lines, records)
        contents = {
            key: content for key, record in records.items() if (content := _content(record))
        }
        waiting = dict(contents)
        ended = [self._ended(line, mapping, records, refused, waiting) for line in lines]
        self._write(ended)
        for each in ended:
            fact = each.mapped.fact
            if fact and contents.get(each.mapped.line_id) == fact.content_hash:
                self._wait_no_more(records[each.mapped.line_id])
        self.journal.append(report.document_id, [_fact(report, ended, as_of, now.isoformat())])
        ends = Counter(each.end.value for each in ended)
        return Counts(
            document_id=report.document_id,
            message_id=report.message_id,
            ends=dict(ends),
            holds=sum(len(each.mapped.holds) for each in ended),
        )

    def _record(
        self, lines: Sequence[MappedStockLine], records: Mapping[str, ParkedLine]
    ) -> Sequence[StockFact]:
        """Keep the facts; returns those whose line stands with another content."""
        facts = [
            line.fact for line in lines if line.fact and _stopped(records, line.line_id) is None
        ]
        return self.stock.record(facts) if facts else ()

    def _ended(
        self,
        line: MappedStockLine,
        mapping: StockMapping,
        records: Mapping[str, ParkedLine],
        refused: Sequence[StockFact],
        waiting: dict[str, str],
    ) -> _Ended:
        """`waiting` has the content of each line that waits: no other takes its place."""
        stopped = _stopped(records, line.line_id)
        if stopped is not None:
            return _Ended(mapped=replace(line, holds=()), end=stopped)
        if line.fact is None:
            content = stock_content_hash(line.line)
            if waiting.setdefault(line.line_id, content) != content:
                return _in_conflict(line, mapping, "waits")
            return _Ended(mapped=line, end=LineEnd.HELD, parked=_parked(line, mapping))
        if line.fact in refused:
            return _in_conflict(line, mapping, "stands")
        return _Ended(mapped=line, end=LineEnd.RECORDED)

    def _write(self, ended: Sequence[_Ended]) -> None:
        """Holds, then entries, then the keys are read once more (effect-protocol section 8)."""
        holds = [hold for each in ended for hold in each.mapped.holds]
        if holds:
            self.holds.open(holds)
        parked = [each.parked for each in ended if each.parked]
        if parked:
            self.parking.park(parked)
        self.release.look_again(parked)

    def _wait_no_more(self, record: ParkedLine) -> None:
        """What this line waited for as another copy, nobody waits for any more."""
        self.parking.claim(record.line_id)
        for key in record.missing:
            self.parking.leave(key, record.line_id)
        for hold in self.holds.of_line(record.line_id):
            if hold.code != CONFLICT:
                self.holds.close(record.line_id, hold.code, "the line is recorded")


def _stopped(records: Mapping[str, ParkedLine], line_id: str) -> LineEnd | None:
    """How a person, if anyone, ended the line while it waited."""
    record = records.get(line_id)
    return STOPPED.get(record.state) if record else None


def _content(record: ParkedLine) -> str:
    """The content that waits; nothing waits of a line that a person has ended."""
    document = mappable_from(record.payload)
    if record.state in STOPPED or not isinstance(document, StockReport):
        return ""
    (line,) = document.lines
    return stock_content_hash(line)


def _in_conflict(line: MappedStockLine, mapping: StockMapping, how: str) -> _Ended:
    """The same line came with another content; what is known of it stays as it is (USE2)."""
    detail = f"line {line.line_id} {how} with another content"
    hold = mapping.hold(line.line, line.line_id, Problem(code=CONFLICT, detail=detail))
    return _Ended(mapped=replace(line, holds=(hold,)), end=LineEnd.HELD)


def _parked(line: MappedStockLine, mapping: StockMapping) -> ParkedLine | None:
    report = mapping.report
    payload = to_json(report.reduced_to(line.line))
    return place_to_wait(line.line_id, line.holds, report.document_id, payload, now=mapping.now)


def _fact(report: StockReport, ended: Sequence[_Ended], as_of: str, at: str) -> JournalFact:
    """How each line ended, by the rules of which moment."""
    first = ended[0].mapped.line_id if ended else ""
    again = f":{report.released_at}:{first}" if report.released_at else ""
    holds = [hold for each in ended for hold in each.mapped.holds]
    return JournalFact(
        fact_id=f"mapped:{report.message_id}:{report.chunk}{again}",
        kind="mapped",
        at=at,
        data={
            "message_id": report.message_id,
            "chunk": report.chunk,
            "rules_as_of": as_of,
            "effects": 0,
            "lines": [f"{each.mapped.line_id} {each.end}" for each in ended],
            "holds": [f"{hold.code} {hold.line_id}" for hold in holds],
            "evidence": [],
            "places": list(dict.fromkeys(_places(ended))),
        },
    )


def _places(ended: Sequence[_Ended]) -> list[str]:
    facts = [each.mapped.fact for each in ended if each.end is LineEnd.RECORDED]
    return [f"{fact.place} {fact.item}" for fact in facts if fact]
