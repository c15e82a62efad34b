"""The same line id with other content is a CONFLICT of its own.

What stands stays as it is (USE2).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.canonical.codec import to_json
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.usage import SupplyUsage
from shared.holds.identity import CONFLICT
from shared.holds.opening import HoldFacts, hold_for
from shared.mapping.usage import MappedLine
from shared.ports.hold_store import HoldStore


def with_conflicts(holds: Sequence[Hold], store: HoldStore) -> Iterator[Hold]:
    """The holds to open, where one whose line is held already with other content is a CONFLICT."""
    for hold in holds:
        standing = store.of_line(hold.line_id) if _is_whole(hold) else ()
        other = (each for each in standing if each.content_hash != hold.content_hash)
        yield _in_conflict(hold) if any(map(_is_whole, other)) else hold


def conflict_hold(
    line: MappedLine, document: SupplyUsage, *, now: datetime, detail: str = ""
) -> Hold:
    """A line, or its whole document, that came under an id which belongs to other content."""
    facts = HoldFacts(
        line_id=line.line_id,
        document_id=document.document_id,
        message_id=document.message_id,
        position=str(line.line.position),
        detail=detail or f"came under id {document.conflicts_with}, which had other content before",
        facility=line.line.facility,
        content_hash=line.content_hash,
        payload=to_json(document.reduced_to(line.line)),
    )
    return hold_for(CONFLICT, facts, now=now)


def _is_whole(hold: Hold) -> bool:
    """It blocks, and the content of its line is known: a cut line conflicts with nothing."""
    is_blocking = hold.kind is HoldKind.BLOCKING and hold.code != CONFLICT
    return is_blocking and bool(hold.content_hash)


def _in_conflict(hold: Hold) -> Hold:
    facts = HoldFacts(
        line_id=hold.line_id,
        document_id=hold.document_id,
        message_id=hold.message_id,
        position=hold.position,
        detail=f"other content under a line id that is held already ({hold.code})",
        facility=hold.facility,
        amount=hold.amount,
        content_hash=hold.content_hash,
        payload=hold.payload,
    )
    return hold_for(CONFLICT, facts, now=hold.opened_at)
