"""What would become of each line of a file, without anything becoming of it.

The file is gone through twice, as it is when it is taken in: what repeats and what contradicts is
known before the first line is told. Then one line is told after another, in the order of the file,
and every physical line of it once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.usage import MalformedLine
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.lines import LineSource
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import FileHead, FileRow, PassedOver
from shared.formats.flatfile.transactions import FileSurvey, everything_of, judged, survey


class Fate(StrEnum):
    """What would become of a line."""

    READ = "read"
    HELD = "held"  # would wait for a person
    REPEATED = "repeated"  # says what a row before it says; counts once
    REFUSED = "refused"  # with the whole file
    HEADER = "header"
    TRAILER = "trailer"
    BLANK = "blank"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One row, or lines that are none.

    It begins on the physical line `first_line`, from 1, and has `lines` of them: none if what it
    tells of is a line that is not there.
    """

    fate: Fate
    first_line: int
    lines: int = 1
    row: FileRow | None = None
    found: Diagnostic | None = None


@dataclass(slots=True, kw_only=True)
class DryRun:
    """A file that is open and can be read again from its beginning.

    `findings` are those of the file as a whole. `counts` are physical lines by what would become
    of them, and `lines` all that were told. It `is_incomplete` if a line is missing.
    """

    stream: BinaryIO
    profile: FlatFileProfile
    surveyed: FileSurvey
    counts: Counter[Fate] = field(default_factory=Counter)
    is_incomplete: bool = False

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What is the matter with the file as a whole."""
        return self.surveyed.findings

    @property
    def lines(self) -> int:
        """How many physical lines were told."""
        return sum(self.counts.values())

    def told(self) -> Iterator[ToldLine]:
        """Every line, once; never raises, whatever the bytes."""
        for each in self._every():
            self.counts[each.fate] += each.lines
            self.is_incomplete |= not each.lines
            yield each

    def _every(self) -> Iterator[ToldLine]:
        self.stream.seek(0)
        source = LineSource(self.stream)
        head, everything = everything_of(source, self.profile)
        yield from _header(head)
        expected = 1 if head.is_refused else head.last_line + 1
        for each in everything:
            told = self._told(each)
            if told.lines:
                yield from _lines(Fate.BLANK, expected, told.first_line)
                expected = told.first_line + told.lines
            yield told
        while head.is_refused and source.next() is not None:
            pass
        rest = Fate.REFUSED if head.is_refused else Fate.BLANK
        yield from _lines(rest, expected, source.count + 1)

    def _told(self, each: FileRow | PassedOver) -> ToldLine:
        if isinstance(each, PassedOver):
            return ToldLine(fate=Fate(each.kind), first_line=each.first_line)
        row = judged(each, self.surveyed)
        found = row.line.diagnostic if isinstance(row.line, MalformedLine) else None
        fate = Fate.HELD if found else Fate.READ
        if self.surveyed.is_refused:
            fate = Fate.REFUSED
        elif row.number in self.surveyed.repeats:
            fate, found = Fate.REPEATED, _repeated(row, self.surveyed.repeats[row.number])
        return ToldLine(fate=fate, first_line=row.first_line, lines=row.lines, row=row, found=found)


def dry_run(stream: BinaryIO, profile: FlatFileProfile) -> DryRun:
    """Go through a file that is open at its beginning; `told` goes through it again."""
    return DryRun(stream=stream, profile=profile, surveyed=survey(stream, profile))


def _repeated(row: FileRow, before: int) -> Diagnostic | None:
    if isinstance(row.line, MalformedLine):
        return None
    return finding("ROW_REPEATED", row.line.position, fact=f"row {before}")


def _header(head: FileHead) -> Iterator[ToldLine]:
    if head.lines and not head.is_refused:
        first = head.last_line - head.lines + 1
        yield from _lines(Fate.BLANK, 1, first)
        yield ToldLine(fate=Fate.HEADER, first_line=first, lines=head.lines)


def _lines(fate: Fate, first: int, behind: int) -> Iterator[ToldLine]:
    if behind > first:
        yield ToldLine(fate=fate, first_line=first, lines=behind - first)
