"""A file's rows by transaction, wherever in the file they stand, without keeping them all.

The file is gone through twice. The first pass keeps two digests of each row: what repeats, what
contradicts, and where each transaction ends. The second hands over each transaction behind its last
row. So before anything is sent it is known what the whole file says.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.usage import MalformedLine
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.header import opened
from shared.formats.flatfile.lines import LineSource
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import (
    ROWS_LIMIT,
    FileHead,
    FileRow,
    PassedOver,
    ReadLine,
    TransactionName,
)
from shared.formats.flatfile.rows import follow

ORPHANS_AT_ONCE = 200  # rows of no known transaction in one document
_DIGEST = 16  # bytes of what is kept of a row: no two of a file meet by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSurvey:
    """What a first pass over a file finds.

    `repeats` and `conflicts` name for a row the one before it that has the same transaction and
    line; a conflict counts for both.
    """

    head: FileHead
    findings: tuple[Diagnostic, ...]
    rows: int = 0
    ends: dict[bytes, int] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)
    conflicts: dict[int, int] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file can be used."""
        return self.head.is_refused or any(
            found.code in ("ROWS_TOO_MANY", "ROWS_UNREADABLE") for found in self.findings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Rows that make one document: of one transaction, or of none that is known.

    `rows` stand in an order of their own, the same in whatever order and file they came; `repeated`
    are the numbers of the rows that say the same again.
    """

    name: TransactionName | None
    rows: tuple[FileRow, ...]
    repeated: tuple[int, ...] = ()


def everything_of(
    source: LineSource, profile: FlatFileProfile
) -> tuple[FileHead, Iterator[FileRow | PassedOver]]:
    """The header and what stands behind it but blank lines; nothing if the file is refused."""
    head, records = opened(source, profile)
    return head, iter(()) if head.is_refused else follow(records, head, profile)


def rows_of(stream: BinaryIO, profile: FlatFileProfile) -> tuple[FileHead, Iterator[FileRow]]:
    """The header and the rows behind it, from the beginning of the file; none if it is refused."""
    head, everything = everything_of(LineSource(stream), profile)
    return head, (each for each in everything if isinstance(each, FileRow))


def survey(stream: BinaryIO, profile: FlatFileProfile) -> FileSurvey:
    """Go through a file once; never raises."""
    head, rows = rows_of(stream, profile)
    found = _Survey()
    for row in rows:
        if found.rows == ROWS_LIMIT:
            position = Position(segment="row", occurrence=row.number)
            return FileSurvey(head=head, findings=(finding("ROWS_TOO_MANY", position),))
        found.add(row)
    return FileSurvey(
        head=head,
        findings=(*head.findings, *(() if head.is_refused else found.findings())),
        rows=found.rows,
        ends=found.ends,
        repeats=found.repeats,
        conflicts=found.conflicts,
    )


def transactions(
    stream: BinaryIO, profile: FlatFileProfile, surveyed: FileSurvey
) -> Iterator[Transaction]:
    """Go through the same file again, from its beginning: every row in exactly one transaction."""
    open_rows: dict[bytes, list[FileRow]] = {}
    orphans: list[FileRow] = []
    _, rows = rows_of(stream, profile)
    for row in rows:
        if row.transaction is None:
            orphans.append(row)
            if len(orphans) == ORPHANS_AT_ONCE:
                yield Transaction(name=None, rows=tuple(orphans))
                orphans = []
            continue
        which = _mark(row.transaction.facility, row.transaction.transaction)
        open_rows.setdefault(which, []).append(judged(row, surveyed))
        if surveyed.ends.get(which) == row.number:
            yield _transaction(row.transaction, open_rows.pop(which), surveyed)
    if orphans:
        yield Transaction(name=None, rows=tuple(orphans))


@dataclass(slots=True)
class _Survey:
    rows: int = 0
    readable: int = 0
    seen: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    ends: dict[bytes, int] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)
    conflicts: dict[int, int] = field(default_factory=dict)

    def add(self, row: FileRow) -> None:
        self.rows += 1
        if row.transaction is not None:
            which = _mark(row.transaction.facility, row.transaction.transaction)
            self.ends[which] = row.number
        if not isinstance(row.line, MalformedLine):
            self.readable += 1
            self._compare(row, row.line)

    def findings(self) -> Iterator[Diagnostic]:
        if not self.rows:
            yield finding("ROWS_ABSENT", Position(segment="row"))
        elif not self.readable:
            yield finding("ROWS_UNREADABLE", Position(segment="row"))

    def _compare(self, row: FileRow, line: ReadLine) -> None:
        content = row.digest[:_DIGEST]
        before, number = self.seen.setdefault(_mark(*line.key), (content, row.number))
        if number == row.number:
            return
        if before == content:
            self.repeats[row.number] = number
        else:
            self.conflicts[row.number] = number
            self.conflicts.setdefault(number, row.number)


def judged(row: FileRow, surveyed: FileSurvey) -> FileRow:
    """Of two rows that contradict each other neither is believed: their order proves nothing."""
    other = surveyed.conflicts.get(row.number)
    if other is None or isinstance(row.line, MalformedLine):
        return row
    held = finding("ROW_CONFLICT", row.line.position, fact=f"row {other}")
    line = MalformedLine(number=str(row.number), key=row.line.key, diagnostic=held)
    return replace(row, line=line)


def _transaction(name: TransactionName, rows: list[FileRow], surveyed: FileSurvey) -> Transaction:
    kept = [row for row in rows if row.number not in surveyed.repeats]
    kept.sort(key=lambda row: (row.line.key, row.digest, row.number))
    return Transaction(
        name=name,
        rows=tuple(kept),
        repeated=tuple(row.number for row in rows if row.number in surveyed.repeats),
    )


def _mark(*parts: str) -> bytes:
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=_DIGEST).digest()
