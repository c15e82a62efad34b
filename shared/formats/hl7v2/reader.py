"""HL7 v2 from bytes to canonical documents. Pure, positioned, never raising on bad input."""

from collections.abc import Iterator

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.chunks import Source
from shared.formats.hl7v2.batches import Batches, pieces
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.framing import frame_text
from shared.formats.hl7v2.header import HeaderFacts, header_of, notes_of, what_stops
from shared.formats.hl7v2.message import Message, Segment, parsed
from shared.formats.hl7v2.patients import patient_of
from shared.formats.hl7v2.reading import Document, MessageReading, PlacedReading, ReadContext
from shared.formats.hl7v2.structures import BY_EVENT, CODES
from shared.formats.making import made
from shared.formats.patient_identifiers import NOBODY

_DEFAULT_CONTEXT = ReadContext()


def read(
    source: Source, context: ReadContext = _DEFAULT_CONTEXT
) -> Iterator[Diagnostic | Document]:
    """Read a file of messages: of each its findings, then its document if it is not refused."""
    for each in follow(source, context):
        if isinstance(each, Diagnostic):
            yield each
            continue
        yield from each.diagnostics
        if each.document is not None:
            yield each.document


def follow(
    source: Source, context: ReadContext = _DEFAULT_CONTEXT
) -> Iterator[Diagnostic | MessageReading]:
    """Read a file of messages, each on its own, and the findings of its batches."""
    for each in placed(source, context):
        yield each.reading if isinstance(each, PlacedReading) else each


def placed(
    source: Source, context: ReadContext = _DEFAULT_CONTEXT
) -> Iterator[Diagnostic | PlacedReading]:
    """As `follow`, with the place of each message."""
    batches, end = Batches(), 0
    for piece in pieces(source):
        end = piece.byte + len(piece.text)
        if piece.is_message:
            batches.message()
            reading = read_parsed(Message(frame_text(piece.text, piece.byte)), context)
            yield PlacedReading(piece.byte, end, reading)
        else:
            yield from batches.mark(piece)
    yield from batches.ended(end)


def read_message(body: bytes, context: ReadContext = _DEFAULT_CONTEXT) -> MessageReading:
    """Read one message. A bad line is held with its position and rule while the rest goes on."""
    return read_parsed(parsed(body), context)


def read_parsed(message: Message, context: ReadContext) -> MessageReading:
    """Read a message that is cut into segments."""
    header = header_of(message)
    if header is None or not message.is_readable:
        return MessageReading(header=header, diagnostics=message.diagnostics)
    structure = BY_EVENT.get((header.message_code, header.trigger_event))
    stopping = what_stops(message, header, None if structure else _unknown(message, header))
    if stopping or structure is None:
        found = (stopping,) if stopping else ()
        return MessageReading(header=header, diagnostics=(*message.diagnostics, *found))
    notes = notes_of(message, header, is_production=context.is_production)
    patient, about_patients = patient_of(message) if structure.names_one_patient else (NOBODY, [])
    before = (*message.diagnostics, *notes, *about_patients)
    if before and any(found.severity is Severity.MESSAGE for found in before):
        return MessageReading(header=header, diagnostics=before)
    document, diagnostics = structure.read(message, header, context.profile)
    return made(
        MessageReading,
        {
            "header": header,
            "diagnostics": (*before, *diagnostics),
            "document": document,
            "is_posted": structure.is_posted,
            "patient": patient,
        },
    )


def _unknown(message: Message, header: HeaderFacts) -> Diagnostic:
    """Nobody reads such a message: by its type, else by its event."""
    msh = Segment(message, 0)
    if header.message_code not in CODES:
        return finding("MESSAGE_TYPE_UNSUPPORTED", msh.position(9, 1), header.message_code)
    return finding("EVENT_UNSUPPORTED", msh.position(9, 2), header.trigger_event)
