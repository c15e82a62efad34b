"""Every finding of the HL7 v2 reader: what it costs, what the sender is told, and why.

Data, so that `ledgerward explain CODE`, the ACK and the tests say the same.
"""

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.finding_codes import by_code
from shared.formats.hl7v2.costing import (
    DATA_TYPE,
    EVENT,
    INTERNAL,
    MESSAGE_TYPE,
    REQUIRED,
    SEGMENT_ORDER,
    TABLE_VALUE,
    TOO_LONG,
    UNTOLD,
    in_error,
    line,
    note,
    rejected,
)
from shared.formats.hl7v2.line_codes import LINE_CODES

_TABLE = (
    rejected(
        "BODY_TOO_LARGE",
        INTERNAL,
        "limits: body",
        "The body is over 1 MiB.",
        "Send the lines in several messages.",
    ),
    rejected(
        "SEGMENTS_TOO_MANY",
        INTERNAL,
        "limits: segments",
        "The message has over 50,000 segments.",
        "Send the lines in several messages.",
    ),
    rejected(
        "LINES_TOO_MANY",
        INTERNAL,
        "limits: lines",
        "The message has over 5,000 lines (FT1, RQD, RXD, RXA or MFE).",
        "Send the lines in several messages.",
    ),
    rejected(
        "MSH_UNREADABLE",
        SEGMENT_ORDER,
        "HL7 ch. 2 MSH",
        "The body does not begin with an MSH segment that states its delimiters.",
        "Begin the message with MSH, its field separator and its encoding characters.",
    ),
    rejected(
        "HEADER_TOO_LONG",
        TOO_LONG,
        "limits: identifiers",
        "A name or id in MSH is over 128 characters.",
        "Shorten it.",
    ),
    rejected(
        "BATCH_UNSUPPORTED",
        MESSAGE_TYPE,
        "HL7 ch. 2 batches",
        "The body is a batch (FHS or BHS), which one acknowledgement cannot answer.",
        "Send each message on its own, or drop the batch into the inbox as a file.",
    ),
    rejected(
        "CHARSET_UNKNOWN",
        TABLE_VALUE,
        "HL7 table 0211",
        "MSH-18 names a character set that is not read here.",
        "Send UNICODE UTF-8, ASCII or 8859/n.",
    ),
    in_error(
        "MESSAGES_SEVERAL",
        SEGMENT_ORDER,
        "one message, one document",
        "A second MSH stands in the body.",
        "Send each message on its own.",
    ),
    in_error(
        "SENDER_MISSING",
        REQUIRED,
        "USE2",
        "Sending application or facility (MSH-3, MSH-4) is empty; lines have no identity.",
        "State both, always in the same words.",
    ),
    in_error(
        "MESSAGE_TYPE_UNSUPPORTED",
        MESSAGE_TYPE,
        "USE1",
        "Messages of this type are not read here.",
        "Send DFT, ORM, OMS, OMN, RDS, RAS, SIU or MFN.",
    ),
    in_error(
        "EVENT_UNSUPPORTED",
        EVENT,
        "USE1",
        "This event of the message's type is not read here.",
        "Send DFT^P03 or P11, ORM^O01, OMS^O05, OMN^O07, RDS^O13, RAS^O17, SIU^S12 to S26 or"
        " MFN^M04, M15 or M16.",
    ),
    in_error(
        "PATIENTS_SEVERAL",
        SEGMENT_ORDER,
        "one message, one patient",
        "Two PID segments name different patients.",
        "Send one message per patient.",
    ),
    in_error(
        "LINES_ABSENT",
        SEGMENT_ORDER,
        "one message, one document",
        "The message has none of the segments that its lines begin with.",
        "Send at least one; orders of other things than supplies (RQD) are not read here.",
    ),
    in_error(
        "LINES_UNREADABLE",
        DATA_TYPE,
        "LAW1",
        "None of the lines can be read; the other entries say why.",
    ),
    in_error(
        "SCHEDULE_MISSING",
        SEGMENT_ORDER,
        "HL7 ch. 10 SIU",
        "The message has no SCH segment.",
        "Send the message again with its SCH.",
    ),
    in_error(
        "SCHEDULE_UNREADABLE",
        DATA_TYPE,
        "HL7 ch. 10 SIU",
        "The case cannot be read; the other entry says why.",
    ),
    line(
        "BATCH_COUNT_WRONG",
        SEGMENT_ORDER,
        "HL7 ch. 2 batches",
        "BTS-1 or FTS-1 states another count than there is; each message was read.",
        "Ask the sender for what is missing.",
    ),
    line(
        "BATCH_TRAILER_MISSING",
        SEGMENT_ORDER,
        "HL7 ch. 2 batches",
        "The file ends without the trailer (BTS or FTS) of what was begun.",
        "Ask the sender whether the file is whole.",
    ),
    *LINE_CODES,
    note(
        "CHARSET_ASSUMED",
        UNTOLD,
        "HL7 table 0211",
        "Undeclared characters beyond ASCII are in use.",
    ),
    note(
        "CHARSET_MISMATCH",
        UNTOLD,
        "HL7 table 0211",
        "Some bytes are not of the declared character set; they were read as Windows-1252.",
    ),
    note("CONTROL_ID_MISSING", UNTOLD, "HL7 ch. 2 MSH", "MSH-10 is empty; the ACK cannot name it."),
    note(
        "NOT_PRODUCTION",
        UNTOLD,
        "HL7 table 0103",
        "MSH-11 says that this is no production message.",
    ),
    note(
        "LINE_REPEATED",
        UNTOLD,
        "USE2",
        "The same line stands twice in the message; it counts once.",
    ),
    note(
        "UDI_UNREADABLE",
        UNTOLD,
        "UDI1, UDI3",
        "The barcode of a device cannot be read whole; what is typed beside it was taken.",
        "Scan the label again.",
    ),
    note(
        "UDI_MISMATCH",
        UNTOLD,
        "UDI1",
        "The barcodes of a line differ, or one differs from what is typed, which was taken.",
        "Compare the record with the label.",
    ),
    note(
        "ORDER_PASSED_OVER",
        UNTOLD,
        "USE1",
        "The order asks for nothing that is read here: no line follows its ORC.",
    ),
    note(
        "VISITS_SEVERAL", UNTOLD, "USE9", "Several visits are named; the lines go without a case."
    ),
    note(
        "SEGMENT_UNREADABLE",
        UNTOLD,
        "HL7 ch. 2 segments",
        "Text that is no segment was passed over.",
    ),
    note("END_UNTERMINATED", UNTOLD, "HL7 ch. 2 segments", "The last segment has no segment end."),
)

DIAGNOSTIC_CODES = by_code(_TABLE)


def finding(code: str, position: Position, value: str = "", *, fact: str = "") -> Diagnostic:
    """A finding of this code at a place: `value`, as sent, by its shape; `fact` is in our words."""
    return DIAGNOSTIC_CODES[code].found(position, value, fact)
