"""One scanned line while it is read: what it says, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.udi.codes import finding

GS = "\x1d"  # as scanners send FNC1


class Element(NamedTuple):
    """One element: its identifier, its value, and its byte in the line."""

    id: str
    value: str
    at: int


@dataclass(slots=True, kw_only=True)
class Scan:
    """A line of what was sent, from 1, and its first byte. `year` is that of the reading."""

    line: int
    byte: int
    raw: str
    year: int
    findings: list[Diagnostic] = field(default_factory=list)

    def place(self, at: int = 0) -> Position:
        """A byte of the line."""
        return Position(segment="barcode", occurrence=self.line, byte=self.byte + at)

    def tell(self, code: str, at: int, value: str = "") -> None:
        """Tell a finding at a byte of the line."""
        self.findings.append(finding(code, self.place(at), value))
