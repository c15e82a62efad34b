"""The HL7 ACK: a pure function of what MSH said and what the reader found.

Original mode is spoken to every sender: AA says that the message is durable, with a warning for
each held line; AE and AR say that nothing of it was taken, and why. It never says "posted".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.bounds import IDENTIFIER_LIMIT
from shared.formats.hl7v2.codes import DIAGNOSTIC_CODES
from shared.formats.hl7v2.costing import AckCode
from shared.formats.hl7v2.delimiters import STANDARD_DELIMITERS, Delimiters
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.names import NAME_LENGTH

CONTENT_TYPE = "application/hl7-v2"
ERROR_LIMIT = 100  # ERR segments; what is over them stands in the journal
_VERSION = "2.5.1"  # ours, where the sender states none
_SEGMENT_END = "\r"
_UNREAD = "latin-1"  # how an envelope is read whose character set is not
_CONDITIONS = {
    100: "Segment sequence error",
    101: "Required field missing",
    102: "Data type error",
    103: "Table value not found",
    104: "Value too long",
    200: "Unsupported message type",
    201: "Unsupported event code",
    207: "Application error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """MSA-1, and the bytes that go back, in the sender's delimiters and character set."""

    code: AckCode
    body: bytes


def acknowledge(
    header: HeaderFacts | None, diagnostics: Sequence[Diagnostic], *, control_id: str, at: datetime
) -> Acknowledgement:
    """Answer a message; `control_id` and `at` (aware) are the answer's own MSH-10 and MSH-7."""
    code = answer_to(diagnostics)
    delimiters = header.delimiters if header else STANDARD_DELIMITERS
    segments = [
        _msh(header, delimiters, control_id=control_id, at=at),
        delimiters.field.join(
            ("MSA", code.value, _clipped(header.control_field if header else ""))
        ),
        *_errors(diagnostics, delimiters),
    ]
    text = "".join(segment + _SEGMENT_END for segment in segments)
    return Acknowledgement(
        code=code, body=text.encode(header.codec if header else "ascii", "replace")
    )


def answer_to(diagnostics: Iterable[Diagnostic]) -> AckCode:
    """The worst answer that any finding asks for: reject, error, accept."""
    answers = {DIAGNOSTIC_CODES[found.code].answer for found in diagnostics}
    for answer in (AckCode.REJECT, AckCode.ERROR):
        if answer in answers:
            return answer
    return AckCode.ACCEPT


def _msh(
    header: HeaderFacts | None, delimiters: Delimiters, *, control_id: str, at: datetime
) -> str:
    """Sender and receiver change places."""
    theirs = [_clipped(field) for field in header.routing] if header else ["", "", "", ""]
    fields = [
        "MSH",
        delimiters.encoding_characters,
        theirs[2],
        theirs[3],
        theirs[0],
        theirs[1],
        at.strftime("%Y%m%d%H%M%S%z"),
        "",
        delimiters.component.join(("ACK", _event(header), "ACK") if _event(header) else ("ACK",)),
        _escaped(control_id, delimiters),
        _escaped(header.processing_id[:3], delimiters) if header and header.processing_id else "P",
        _escaped(header.version[:8], delimiters) if header and header.version else _VERSION,
    ]
    if header and header.charset and header.codec != _UNREAD:
        fields += ["", "", "", "", "", _clipped(header.charset)]
    return delimiters.field.join(fields)


def _event(header: HeaderFacts | None) -> str:
    event = header.trigger_event if header else ""
    return event if event.isalnum() and len(event) == NAME_LENGTH else ""


def _errors(diagnostics: Sequence[Diagnostic], delimiters: Delimiters) -> list[str]:
    told = [found for found in diagnostics if found.severity is not Severity.NOTE]
    is_taken = answer_to(diagnostics) is AckCode.ACCEPT
    return [_error(found, delimiters, is_taken=is_taken) for found in told[:ERROR_LIMIT]]


def _error(found: Diagnostic, delimiters: Delimiters, *, is_taken: bool) -> str:
    """ERR: where, which condition of table 0357, how bad, our code, the place and what to mend."""
    entry = DIAGNOSTIC_CODES[found.code]
    condition = (str(entry.condition), _CONDITIONS[entry.condition], "HL70357")
    ours = (found.code, _escaped(found.message, delimiters), "LEDGERWARD")
    fields = [
        "ERR",
        "",
        _location(found.position, delimiters),
        delimiters.component.join(condition),
        "W" if is_taken else "E",
        delimiters.component.join(ours),
        "",
        _escaped(f"{found.position}, rule {found.rule}", delimiters),
        _escaped(f"{found.message} {entry.remedy}", delimiters),
    ]
    return delimiters.field.join(fields)


def _location(position: Position, delimiters: Delimiters) -> str:
    """ERL: segment, its occurrence, field, repetition, component; as far as they are known."""
    if not position.segment:
        return ""
    parts = [position.segment, str(position.occurrence)]
    if position.field:
        parts += [str(position.field), str(position.repetition or 1)]
    if position.component:
        parts.append(str(position.component))
    return delimiters.component.join(parts)


def _escaped(text: str, delimiters: Delimiters) -> str:
    """Escape our own words; a delimiter that the sender has no escape for becomes a space."""
    letters = {
        delimiters.escape: "E",
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.repetition: "R",
        delimiters.subcomponent: "T",
    }
    mark = delimiters.escape
    table = {
        ord(character): f"{mark}{letter}{mark}" if mark else " "
        for character, letter in letters.items()
        if character
    }
    return text.translate(table)


def _clipped(raw: str) -> str:
    """What the sender wrote, as it wrote it, unless it is absurdly long."""
    return raw if len(raw) <= IDENTIFIER_LIMIT else ""
