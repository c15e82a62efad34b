"""MSH: who sends, what, under which number."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.bounds import IDENTIFIER_LIMIT
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.framing import Delimiters
from shared.formats.hl7v2.message import Message, Segment

_ROUTING = (3, 4, 5, 6)
_CONTROL_ID = 10
_MESSAGE, _EVENTS = "DFT", ("P03",)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFacts:
    """What MSH says. `routing` (MSH-3 to 6), `control_field` and `charset` are as written."""

    application: str
    facility: str
    control_id: str
    message_code: str
    trigger_event: str
    version: str
    processing_id: str
    routing: tuple[str, str, str, str]
    control_field: str
    charset: str
    delimiters: Delimiters
    codec: str
    position: Position


def header_of(message: Message) -> HeaderFacts | None:
    """The header's facts, as far as they can be read; None if the envelope cannot be."""
    if message.delimiters is None or not message.segments:
        return None
    msh = message.segments[0]
    return HeaderFacts(
        application=_name(msh, 3),
        facility=_name(msh, 4),
        control_id=msh.value(_CONTROL_ID),
        message_code=msh.value(9).upper(),
        trigger_event=msh.value(9, 2).upper(),
        version=msh.value(12),
        processing_id=msh.value(11),
        routing=(msh.raw(3), msh.raw(4), msh.raw(5), msh.raw(6)),
        control_field=msh.raw(_CONTROL_ID),
        charset=msh.raw(18),
        delimiters=message.delimiters,
        codec=msh.codec,
        position=msh.position(),
    )


def header_findings(
    message: Message, header: HeaderFacts, *, is_production: bool
) -> list[Diagnostic]:
    """What is wrong with the envelope: the first thing that stops the message, or notes."""
    msh = message.segments[0]
    stopping = next(_stopping(message, header, msh), None)
    return [stopping] if stopping else list(_notes(header, msh, is_production=is_production))


def _stopping(message: Message, header: HeaderFacts, msh: Segment) -> Iterator[Diagnostic]:
    for field in (*_ROUTING[:2], _CONTROL_ID):
        if len(msh.raw(field)) > IDENTIFIER_LIMIT:
            yield finding("HEADER_TOO_LONG", msh.position(field))
    if header.message_code != _MESSAGE:
        yield finding("MESSAGE_TYPE_UNSUPPORTED", msh.position(9, 1), header.message_code)
    if header.trigger_event not in _EVENTS:
        yield finding("EVENT_UNSUPPORTED", msh.position(9, 2), header.trigger_event)
    for field, stated in zip(_ROUTING, (header.application, header.facility), strict=False):
        if not stated:
            yield finding("SENDER_MISSING", msh.position(field))
    for other in list(message.named("MSH"))[1:]:
        yield finding("MESSAGES_SEVERAL", other.position())


def _notes(header: HeaderFacts, msh: Segment, *, is_production: bool) -> Iterator[Diagnostic]:
    if not header.control_id:
        yield finding("CONTROL_ID_MISSING", msh.position(_CONTROL_ID))
    if is_production and header.processing_id != "P":
        yield finding("NOT_PRODUCTION", msh.position(11), header.processing_id)


def _name(msh: Segment, field: int) -> str:
    """The namespace of an HD, else its universal id."""
    return msh.value(field) or msh.value(field, 2)
