"""From any business key, the chain both ways: message, document, effect, ERP document, GL line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.canonical.hold import Hold
from shared.canonical.journal import JournalEntry, first_break
from shared.canonical.outcome import LedgerEntry
from shared.effects.identity import is_named, lineage_key_of
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import BookedLine, BookedMove, ErpBooks
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.workflow.line_ends import texts, told_ends

KEY_KINDS = (
    "control",  # HL7 MSH-10; interchange/group/set of EDI
    "correlation",  # one sighting
    "transaction",  # the source's own: FT1-2, a cabinet's transaction, an event's document
    "file",
    "item",  # of a request or delivery of FHIR
    "resource",  # an entry of a Bundle of FHIR; one that came alone has its message's id
    "case",
    "lot",
    "serial",
    "interchange",  # ISA13 or UNB 0020, theirs and ours
    "group",  # of ours, which an acknowledgement answers
    "purchase_order",
    "supplier_order",
    "shipment",
    "invoice",
    "payment",
    "catalogue",
    "stock_report",
)
MOST_DOCUMENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedEffect:
    """One effect with what the ERP's own tables hold for it."""

    entry: LedgerEntry
    moves: tuple[BookedMove, ...]
    lines: tuple[BookedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedDocument:
    """One document: its journal (sightings among it), its lines' effects, and what waits."""

    document_id: str
    found_by: str
    entries: tuple[JournalEntry, ...]
    chain_breaks_at: int | None
    effects: tuple[TracedEffect, ...]
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What a key leads to. Of a silent ERP there are neither moves nor lines, nor its numbers."""

    documents: tuple[TracedDocument, ...]
    erp_is_silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLineage:
    """Reads only; the ledger item is the truth, the journal tells how it came about.

    The numbers that the ERP gave lead nowhere here: its own books say whose they are.
    """

    journal: Journal
    ledger: EffectLedger
    holds: HoldStore
    books: ErpBooks

    def __call__(self, key: str) -> Lineage:
        """Every document that the key leads to, at most 50; none if it leads nowhere."""
        found: dict[str, str] = {}
        references = self._references(key)
        for kind, document_id in self._found(key, references or ()):
            found.setdefault(document_id, kind)
        chosen = list(found.items())[:MOST_DOCUMENTS]
        is_silent = references is None
        return Lineage(
            documents=tuple(
                self._document(document_id, kind, with_books=not is_silent)
                for document_id, kind in chosen
            ),
            erp_is_silent=is_silent,
        )

    def _references(self, number: str) -> tuple[str, ...] | None:
        """What the ERP knows under a number of its own; None if it could not be asked."""
        try:
            return self.books.references(number)
        except (NotWrittenError, OutcomeUnknownError):
            return None

    def _found(self, key: str, references: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Documents with the kind of key that leads to each; a document's own id needs none."""
        if self.journal.read(key):
            yield "document", key
        for kind in KEY_KINDS:
            for document_id in self.journal.find(f"{kind}:{key}"):
                yield kind, document_id
        for document_id in self._of_effect(key):
            yield "effect", document_id
        for reference in references:
            for document_id in self._of_effect(reference):
                yield "erp", document_id

    def _of_effect(self, name: str) -> Iterator[str]:
        """Documents with a line under this effect id, or under this reference of one."""
        key = lineage_key_of(name)
        for document_id in self.journal.find(key) if key else ():
            entries = self.journal.read(document_id)
            if any(is_named(line_id, name) for line_id in _line_ids(entries)):
                yield document_id

    def _document(self, document_id: str, found_by: str, *, with_books: bool) -> TracedDocument:
        entries = self.journal.read(document_id)
        line_ids = _line_ids(entries)
        return TracedDocument(
            document_id=document_id,
            found_by=found_by,
            entries=entries,
            chain_breaks_at=first_break(entries),
            effects=self._effects(line_ids, with_books=with_books),
            holds=tuple(hold for line_id in line_ids for hold in self.holds.of_line(line_id)),
        )

    def _effects(self, line_ids: tuple[str, ...], *, with_books: bool) -> tuple[TracedEffect, ...]:
        entries = self.ledger.read(line_ids) if line_ids else {}
        booked = entries.values() if with_books else ()
        references = [entry.document.reference for entry in booked if entry.document]
        moves = list(self.books.moves(references=references)) if references else []
        lines = list(self.books.lines(references=references)) if references else []
        return tuple(
            _traced(entries[line_id], moves, lines) for line_id in line_ids if line_id in entries
        )


def _line_ids(entries: tuple[JournalEntry, ...]) -> tuple[str, ...]:
    """Lines that were mapped, then those that were held on arrival."""
    mapped = told_ends([entry.fact for entry in entries if entry.fact.kind == "mapped"])
    unmapped = [
        entry.fact.data.get("holds", ()) for entry in entries if entry.fact.kind != "mapped"
    ]
    held = (each.split(" ", 1)[1] for holds in unmapped for each in texts(holds))
    return tuple(dict.fromkeys((*mapped, *held)))


def _traced(entry: LedgerEntry, moves: list[BookedMove], lines: list[BookedLine]) -> TracedEffect:
    reference = entry.document.reference if entry.document else ""
    return TracedEffect(
        entry=entry,
        moves=tuple(move for move in moves if move.reference == reference),
        lines=tuple(line for line in lines if line.reference == reference),
    )
