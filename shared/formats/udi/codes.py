"""Every finding of the barcode reader: what it costs, why, and what mends it."""

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.finding_codes import Costing, by_code

_SCAN = "Scan the label again, or key in what is printed under the barcode."
_LABEL = "The label is wrong: tell the supplier."
_GS1 = "GS1 General Specifications 7.8: element strings"
_HIBCC = "ANSI/HIBC 2.6: data structures (UDI3)"

_line = Costing(Severity.LINE, _SCAN)
_note = Costing(Severity.NOTE, _LABEL)

_TABLE = (
    _line("BARCODE_OVERSIZED", "limits: barcode", "A line is over 4 KiB; no symbol holds as much."),
    _line(
        "BARCODE_UNKNOWN",
        "UDI1, UDI3",
        "The line is no element string, digital link, HIBC barcode or ISBT 128 message.",
    ),
    _line("BARCODE_CUT", _HIBCC, "The barcode is too short to have data and a check character."),
    _line(
        "PATIENT_BARCODE",
        "GS1 AI 8018, 7250 to 7259: patients",
        "The barcode names a patient; it is no device and was not kept.",
        "Scan the device, not the wristband.",
    ),
    _line(
        "IDENTIFIER_UNKNOWN",
        "GS1 General Specifications 3.2; ISBT 128 table 1: data identifiers",
        "No element begins so, and nothing behind it can be read.",
    ),
    _line(
        "ELEMENT_CUT",
        _GS1,
        "An element of fixed length is too short, or has characters of another kind.",
    ),
    _line(
        "CHARACTER_INVALID",
        "GS1 General Specifications 7.11: character sets; ANSI/HIBC 2.6: mod 43",
        "A character stands here that no element has; the scanner may write FNC1 in its own way.",
        "Let the scanner send FNC1 as GS (hex 1D), or state how it writes it.",
    ),
    _line(
        "ELEMENT_REPEATED",
        "GS1 General Specifications 4.14: repeated elements",
        "The barcode states two values of one kind; nobody may guess which is meant.",
    ),
    _line(
        "LINK_UNREADABLE",
        "GS1 Digital Link 4.1: URI syntax",
        "The web address does not lead from a key of GS1 to its value in pairs.",
    ),
    _line("PRIMARY_INVALID", _HIBCC, "The primary data is no labeler, product and package level."),
    _line("SECONDARY_INVALID", _HIBCC, "The data has a flag that is none of the standard's."),
    _note(
        "UDI_CHECK_DIGIT",
        "UDI1, UDI3",
        "The check digit is not that of the rest; the identifier was kept as it stands.",
        "Scan the label again; if it says the same, tell the supplier.",
    ),
    _note("DATE_INVALID", "UDI2, UDI3", "The date is none of the calendar; it was left out."),
    _note("ELEMENT_TOO_LONG", _GS1, "A value is longer than its kind may be; it was left out."),
    _note("ELEMENT_INVALID", _GS1, "A value is not of its kind; it was left out."),
    _note(
        "GTIN_UNPADDED",
        "GS1 Digital Link 4.3: GTIN in 14 digits",
        "The link states a GTIN in fewer than 14 digits; zeros were put before it.",
    ),
    _note(
        "DEVICE_UNNAMED",
        "21 CFR 830.3: a UDI has a device identifier",
        "The barcode states no device, only what belongs to one.",
        "Scan the other barcode of the label too.",
    ),
)

UDI_CODES = by_code(_TABLE)


def finding(code: str, position: Position, value: str = "") -> Diagnostic:
    """A finding of this code at a place, its value by its shape."""
    return UDI_CODES[code].found(position, value)
