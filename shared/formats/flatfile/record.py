"""One row of a file before anything of it is believed."""

from dataclasses import dataclass
from enum import StrEnum


class RecordKind(StrEnum):
    """What a line of a file is there for."""

    DETAIL = "detail"
    HEADER = "header"
    TRAILER = "trailer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row as it stands in the file, the header among them; blank ones are left out.

    `fault` is the code of what keeps it from being split, at the cell numbered `fault_cell`, so
    many bytes from its beginning, and `fault_fact` says more of it in our words.
    """

    number: int  # counts every row, blank ones too; the first is 1
    byte: int
    line: int  # the first of its physical lines
    cells: tuple[bytes, ...] = ()
    offsets: tuple[int, ...] = ()  # of the cells from `byte`; empty where all of them are unquoted
    lines: int = 1
    is_terminated: bool = True
    kind: RecordKind = RecordKind.DETAIL
    fault: str = ""
    fault_cell: int | None = None
    fault_byte: int = 0
    fault_fact: str = ""

    def byte_of(self, cell: int) -> int:
        """Where a cell begins in the file."""
        if self.offsets:
            return self.byte + self.offsets[cell]
        return self.byte + sum(len(each) + 1 for each in self.cells[:cell])
