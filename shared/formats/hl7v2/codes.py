"""Every finding of the HL7 v2 reader: what it costs, what the sender is told, and why.

Data, so that `ledgerward explain CODE`, the ACK and the tests say the same.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.finding_codes import FindingCode, by_code


class AckCode(StrEnum):
    """MSA-1 in original mode, which every sender understands."""

    ACCEPT = "AA"
    ERROR = "AE"
    REJECT = "AR"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticCode(FindingCode):
    """What one code means. `condition` is ERR-3 of table 0357, `answer` the MSA-1 it causes."""

    condition: int
    answer: AckCode = AckCode.ACCEPT


_SEGMENT_ORDER, _REQUIRED, _DATA_TYPE, _TABLE_VALUE, _TOO_LONG = 100, 101, 102, 103, 104
_MESSAGE_TYPE, _EVENT, _INTERNAL = 200, 201, 207
_SEND_LINE = "Send the line again, whole, under the same transaction id."


def _rejected(code: str, condition: int, rule: str, message: str, remedy: str) -> DiagnosticCode:
    return DiagnosticCode(
        code=code,
        severity=Severity.MESSAGE,
        condition=condition,
        rule=rule,
        message=message,
        remedy=remedy,
        answer=AckCode.REJECT,
    )


def _in_error(code: str, condition: int, rule: str, message: str, remedy: str) -> DiagnosticCode:
    return DiagnosticCode(
        code=code,
        severity=Severity.MESSAGE,
        condition=condition,
        rule=rule,
        message=message,
        remedy=remedy,
        answer=AckCode.ERROR,
    )


def _line(
    code: str, condition: int, rule: str, message: str, remedy: str = _SEND_LINE
) -> DiagnosticCode:
    return DiagnosticCode(
        code=code,
        severity=Severity.LINE,
        condition=condition,
        rule=rule,
        message=message,
        remedy=remedy,
    )


def _note(
    code: str, rule: str, message: str, remedy: str = "Nothing must be done."
) -> DiagnosticCode:
    return DiagnosticCode(
        code=code,
        severity=Severity.NOTE,
        condition=0,
        rule=rule,
        message=message,
        remedy=remedy,
    )


_TABLE = (
    _rejected(
        "BODY_TOO_LARGE",
        _INTERNAL,
        "limits: body",
        "The body is over 1 MiB.",
        "Send the lines in several messages.",
    ),
    _rejected(
        "SEGMENTS_TOO_MANY",
        _INTERNAL,
        "limits: segments",
        "The message has over 50,000 segments.",
        "Send the lines in several messages.",
    ),
    _rejected(
        "LINES_TOO_MANY",
        _INTERNAL,
        "limits: lines",
        "The message has over 5,000 FT1 segments.",
        "Send the lines in several messages.",
    ),
    _rejected(
        "MSH_UNREADABLE",
        _SEGMENT_ORDER,
        "HL7 ch. 2 MSH",
        "The body does not begin with an MSH segment that states its delimiters.",
        "Begin the message with MSH, its field separator and its encoding characters.",
    ),
    _rejected(
        "HEADER_TOO_LONG",
        _TOO_LONG,
        "limits: identifiers",
        "A name or id in MSH is over 128 characters.",
        "Shorten it.",
    ),
    _rejected(
        "BATCH_UNSUPPORTED",
        _MESSAGE_TYPE,
        "HL7 ch. 2 batches",
        "The body is a batch (FHS or BHS).",
        "Send each message on its own.",
    ),
    _rejected(
        "CHARSET_UNKNOWN",
        _TABLE_VALUE,
        "HL7 table 0211",
        "MSH-18 names a character set that is not read here.",
        "Send UNICODE UTF-8, ASCII or 8859/n.",
    ),
    _in_error(
        "MESSAGES_SEVERAL",
        _SEGMENT_ORDER,
        "one message, one document",
        "A second MSH stands in the body.",
        "Send each message on its own.",
    ),
    _in_error(
        "SENDER_MISSING",
        _REQUIRED,
        "USE2",
        "Sending application or facility (MSH-3, MSH-4) is empty; lines have no identity.",
        "State both, always in the same words.",
    ),
    _in_error(
        "MESSAGE_TYPE_UNSUPPORTED",
        _MESSAGE_TYPE,
        "USE1",
        "The message is not a DFT.",
        "Send charges as DFT^P03.",
    ),
    _in_error(
        "EVENT_UNSUPPORTED",
        _EVENT,
        "USE1",
        "The event of this DFT is not P03.",
        "Send charges as DFT^P03.",
    ),
    _in_error(
        "PATIENTS_SEVERAL",
        _SEGMENT_ORDER,
        "HL7 ch. 6 DFT^P03",
        "Two PID segments name different patients.",
        "Send one message per patient.",
    ),
    _in_error(
        "LINES_ABSENT",
        _SEGMENT_ORDER,
        "HL7 ch. 6 DFT^P03",
        "The message has no FT1 segment.",
        "Send at least one FT1.",
    ),
    _in_error(
        "LINES_UNREADABLE",
        _DATA_TYPE,
        "LAW1",
        "None of the FT1 segments can be read; the other entries say why.",
        "Send the message again, mended.",
    ),
    _line(
        "TRANSACTION_ID_MISSING",
        _REQUIRED,
        "USE2",
        "FT1-2 is empty: the line has no identity.",
        "Send the line again with its transaction id.",
    ),
    _line("TRANSACTION_TYPE_MISSING", _REQUIRED, "HL7 table 0017", "FT1-6 is empty."),
    _line(
        "TRANSACTION_TYPE_UNKNOWN",
        _TABLE_VALUE,
        "HL7 table 0017",
        "FT1-6 is none of CG, CD, PY, AJ, CO.",
    ),
    _line("SERVICE_TIME_MISSING", _REQUIRED, "USE8", "FT1-4 is empty: the use has no date."),
    _line("SERVICE_TIME_INVALID", _DATA_TYPE, "USE8", "FT1-4 is no date, or not to the day."),
    _line("CHARGE_CODE_MISSING", _REQUIRED, "USE2a", "FT1-7 has no code in either triplet."),
    _line("QUANTITY_INVALID", _DATA_TYPE, "HL7 ch. 2 NM", "FT1-10 is no number."),
    _line("QUANTITY_ZERO", _DATA_TYPE, "USE3", "FT1-10 is zero: nothing was used."),
    _line(
        "QUANTITY_TOO_LARGE",
        _DATA_TYPE,
        "limits: quantity",
        "FT1-10 has over 9 digits before the point or over 6 behind it.",
    ),
    _line("VALUE_TOO_LONG", _TOO_LONG, "limits: identifiers", "A value is longer than is read."),
    _line(
        "CHARACTER_INVALID",
        _DATA_TYPE,
        "HL7 ch. 2 escapes",
        "A control character stands in a value.",
    ),
    _line(
        "VALUES_SEVERAL",
        _DATA_TYPE,
        "LOT2",
        "The line states one fact (lot, serial, project ...) twice, with different values.",
        "Send one line for each lot or serial.",
    ),
    _line(
        "SEGMENT_BROKEN",
        _SEGMENT_ORDER,
        "HL7 ch. 2 segments",
        "Text that is no segment follows: a line break stands inside a field.",
        "Escape line breaks in texts as \\.br\\.",
    ),
    _line("LINE_CUT", _SEGMENT_ORDER, "HL7 ch. 2 segments", "The message ends inside this line."),
    _note("CHARSET_ASSUMED", "HL7 table 0211", "Undeclared characters beyond ASCII are in use."),
    _note(
        "CHARSET_MISMATCH",
        "HL7 table 0211",
        "Some bytes are not of the declared character set; they were read as Windows-1252.",
    ),
    _note("CONTROL_ID_MISSING", "HL7 ch. 2 MSH", "MSH-10 is empty; the ACK cannot name it."),
    _note("NOT_PRODUCTION", "HL7 table 0103", "MSH-11 says that this is no production message."),
    _note("LINE_REPEATED", "USE2", "The same line stands twice in the message; it counts once."),
    _note("VISITS_SEVERAL", "USE9", "Several visits are named; the lines go without a case."),
    _note("SEGMENT_UNREADABLE", "HL7 ch. 2 segments", "Text that is no segment was passed over."),
    _note("END_UNTERMINATED", "HL7 ch. 2 segments", "The last segment has no segment end."),
)

DIAGNOSTIC_CODES = by_code(_TABLE)


def finding(code: str, position: Position, value: str = "", *, fact: str = "") -> Diagnostic:
    """A finding of this code at a place: `value`, as sent, by its shape; `fact` is in our words."""
    return DIAGNOSTIC_CODES[code].found(position, value, fact)
