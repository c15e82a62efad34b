"""Whether a file has all the lines that its sender says it has.

A count that is wrong is held, and the rows that are there count all the same (LAW1): what is
missing may come with another file.
"""

from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Position
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.layout import Counted, FixedLayout
from shared.formats.flatfile.record import Record, RecordKind


@dataclass(slots=True)
class TrailerCheck:
    """Counts the lines of one file between its headers and trailers."""

    layout: FixedLayout
    details: int = 0
    lines: int = 0
    last: Record | None = None
    is_open: bool = True

    def passed(self, record: Record) -> None:
        """One line more, whatever it is."""
        if record.kind is RecordKind.HEADER:
            self.details = self.lines = 0
        self.lines += 1
        self.details += record.kind is RecordKind.DETAIL
        self.is_open = record.kind is not RecordKind.TRAILER
        self.last = record

    def trailer(self, record: Record) -> Diagnostic | None:
        """What is wrong with a trailer that was passed; the count begins again behind it."""
        layout, counted = self.layout, {Counted.DETAILS: self.details, Counted.LINES: self.lines}
        self.details = self.lines = 0
        if layout.count is None:
            return None
        stated = record.cells[0]
        is_whole = len(stated) == layout.count.length and stated.strip().isdigit()
        there = counted[layout.counts]
        if is_whole and int(stated) == there:
            return None
        return _at(record.number, record.byte_of(0), "TRAILER_WRONG", f"{there} there")

    def ended(self) -> Diagnostic | None:
        """What is wrong if no line follows."""
        if self.layout.trailer is None or not self.is_open or self.last is None:
            return None
        return _at(self.last.number + 1, self.last.byte, "TRAILER_MISSING", "")


def _at(number: int, byte: int, code: str, fact: str) -> Diagnostic:
    position = Position(segment="row", occurrence=number, byte=byte)
    return finding(code, position, fact=fact)
