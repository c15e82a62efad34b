"""MSH: who sends, what, under which number."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.usage import SourceSystem
from shared.formats.bounds import IDENTIFIER_LIMIT
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.delimiters import Delimiters
from shared.formats.hl7v2.message import Message, Segment
from shared.formats.making import made

_ROUTING = (3, 4, 5, 6)
_CONTROL_ID = 10


@dataclass(frozen=True, kw_only=True)
class HeaderFacts:
    """What MSH says. `routing` (MSH-3 to 6), `control_field` and `charset` are as written.

    Application and facility are the namespace of an HD, else its universal id.
    """

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
    byte: int

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(segment="MSH", byte=self.byte)

    @property
    def source(self) -> SourceSystem:
        """Who says so."""
        return SourceSystem(application=self.application, facility=self.facility)


def header_of(message: Message) -> HeaderFacts | None:
    """The header's facts, as far as they can be read; None if the envelope cannot be."""
    if message.delimiters is None or not message.texts:
        return None
    msh = Segment(message, 0)
    return made(
        HeaderFacts,
        {
            "application": msh.value(3) or msh.value(3, 2),
            "facility": msh.value(4) or msh.value(4, 2),
            "control_id": msh.value(_CONTROL_ID),
            "message_code": msh.value(9).upper(),
            "trigger_event": msh.value(9, 2).upper(),
            "version": msh.value(12),
            "processing_id": msh.value(11),
            "routing": (msh.raw(3), msh.raw(4), msh.raw(5), msh.raw(6)),
            "control_field": msh.raw(_CONTROL_ID),
            "charset": msh.raw(18),
            "delimiters": message.delimiters,
            "codec": msh.codec,
            "byte": message.first_byte,
        },
    )


def what_stops(message: Message, header: HeaderFacts, kind: Diagnostic | None) -> Diagnostic | None:
    """The first thing in the envelope that stops the message; `kind` is about what it is."""
    named = (header.routing[0], header.routing[1], header.control_field)
    is_sound = header.application and header.facility and message.names.count("MSH") == 1
    if is_sound and kind is None and max(map(len, named)) <= IDENTIFIER_LIMIT:
        return None
    return next(_stopping(message, header, kind), None)


def notes_of(message: Message, header: HeaderFacts, *, is_production: bool) -> list[Diagnostic]:
    """What of the envelope is worth telling."""
    notes = []
    if not header.control_id:
        notes.append(finding("CONTROL_ID_MISSING", Segment(message, 0).position(_CONTROL_ID)))
    if is_production and header.processing_id != "P":
        at = Segment(message, 0).position(11)
        notes.append(finding("NOT_PRODUCTION", at, header.processing_id))
    return notes


def _stopping(
    message: Message, header: HeaderFacts, kind: Diagnostic | None
) -> Iterator[Diagnostic]:
    msh = Segment(message, 0)
    for field in (*_ROUTING[:2], _CONTROL_ID):
        if len(msh.raw(field)) > IDENTIFIER_LIMIT:
            yield finding("HEADER_TOO_LONG", msh.position(field))
    if kind:
        yield kind
    for field, stated in zip(_ROUTING, (header.application, header.facility), strict=False):
        if not stated:
            yield finding("SENDER_MISSING", msh.position(field))
    if message.names.count("MSH") > 1:
        yield finding("MESSAGES_SEVERAL", list(message.named("MSH"))[1].position())
