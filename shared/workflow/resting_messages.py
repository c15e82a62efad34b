"""An HL7 v2 message that no step works on yet: it rests in the journal, and its keys lead to it.

The journal has its keys, its lines in counts and where in the archive it stands, and never what it
says.
"""

from collections.abc import Iterator
from functools import partial

from shared.canonical.appointment import CaseSchedule
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.message import Sighting
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.reading import Document, MessageReading
from shared.workflow.document_chain import DocumentChain
from shared.workflow.receiving import facts_of
from shared.workflow.resting import broken_line_holds, identity, resting_data
from shared.workflow.resting_documents import kind_of, named_in


def resting_message(
    reading: MessageReading,
    header: HeaderFacts,
    document: Document,
    sighting: Sighting,
    case_token: str,
) -> DocumentChain:
    """How a message rests; every sighting of the same bytes has the same document."""
    kind = kind_of(document)
    named = partial(identity, sighting.client.tenant, kind, header.application, header.facility)
    document_id = named(header.control_id, sighting.sha256)
    broken = [line.diagnostic for line in reading.malformed]
    holds = tuple(
        broken_line_holds(sighting, document_id, broken, partial(named, "line", document_id))
    )
    stated = {
        "control_id": header.control_id,
        "message": f"{header.message_code}^{header.trigger_event}",
        "document": kind,
        "lines": line_count(document),
        "malformed": len(broken),
        "evidence": len(reading.evidence),
    }
    data = resting_data(sighting, stated, reading.diagnostics, holds)
    keys = tuple(dict.fromkeys(_keys(header, document, sighting, case_token)))
    return DocumentChain(
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
