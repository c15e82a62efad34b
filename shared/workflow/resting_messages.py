"""An HL7 v2 message that no step works on yet: it rests in the journal, and its keys lead to it.

The journal has its keys, its lines in counts and where in the archive it stands, and never what it
says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from shared.canonical.appointment import CaseSchedule
from shared.canonical.hold import Hold
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.journal import JournalFact
from shared.canonical.message import Sighting
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.reading import Document, MessageReading
from shared.workflow.receiving import TOLD_DIAGNOSTICS
from shared.workflow.resting import broken_line_holds, facts_of, identity
from shared.workflow.resting_documents import kind_of, named_in


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingMessage:
    """One chain of the journal, what it is told, and what waits for a person."""

    document_id: str
    facts: tuple[JournalFact, ...]
    holds: tuple[Hold, ...]


def resting_message(
    reading: MessageReading,
    header: HeaderFacts,
    document: Document,
    sighting: Sighting,
    case_token: str,
) -> RestingMessage:
    """How a message rests; every sighting of the same bytes has the same document."""
    kind = kind_of(document)
    named = partial(identity, sighting.client.tenant, kind, header.application, header.facility)
    document_id = named(header.control_id, sighting.sha256)
    broken = [line.diagnostic for line in reading.malformed]
    holds = tuple(
        broken_line_holds(sighting, document_id, broken, partial(named, "line", document_id))
    )
    data = {
        "message_id": sighting.message_id,
        "raw_key": sighting.key,
        "sha256": sighting.sha256,
        "client_id": sighting.client.client_id,
        "control_id": header.control_id,
        "message": f"{header.message_code}^{header.trigger_event}",
        "document": kind,
        "lines": line_count(document),
        "malformed": len(broken),
        "evidence": len(reading.evidence),
        "rests": True,
        "diagnostics": [
            f"{found.code} {found.position}" for found in reading.diagnostics[:TOLD_DIAGNOSTICS]
        ],
        "holds": [f"{hold.code} {hold.line_id}" for hold in holds],
    }
    keys = tuple(dict.fromkeys(_keys(header, document, sighting, case_token)))
    return RestingMessage(
        document_id=document_id, facts=facts_of(sighting, "received", data, keys), holds=holds
    )


def line_count(document: Document) -> int:
    """How many lines could be read; a case is one."""
    match document:
        case CaseSchedule():
            return 1
        case ItemMasterUpdate():
            return len(document.items)
        case _:
            return len(document.lines)


def _keys(
    header: HeaderFacts, document: Document, sighting: Sighting, case_token: str
) -> Iterator[str]:
    yield f"correlation:{sighting.message_id}"
    if header.control_id:
        yield f"control:{header.control_id}"
    if case_token:
        yield f"case:{case_token}"
    yield from (f"{kind}:{value}" for kind, value in named_in(document) if value)
