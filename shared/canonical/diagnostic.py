"""What a reader found wrong, and exactly where."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much of the message a finding costs."""

    MESSAGE = "message"  # nothing of it can be used
    LINE = "line"  # this line cannot be used, the others can
    NOTE = "note"  # everything can be used


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where in the message.

    The segment and its occurrence, field, repetition, component, and byte offset.

    Counting is the standard's: from 1, and MSH-1 is the field separator itself. 0 means "the
    whole". In JSON the segment is the pointer (RFC 6901), in FHIR the path with its elements
    (SupplyRequest.quantity.value); neither has an occurrence. In a table the segment is `row` (the
    header is row 1), the field the number of the column, `column` its name.
    """

    segment: str
    occurrence: int = 1
    field: int = 0
    repetition: int = 0
    component: int = 0
    byte: int = 0
    column: str = ""

    def __str__(self) -> str:
        """FT1[2]-7.1 @ byte 9, or /document/lines/0/lot @ byte 9, or row[2]-5 Quantity @ byte 9."""
        occurrence = f"[{self.occurrence}]" if self.occurrence else ""
        field = f"-{self.field}" if self.field else ""
        component = f".{self.component}" if self.component else ""
        column = f" {self.column}" if self.column else ""
        return f"{self.segment}{occurrence}{field}{component}{column} @ byte {self.byte}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding of a reader.

    `value` is shown to people, so it tells the shape of what stands there, never the text: a sender
    that shifts a field puts a patient's name anywhere.
    """

    code: str
    severity: Severity
    position: Position
    rule: str
    message: str
    value: str = ""
