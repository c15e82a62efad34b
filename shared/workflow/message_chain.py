"""One HL7 v2 message on its way in: uses go on to be mapped, other documents rest."""

from shared.canonical.message import ClientScope, Sighting
from shared.errors import LedgerwardError
from shared.formats.bounds import IDENTIFIER_LIMIT
from shared.formats.hl7v2.documents import chunked
from shared.formats.hl7v2.reading import MessageReading, ReadContext
from shared.ports.tokens import Tokenizer
from shared.workflow.document_chain import DocumentChain
from shared.workflow.receiving import ReadFacts, sighting_facts
from shared.workflow.resting_messages import resting_message

_BY_STANDARD = ReadContext()


def message_chain(
    reading: MessageReading, sighting: Sighting, tokens: Tokenizer, *, refused_id: str
) -> DocumentChain:
    """What the journal is told of a message; one that is refused under the id given for it."""
    header, patient = reading.header, reading.patient
    case_token = tokens.token("case", patient.case)
    if header and reading.document and not reading.is_posted:
        return resting_message(reading, header, reading.document, sighting, case_token)
    documents = chunked(
        reading,
        sighting,
        case_token=case_token,
        patient_token=tokens.token("patient", patient.patient),
    )
    control_id = header.control_id if header else ""
    if len(control_id) > IDENTIFIER_LIMIT:  # refused for it: no key is as long
        control_id = ""
    read = ReadFacts(control_id=control_id, diagnostics=reading.diagnostics)
    return DocumentChain(
        document_id=documents[0].document_id if documents else refused_id,
        facts=sighting_facts(sighting, documents, read),
        documents=documents,
    )


def context_of(client: ClientScope) -> ReadContext:
    """By what a client's messages are read; most write as the standard does.

    Raises:
        LedgerwardError: its registration names a profile that there is not.
    """
    found = _context(client.hl7v2_profile)
    if found is None:
        name = client.hl7v2_profile
        raise LedgerwardError(f"client {client.client_id} has HL7 v2 profile {name}, which is none")
    return found


def has_profile(client: ClientScope) -> bool:
    """Whether there is what its registration names."""
    return _context(client.hl7v2_profile) is not None


def _context(profile: str) -> ReadContext | None:
    if not profile:
        return _BY_STANDARD
    from shared.formats.hl7v2.loading import find_profile  # noqa: PLC0415 - few senders have one

    found = find_profile(profile)
    return None if found is None else ReadContext(profile=found)
