"""Every finding of the EDI readers: what it costs, why, and what mends it.

Data, so that acknowledgements, `ledgerward explain CODE` and the tests say the same.
"""

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.positions import EdiPosition
from shared.formats.finding_codes import Costing, by_code

_AGAIN = "Send the interchange again, mended, under a new control number."
_SET_AGAIN = "Send the set again, mended, in a new interchange."
_NOTHING = "Nothing must be done."
_MEND = "It was read; mend it in the sending system."
_ENVELOPE = "X12.5, X12.6, ISO 9735-1: envelope"
_ORDER = "X12.6, ISO 9735-1: order of segments"
_ELEMENT = "X12.6, ISO 9735-1: elements"

_costs_set = Costing(Severity.MESSAGE, _SET_AGAIN)
_costs_line = Costing(Severity.LINE, _SET_AGAIN)
_note = Costing(Severity.NOTE, _MEND)

_TABLE = (
    _note(
        "OUTSIDE_INTERCHANGE", _ENVELOPE, "Text stands between interchanges; it was passed over."
    ),
    _costs_set("HEADER_UNREADABLE", _ENVELOPE, "An interchange header cannot be read.", _AGAIN),
    _costs_set(
        "SEGMENT_OVERSIZED", "limits: segment", "A segment is over 64 KiB; it was passed over."
    ),
    _costs_set("SEGMENT_CUT", _ENVELOPE, "The file ends inside this segment.", _AGAIN),
    _note("END_UNTERMINATED", _ENVELOPE, "The last segment has no terminator."),
    _note("SEGMENT_WRAPPED", _ENVELOPE, "Line ends stand inside the segment; they were left out."),
    _note(
        "CHARSET_GUESSED",
        _ENVELOPE,
        "Bytes are not of the character set that holds here; another one was guessed.",
    ),
    _note("CHARSET_UNKNOWN", _ENVELOPE, "The character set is none that is read; UTF-8 was taken."),
    _note(
        "SERVICE_STRING_MISSING",
        _ENVELOPE,
        "The delimiters are not the usual ones and no UNA states them; they were guessed.",
    ),
    _note(
        "INTERCHANGE_HEADER_MISSING",
        _ENVELOPE,
        "The interchange has no header; its messages were read.",
        _AGAIN,
    ),
    _note("VERSION_UNSUPPORTED", _ENVELOPE, "The version is not read here; the nearest was taken."),
    _note("COMPONENT_SEPARATOR_MISSING", _ENVELOPE, "The header states no component separator."),
    _note(
        "INTERCHANGE_HEADER_INVALID",
        _ENVELOPE,
        "The interchange header lacks its reference, its sender or its receiver.",
        _AGAIN,
    ),
    _costs_set("INTERCHANGE_TRAILER_MISSING", _ENVELOPE, "The interchange has no trailer.", _AGAIN),
    _costs_set(
        "INTERCHANGE_CONTROL_MISMATCH",
        _ENVELOPE,
        "The control number of the interchange trailer is not that of the header.",
        _AGAIN,
    ),
    _costs_set(
        "INTERCHANGE_COUNT_WRONG",
        _ENVELOPE,
        "The trailer's count of groups is not what the interchange has.",
        _AGAIN,
    ),
    _note("CONTROL_NUMBER_PADDED", _ENVELOPE, "Control numbers agree as numbers, not as text."),
    _costs_set("GROUP_TRAILER_MISSING", _ENVELOPE, "The group has no trailer."),
    _costs_set(
        "GROUP_CONTROL_MISMATCH",
        _ENVELOPE,
        "The control number of the group trailer is not that of its header.",
    ),
    _costs_set(
        "GROUP_COUNT_WRONG", _ENVELOPE, "The trailer's count of sets is not what the group has."
    ),
    _costs_set("GROUP_HEADER_INVALID", _ENVELOPE, "The group header lacks what it must state."),
    _note("GROUP_FUNCTION_WRONG", _ENVELOPE, "The set does not belong to the group's function."),
    _costs_set("SET_TRAILER_MISSING", _ENVELOPE, "The set has no trailer."),
    _costs_set(
        "SET_CONTROL_MISMATCH",
        _ENVELOPE,
        "The control number of the set trailer is not that of its header.",
    ),
    _costs_set(
        "SET_COUNT_WRONG", _ENVELOPE, "The trailer's count of segments is not what the set has."
    ),
    _costs_set("SET_HEADER_INVALID", _ENVELOPE, "The set header lacks what it must state."),
    _costs_set("SET_CONTROL_REPEATED", _ENVELOPE, "Two sets of the group have one number."),
    _costs_set("SET_UNSUPPORTED", _ENVELOPE, "This kind of set is not read here."),
    _note("SET_OUTSIDE_GROUP", _ENVELOPE, "A set stands outside a group; it was read."),
    _costs_set(
        "SET_TOO_LARGE",
        "limits: set",
        "The set is over 200,000 segments, 50,000 lines or 5,000 details of one line.",
        "Send it as several sets.",
    ),
    _costs_set(
        "SEGMENT_OUTSIDE_SET", _ENVELOPE, "A segment stands where no set is; it was passed over."
    ),
    _costs_set(
        "DOCUMENT_UNIDENTIFIED", "set: head", "The set lacks the number that its document has."
    ),
    _note("FINDINGS_TOO_MANY", "limits: findings", "More was found than is told of one set."),
    _note("SEGMENT_UNKNOWN", _ORDER, "No segment of this name is known; it was passed over."),
    _note("SEGMENT_NOT_IN_SET", _ORDER, "This segment is none of this set; it was passed over."),
    _note("SEGMENT_OUT_OF_ORDER", _ORDER, "The segment may not stand here; it was read."),
    _note("SEGMENT_TOO_OFTEN", _ORDER, "The segment comes more often than it may; it was read."),
    _note("LOOP_TOO_OFTEN", _ORDER, "The loop comes more often than it may; it was read."),
    _note("SEGMENT_MISSING", _ORDER, "A mandatory segment is missing before this one."),
    _costs_line("ELEMENT_MISSING", _ELEMENT, "A mandatory element is empty."),
    _note("ELEMENT_CONDITIONAL_MISSING", _ELEMENT, "An element that another one needs is empty."),
    _note("ELEMENT_EXCLUDED", _ELEMENT, "Two elements stand together of which only one may."),
    _note("ELEMENTS_TOO_MANY", _ELEMENT, "The segment has more elements than it may."),
    _note("COMPONENTS_TOO_MANY", _ELEMENT, "The element has more components than it may."),
    _note("COMPONENT_UNEXPECTED", _ELEMENT, "A component separator stands in a simple element."),
    _note("REPETITION_UNEXPECTED", _ELEMENT, "A repetition separator stands in the element."),
    _note("REPETITIONS_TOO_MANY", _ELEMENT, "The element repeats more often than it may."),
    _note("VALUE_TOO_SHORT", _ELEMENT, "The value is shorter than it may be."),
    _note("VALUE_TOO_LONG", _ELEMENT, "The value is longer than it may be."),
    _note("CODE_UNKNOWN", _ELEMENT, "The code is not in the list of this element."),
    _costs_line("CHARACTER_INVALID", _ELEMENT, "A control character stands in the value."),
    _costs_line("NUMBER_INVALID", _ELEMENT, "The value is no number."),
    _costs_line("NUMBER_TOO_LARGE", "limits: quantity", "Over 9 digits or over 6 decimals."),
    _costs_line("DATE_INVALID", _ELEMENT, "The value is no date."),
    _note("DATE_FORMAT_WRONG", _ELEMENT, "The date is not in the format that is stated."),
    _note("TIME_INVALID", _ELEMENT, "The value is no time of day; it was left out."),
    _costs_line("QUANTITY_MISSING", "LAW1", "The line has no quantity."),
    _costs_line("LINE_ID_MISSING", "ITM1", "The line names no item."),
    _note("LINE_ID_SHIFTED", "LIN", "The line number is left out; the ids stand one place left."),
    _note("LINE_NUMBER_REPEATED", "LAW7", "Two lines of the set have one number."),
    _costs_line("STATUS_UNKNOWN", "ACK2", "The status of the line is none that is known."),
    _costs_line("CHANGE_UNKNOWN", "PO4", "The kind of change is none that is known."),
    _costs_line("DETAIL_MISPLACED", _ORDER, "A detail stands before its line."),
    _note("CHECK_DIGIT_WRONG", "UDI1", "The check digit of this item number is wrong."),
    _note("LINE_COUNT_WRONG", "set: totals", "The total of lines is not what the set has."),
    _note("HASH_TOTAL_WRONG", "set: totals", "The total of quantities is not what the lines say."),
    _note("TOTAL_DIFFERS", "MAT7", "The total is not the sum of lines, charges and taxes."),
    _note("PAYMENT_DIFFERS", "set: totals", "The payment is not the sum of what it pays."),
    _note("LOTS_SEVERAL", "ASN1", "The line has several lots; only the first is carried."),
    _note("TREE_PARENT_MISSING", "ASN1", "The parent is not in the tree; the root was taken."),
    _note("TREE_ID_REPEATED", "ASN1", "Two nodes of the tree have one id; both were kept."),
    _costs_line("TREE_TOO_DEEP", "limits: tree", "The tree is deeper than 32 levels."),
    _costs_line("ORDER_UNKNOWN", "ASN1", "The item stands under no order."),
    _note(
        "SUBLINE_UNREAD", "set: lines", "Sub-lines of the line were checked but are not carried."
    ),
)

EDI_CODES = by_code(_TABLE)


def finding(code: str, position: EdiPosition, value: str = "", fact: str = "") -> Diagnostic:
    """A finding of this code at a place: `value`, as sent, by its shape; `fact` is in our words."""
    return EDI_CODES[code].found(position, value, fact)
