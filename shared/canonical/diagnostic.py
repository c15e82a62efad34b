"""What a reader found wrong, and exactly where."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much of the message a finding costs."""

    MESSAGE = "message"  # nothing of it can be used
    LINE = "line"  # this line cannot be used, the others can
    NOTE = "note"  # everything can be used


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where in the message.

    The segment and its occurrence, field, repetition, component, and byte offset.

    Counting is the standard's: from 1, and MSH-1 is the field separator itself. 0 means "the
    whole".
    """

    segment: str
    occurrence: int = 1
    field: int = 0
    repetition: int = 0
    component: int = 0
    byte: int = 0

    def __str__(self) -> str:
        """FT1[2]-7.1 @ byte 214."""
        field = f"-{self.field}" if self.field else ""
        component = f".{self.component}" if self.component else ""
        return f"{self.segment}[{self.occurrence}]{field}{component} @ byte {self.byte}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding of a reader.

    `value` is shown to people, so it never comes from a patient's field.
    """

    code: str
    severity: Severity
    position: Position
    rule: str
    message: str
    value: str = ""
