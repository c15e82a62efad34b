"""What became of a document, and what its journal and its source are told of that."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.canonical.effect import Effect
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.journal import JournalEntry, JournalFact
from shared.canonical.mappable import MappableDocument
from shared.canonical.parking import ParkedLine
from shared.canonical.snapshot import line_name
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import lineage_key
from shared.mapping.line_holds import malformed_line_id
from shared.ports.status_queue import StatusNews
from shared.workflow.line_ends import EndedLine, LineEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What became of a document, in counts of lines by their end, and of holds."""

    document_id: str
    message_id: str
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
class MappedDocument:
    """A document of which all stands but what it sends, and what the journal says of it.

    `as_of` is the moment of its rules and `at` that of its mapping, both ISO 8601; `received` is
    the entry of its journal that told the first, if it was read. One that is put off was not
    mapped: it waits as it came, and there is nothing to tell of it.
    """

    document: SupplyUsage
    ended: tuple[EndedLine, ...]
    holds: tuple[Hold, ...]
    as_of: str
    at: str
    received: JournalEntry | None
    is_put_off: bool = False

    @property
    def effects(self) -> Sequence[Effect]:
        """What goes on to the target."""
        return [line.effect for line in self.ended if line.effect]

    @property
    def parked(self) -> Sequence[ParkedLine]:
        """What waits for something by name."""
        return [line.parked for line in self.ended if line.parked]

    @property
    def counts(self) -> Mapping:
        """What became of it."""
        ends = Counter(line.end.value for line in self.ended)
        ends[LineEnd.EVIDENCE] += len(self.document.evidence)
        return Mapping(
            document_id=self.document.document_id,
            message_id=self.document.message_id,
            ends=dict(ends),
            holds=len(self.holds),
        )


def rules_as_of(document: MappableDocument, received: JournalEntry | None) -> str:
    """The moment whose rules a document follows: when it was released, or first received."""
    if document.released_at:
        return document.released_at
    # Only a journal that was lost meanwhile has none; then this sighting is as good as any.
    return received.fact.at if received else document.received_at


def mapped_fact(begun: MappedDocument) -> JournalFact:
    """How each line ended, by the rules of which moment; found by each line's id."""
    document, ended = begun.document, begun.ended
    first = next((each.line.line_id for each in ended), "")
    again = f":{document.released_at}:{first}" if document.released_at else ""
    line_ids = (*(line.line.line_id for line in ended), *(hold.line_id for hold in begun.holds))
    beside = [line.line.beside for line in ended if line.line.beside]
    evidence = [f"{line.number} {line.reason}" for line in document.evidence]
    evidence += [f"{line.line.line.number} {line.line.evidence}" for line in _evident(ended)]
    return JournalFact(
        fact_id=f"mapped:{document.message_id}:{document.chunk}{again}",
        kind="mapped",
        at=begun.at,
        data={
            "message_id": document.message_id,
            "chunk": document.chunk,
            "rules_as_of": begun.as_of,
            "effects": sum(line.end is LineEnd.EFFECT for line in ended),
            "lines": [f"{line.line.line_id} {line.end}" for line in ended],
            "holds": [f"{hold.code} {hold.line_id}" for hold in begun.holds],
            "evidence": evidence,
            "conflicts_with": document.conflicts_with,
            **_standing(document, ended),
        },
        keys=(*dict.fromkeys(lineage_key(line_id) for line_id in line_ids), *dict.fromkeys(beside)),
    )


def mapped_news(begun: MappedDocument) -> Iterator[StatusNews]:
    """What the source hears of at once; posted and rejected it hears of when that is so."""
    document = begun.document
    for line in begun.ended if document.status_to else ():
        if line.end is LineEnd.EFFECT:
            continue
        blocking = [hold for hold in line.holds if hold.kind is HoldKind.BLOCKING]
        yield StatusNews(
            news_id=f"{line.line.line_id}:{line.end}:{document.message_id}",
            source=document.status_to,
            document_id=document.document_id,
            line="/".join(line.line.line.key),
            state=line.end.value,
            at=begun.at,
            code=blocking[0].code if blocking else "",
            detail=blocking[0].detail if blocking else line.line.evidence,
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


def _evident(ended: Sequence[EndedLine]) -> Iterator[EndedLine]:
    return (line for line in ended if line.end is LineEnd.EVIDENCE)
