"""Every finding of the GUDID reader: what it costs, why, and what mends it."""

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.finding_codes import Costing, by_code

_GUDID = "GUDID data elements reference table"
_message = Costing(Severity.MESSAGE, "Look the device up again.")
_line = Costing(Severity.LINE, "Look the device up again; if it says the same, tell its labeler.")
_note = Costing(Severity.NOTE, "Nothing must be done.")

_TABLE = (
    _message("JSON_INVALID", "RFC 8259", "The record is no JSON from here on."),
    _message("JSON_TOO_DEEP", "limits: depth", "Values are nested over 16 levels deep."),
    _message("JSON_TOO_MUCH", "limits: values", "The record has over 100,000 values."),
    _message("RECORD_TOO_LARGE", "limits: record", "The record is over 1 MiB."),
    _message(
        "RECORD_INVALID",
        _GUDID,
        "The record has no device, as of one that was not found, or several.",
    ),
    _line("IDENTIFIER_MISSING", "UDI1", "The device has no primary identifier."),
    _line("IDENTIFIERS_SEVERAL", "ITM1", "The device has several primary identifiers."),
    _line("IDENTIFIERS_TOO_MANY", "limits: identifiers", "The device has over 200 identifiers."),
    _line(
        "ELEMENT_REPEATED",
        "RFC 8259 section 4",
        "An element is given twice; nobody may guess which is meant.",
    ),
    _note("ELEMENT_INVALID", _GUDID, "The value is not of the kind that this element has."),
    _note(
        "GTIN_UNSOUND",
        "UDI1",
        "The number is no GTIN with a sound check digit; it was kept as it stands.",
        "Tell the labeler.",
    ),
    _note(
        "PACKAGE_UNRESOLVED",
        "UOM4",
        "How many devices the package holds cannot be said: it was left out.",
        "Tell the labeler.",
    ),
    _note("BOM_PRESENT", "RFC 8259 section 8.1", "The text begins with a byte order mark."),
)

GUDID_CODES = by_code(_TABLE)


def finding(code: str, position: Position, value: str = "") -> Diagnostic:
    """A finding of this code at a place: `value`, as sent, by its shape."""
    return GUDID_CODES[code].found(position, value)
