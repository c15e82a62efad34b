"""Whether a stored sighting has led to all that it must: asked of the journal and the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.canonical.journal import JournalEntry, JournalFact
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.formats.partners import SPOKEN
from shared.mapping.snapshots import is_gone
from shared.ports.effect_ledger import EffectLedger
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.parking import ParkingLot
from shared.ports.snapshot_heads import SnapshotHeads
from shared.ports.stock_store import StockStore
from shared.workflow.file_facts import MESSAGES, SOURCE
from shared.workflow.line_ends import LineEnd, texts, told_ends

ON_ITS_WAY = frozenset({EffectState.FREE, EffectState.SENT})
STANDS_ELSEWHERE = frozenset(
    {LineEnd.EVIDENCE, LineEnd.RECORDED, LineEnd.UNCHANGED, LineEnd.SUPERSEDED}
)
DECIDED = frozenset({"hold_closed"})
DUPLICATE = "duplicate"  # a webhook told again: its first telling carries the documents
FILE_CHAIN = "file:"
FILE_SOURCES = frozenset({SOURCE, MESSAGES, *SPOKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passed:
    """A version (USE4): whether its heads stand, and its held lines that nobody needs any more."""

    is_counted: bool
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Compares with the ledger, not with the ERP: else rows of the ledger would stay lost.

    It says no where it cannot know: driving a complete sighting again does no harm.
    """

    journal: Journal
    ledger: EffectLedger
    holds: HoldStore
    parking: ParkingLot
    heads: SnapshotHeads
    stock: StockStore

    def __call__(self, key: str) -> bool:
        """Whether nothing of the sighting under an archive key is missing."""
        _, source, _, message_id = key.split("/")
        documents = self.journal.find(f"correlation:{message_id}")
        if source in FILE_SOURCES and not any(each.startswith(FILE_CHAIN) for each in documents):
            return False  # the file's own fact is written last
        is_whole = message_id in documents
        return bool(documents) and all(
            self._stands(self.journal.read(document_id), message_id, is_whole=is_whole)
            for document_id in documents
        )

    def _stands(self, chain: Sequence[JournalEntry], message_id: str, *, is_whole: bool) -> bool:
        """`is_whole`: the sighting has a chain of its own, which a Bundle is told in last."""
        told = [entry.fact for entry in chain if entry.fact.data.get("message_id") == message_id]
        is_part = any("entry" in fact.data for fact in told)
        return (is_whole or not is_part) and self._is_complete(told, chain)

    def _is_complete(self, told: Sequence[JournalFact], chain: Sequence[JournalEntry]) -> bool:
        if any(fact.kind in ("rejected", "file") or fact.data.get("rests") for fact in told):
            return self._all_held(told, chain)
        received = [fact for fact in told if fact.kind == "received"]
        if not received:
            return False
        if received[-1].data.get("webhook") == DUPLICATE:
            return True
        mapped = [fact for fact in told if fact.kind == "mapped"]
        ends = told_ends(mapped)
        if not mapped or len(ends) < _lines(received[-1]) or not self._all_held(received, chain):
            return False
        versions = [self._passed(fact) for fact in mapped if "case" in fact.data]
        if not all(passed.is_counted for passed in versions):
            return False
        for passed in versions:
            for line_id in passed.idle:
                ends.pop(line_id, None)
        return self._all_stand(ends, chain)

    def _all_held(self, told: Sequence[JournalFact], chain: Sequence[JournalEntry]) -> bool:
        """Whether each hold that these facts name is open, or was decided by a person."""
        decided = _decided(chain)
        named = (hold for fact in told for hold in texts(fact.data.get("holds", ())))
        lines = (hold.split(" ", 1)[1] for hold in named)
        return all(line in decided or self.holds.of_line(line) for line in lines)

    def _passed(self, mapped: JournalFact) -> _Passed:
        """Whether a version's heads stand, and which of its held lines a higher one has passed."""
        version, case_id = int(str(mapped.data["version"])), str(mapped.data["case"])
        counted = texts(mapped.data["heads"])
        held = dict(each.split(" ", 1) for each in texts(mapped.data["held"]))
        case, heads = self.heads.read(case_id, [*counted, *held.values()])
        passed = {
            name
            for name in (*counted, *held.values())
            if is_gone(case, name, version) or (name in heads and heads[name].version >= version)
        }
        return _Passed(
            is_counted=case is not None and passed.issuperset(counted),
            idle=tuple(line_id for line_id, name in held.items() if name in passed),
        )

    def _all_stand(self, ends: Mapping[str, str], chain: Sequence[JournalEntry]) -> bool:
        """Whether each line's end has its record: effect, hold, place to wait, or decision."""
        recorded = {line_id for line_id, end in ends.items() if end == LineEnd.RECORDED}
        if recorded and not self.stock.known(recorded) >= recorded:
            return False
        must_stand = [line_id for line_id, end in ends.items() if end not in STANDS_ELSEWHERE]
        posted = self.ledger.read(must_stand) if must_stand else {}
        waiting = self.parking.records(must_stand) if must_stand else {}
        decided = _decided(chain)
        document_id = chain[0].document_id
        return all(
            _is_settled(posted.get(line_id), document_id)
            or (
                ends[line_id] != LineEnd.EFFECT
                and (line_id in waiting or line_id in decided or bool(self.holds.of_line(line_id)))
            )
            for line_id in must_stand
        )


def _decided(chain: Sequence[JournalEntry]) -> set[object]:
    facts = (entry.fact for entry in chain)
    return {fact.data.get("line_id") for fact in facts if fact.kind in DECIDED}


def _is_settled(entry: LedgerEntry | None, document_id: str) -> bool:
    """Final, a person's, or owed another attempt by the sweeper.

    Of another document's effect under the same line id nobody knows here whether it has the same
    content, or whether this one was a CONFLICT whose hold is lost.
    """
    if entry is None or entry.effect.document_id != document_id:
        return False
    return entry.state not in ON_ITS_WAY or entry.next_at is not None


def _lines(received: JournalFact) -> int:
    return int(str(received.data.get("lines", 0)))
