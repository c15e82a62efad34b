"""One row of any kind: read, or held as whose it is."""

import hashlib
import json
from collections.abc import Sequence

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.usage import MalformedLine
from shared.formats.flatfile.cells import Cells, RowFaultError
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import (
    NOBODY,
    CaseIdentifiers,
    FileRow,
    ReadLine,
    TransactionName,
)
from shared.formats.flatfile.record import Record

Key = tuple[str, ...]


class RowReader:
    """Remembers what was read before a fault, so that the row is held as whose it is.

    A kind of row says who it is and what it says.
    """

    def __init__(self, cells: Cells, profile: FlatFileProfile) -> None:
        self.cells = cells
        self.profile = profile
        self.transaction: TransactionName | None = None
        self.key: Key = ()

    def identify(self) -> None:
        """Set the transaction, and then the intent key.

        Raises:
            RowFaultError: the row does not say.
        """
        raise NotImplementedError

    def noun(self) -> ReadLine:
        """The row as what it is.

        Raises:
            RowFaultError: a cell of it is of no use.
        """
        raise NotImplementedError

    def said(self, line: ReadLine) -> Sequence[str]:
        """All that the row says of stock: what makes two rows the same."""
        raise NotImplementedError

    def people(self) -> CaseIdentifiers:
        """Whose it is."""
        return NOBODY

    def read(self) -> FileRow:
        """The row; never raises."""
        people, record = NOBODY, self.cells.record
        line: ReadLine | MalformedLine
        try:
            self.identify()
            if trouble := self.cells.trouble:
                raise RowFaultError(trouble)  # noqa: TRY301 - one way out for every fault
            people = self.people()
            noun = self.noun()
            line, digest = noun, _digest(self.said(noun))
        except RowFaultError as fault:
            found = self.cells.trouble or fault.diagnostic
            line = MalformedLine(number=str(record.number), key=self.key, diagnostic=found)
            digest = _digest_of_malformed(self.cells.read_by_meaning())
        return FileRow(
            number=record.number,
            line=line,
            digest=digest,
            transaction=self.transaction,
            people=people,
            first_line=record.line,
            lines=record.lines,
        )

    def facility(self) -> str:
        """Where the row is of: the profile's facility, or the column's."""
        return self.profile.facility or self.cells.required("facility")


def held_line(record: Record, number: int, found: Diagnostic) -> FileRow:
    """A line that is no row, and not as it must be."""
    return FileRow(
        number=number,
        line=MalformedLine(number=str(number), key=(), diagnostic=found),
        digest=_digest_of_malformed(found.code.encode() + b"".join(record.cells)),
        first_line=number,
        lines=int(number == record.number),
    )


def _digest(said: Sequence[str]) -> bytes:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _digest_of_malformed(cells: bytes) -> bytes:
    return hashlib.sha256(b"malformed\x00" + cells).digest()
