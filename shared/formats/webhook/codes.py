"""Every finding of the usage event reader: what it costs, why, and what its sender can do."""

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.finding_codes import Costing, FindingCode, by_code

_CONTRACT = "contract: usage_event"
_SEND_LINE = "Send the line again, mended, under the same document and line id."


def _message(code: str, rule: str, message: str, remedy: str) -> FindingCode:
    return FindingCode(
        code=code, severity=Severity.MESSAGE, rule=rule, message=message, remedy=remedy
    )


_line = Costing(Severity.LINE, _SEND_LINE)
_note = Costing(Severity.NOTE, "Nothing must be done.")

_TABLE = (
    _message(
        "BODY_TOO_LARGE",
        "limits: body",
        "The body is over 1 MiB.",
        "Send the lines in several documents.",
    ),
    _message("JSON_INVALID", "RFC 8259", "The body is no JSON from here on.", "Send JSON."),
    _message(
        "JSON_TOO_DEEP",
        "limits: depth",
        "Values are nested over 16 levels deep.",
        "Leave out what the contract does not name.",
    ),
    _message(
        "JSON_TOO_MUCH",
        "limits: values",
        "The body has over 100,000 values.",
        "Send the lines in several documents.",
    ),
    _message(
        "EVENT_INVALID",
        _CONTRACT,
        "The body is no object with a type and a document.",
        'Send {"type": "supply.used", "document": {...}}.',
    ),
    _message(
        "EVENT_UNSUPPORTED",
        "USE1",
        "Events of this type are not read here.",
        "Send uses of supplies as supply.used.",
    ),
    _message(
        "DOCUMENT_MEMBER_REPEATED",
        "RFC 8259 section 4",
        "A member of the event or document is given twice; nobody may guess which is meant.",
        "Give each member once.",
    ),
    _message(
        "DOCUMENT_MEMBER_MISSING",
        "USE2",
        "A member without which no line can be placed is absent or empty.",
        "State id, facility, department and lines.",
    ),
    _message(
        "DOCUMENT_MEMBER_INVALID",
        _CONTRACT,
        "A member of the document is not of its kind, too long, or has a character no id has.",
        "State it as a text of up to 128 characters; lines as a list.",
    ),
    _message(
        "VERSION_INVALID",
        "USE4",
        "The version of the document is no whole number from 1 to 999999999.",
        "Number the versions of a document 1, 2, 3 and so on, or leave version out.",
    ),
    _message(
        "LINES_TOO_MANY",
        "limits: lines",
        "The document has over 5,000 lines.",
        "Send the lines in several documents.",
    ),
    _message("LINES_ABSENT", _CONTRACT, "The document has no lines.", "Send at least one line."),
    _message(
        "LINES_UNREADABLE",
        "LAW1",
        "None of the lines can be read; the other entries say why.",
        "Send the document again, mended.",
    ),
    _line("LINE_INVALID", _CONTRACT, "A line is an object."),
    _line("MEMBER_MISSING", _CONTRACT, "A member that every line needs is absent or empty."),
    _line("MEMBER_INVALID", _CONTRACT, "The value is not of the kind that this member has."),
    _line(
        "MEMBER_REPEATED",
        "RFC 8259 section 4",
        "A member of the line is given twice; nobody may guess which is meant.",
    ),
    _line(
        "MEMBER_UNKNOWN",
        _CONTRACT,
        "The contract names no such member; misspelt, it would change what the line says.",
        "Mend its name, or begin it with x_ if it is your own.",
    ),
    _line("VALUE_TOO_LONG", "limits: identifiers", "A value is over 128 characters."),
    _line(
        "CHARACTER_INVALID",
        "RFC 8259 section 8",
        "A value has a control character, or bytes or escapes that are no characters.",
    ),
    _line("TIME_INVALID", "USE8", "used_at is no ISO 8601 date or time, or not to the day."),
    _line("QUANTITY_INVALID", "USE5", "The quantity is no plain positive number."),
    _line(
        "RETURN_IN_VERSION",
        "USE4",
        "A document with versions says what was used in all; a return has no place in it.",
        "State the smaller quantity, or leave the line out, in the next version.",
    ),
    _line("QUANTITY_ZERO", "USE3", "The quantity is zero: nothing was used."),
    _line(
        "QUANTITY_TOO_LARGE",
        "limits: quantity",
        "The quantity has over 9 digits before the point or over 6 behind it.",
    ),
    _note("BOM_PRESENT", "RFC 8259 section 8.1", "The body begins with a byte order mark."),
    _note("DOCUMENT_MEMBER_UNKNOWN", _CONTRACT, "A member the contract does not name is not read."),
    _note(
        "CASE_UNREADABLE",
        "USE9",
        "The case or patient is no text of up to 128 characters; the lines go without it.",
    ),
    _note("LINE_REPEATED", "USE2", "The same line stands twice in the document; it counts once."),
)

EVENT_CODES = by_code(_TABLE)


def finding(code: str, position: Position, value: str = "", *, fact: str = "") -> Diagnostic:
    """A finding of this code at a place: `value`, as sent, by its shape; `fact` is in our words."""
    return EVENT_CODES[code].found(position, value, fact)
