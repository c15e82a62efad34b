"""Every finding of the flat-file reader: what it costs, why, and what mends it.

Data, so that the row-by-row result, `ledgerward explain CODE` and the tests say the same.
"""

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.finding_codes import Costing, by_code

_DROP_AGAIN = "Drop the file again, mended; what was read already counts once."
_SEND_ROW = "Drop the row again, mended, under the same transaction and line."
_IDS = "limits: identifiers"
_CSV = "RFC 4180"
_LAYOUT = "profile: fixed"

_file = Costing(Severity.MESSAGE, _DROP_AGAIN)
_row = Costing(Severity.LINE, _SEND_ROW)
_note = Costing(Severity.NOTE, "Nothing must be done.")

_TABLE = (
    _file(
        "PATH_UNKNOWN",
        "inbox: client/profile/name",
        "The file does not lie under a client and a profile.",
        "Drop it as <client>/<profile>/<name>.",
    ),
    _file(
        "CLIENT_UNKNOWN",
        "inbox: client/profile/name",
        "The first part of the path is no registered client; nothing was read.",
        "Ask the integration engineers to register the client, then drop the file again.",
    ),
    _file(
        "PROFILE_UNKNOWN",
        "inbox: client/profile/name",
        "The second part of the path is no profile.",
        "Drop the file under a profile that exists.",
    ),
    _file(
        "FILE_TOO_LARGE",
        "limits: file",
        "The file is over 50 MiB; it was not read and still lies in the inbox.",
        "Drop it in several files; a transaction may lie in any of them.",
    ),
    _file("FILE_EMPTY", _CSV, "The file has no header."),
    _file(
        "ENCODING_WRONG",
        "profile: encoding",
        "The file is in UTF-16 or UTF-32, which no profile reads.",
        "Export it in the encoding of the profile.",
    ),
    _file("HEADER_UNREADABLE", _CSV, "The header cannot be split or decoded."),
    _file("COLUMN_MISSING", "profile: columns", "A column of the profile is not in the header."),
    _file("COLUMN_REPEATED", "profile: columns", "A column of the profile is there twice."),
    _file(
        "ROWS_TOO_MANY",
        "limits: rows",
        "The file has over 200,000 rows.",
        "Drop it in several files; a transaction may lie in any of them.",
    ),
    _file("ROWS_UNREADABLE", "LAW1", "None of the rows can be read; each says why."),
    _row("ROW_CUT", "half a file is never half done", "The file ends inside this row."),
    _row("ROW_TOO_SHORT", _CSV, "The row has fewer cells than the header."),
    _row("ROW_TOO_LONG", _CSV, "The row has more cells than the header."),
    _row("ROW_OVERSIZED", "limits: row", "The row is over 64 KiB."),
    _row("QUOTE_UNCLOSED", _CSV, "A quote opens here, and none closes it in the next 20 lines."),
    _row("QUOTE_BROKEN", _CSV, "Text follows the closing quote of this cell."),
    _row("ROW_IN_DOUBT", _CSV, "The row may be text of a cell above whose quote is not closed."),
    _row("LINE_TOO_SHORT", _LAYOUT, "The line has fewer places than the layout."),
    _row("LINE_TOO_LONG", _LAYOUT, "The line has text behind the last place of the layout."),
    _row("TAB_FOUND", _LAYOUT, "A tab stands in the line: nobody knows how many places it is."),
    _row("RECORD_UNKNOWN", _LAYOUT, "The line is neither header, row nor trailer."),
    _row(
        "TRAILER_WRONG",
        _LAYOUT,
        "The trailer does not count the lines that are there; these count all the same.",
        "Ask the sender for the lines that are missing, and drop them as another file.",
    ),
    _row(
        "TRAILER_MISSING",
        _LAYOUT,
        "The file has no trailer behind its last line; what is there counts all the same.",
        "Ask the sender whether lines are missing, and drop them as another file.",
    ),
    _row("NUL_FOUND", _CSV, "A NUL byte stands in this cell."),
    _row("BYTES_UNDECODABLE", "profile: encoding", "The cell is not in the profile's encoding."),
    _row("FORMULA", "text is no formula", "The cell begins as a formula does (= + - @)."),
    _row("VALUE_MISSING", "USE2", "The cell is empty, and the row means nothing without it."),
    _row("VALUE_TOO_LONG", _IDS, "The value is over 128 characters."),
    _row("CHARACTER_INVALID", _IDS, "A control character or a line break stands in the value."),
    _row("KIND_UNKNOWN", "profile: kinds", "The word says neither withdrawal nor return."),
    _row("QUANTITY_INVALID", "profile: decimal mark", "The quantity is no plain number."),
    _row("CODE_UNKNOWN", "profile: codes", "The word is none of the column's table."),
    _row("GTIN_UNSOUND", "UDI1", "The number is no GTIN with a sound check digit."),
    _row("QUANTITY_NEGATIVE", "PAR5", "The quantity of a count is negative."),
    _row("QUANTITY_ZERO", "USE3", "The quantity is zero: nothing was moved."),
    _row(
        "QUANTITY_TOO_LARGE",
        "limits: quantity",
        "The quantity has over 9 digits before the decimal mark or over 6 behind it.",
    ),
    _row("TIME_INVALID", "profile: times", "The time is in none of the profile's formats."),
    _row("TIME_AMBIGUOUS", "profile: times", "The time can be read as two different moments."),
    _row("REFERENCE_MISSING", "USE5", "The return does not say which withdrawal it takes back."),
    _row(
        "ROW_CONFLICT",
        "USE2",
        "Another row of the file has the same transaction and line with other content.",
        "Drop the row that is true, alone.",
    ),
    _note("ROW_REPEATED", "USE2", "The same row stands in the file before; it counts once."),
    _note("ROWS_ABSENT", _CSV, "The file has a header and no rows."),
    _note("CASES_SEVERAL", "USE9", "The transaction names several cases; it goes without one."),
)

FILE_CODES = by_code(_TABLE)


def finding(code: str, position: Position, value: str = "", *, fact: str = "") -> Diagnostic:
    """A finding of this code at a place: `value`, as sent, by its shape; `fact` is in our words."""
    return FILE_CODES[code].found(position, value, fact)
