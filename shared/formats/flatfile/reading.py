"""What a reader of files is asked and answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.inventory_report import ReportLine
from shared.canonical.item_master import ItemMasterRecord
from shared.canonical.usage import MalformedLine, UsageLine

SIZE_LIMIT = 50 * 1024 * 1024
"""Bytes of one file. It is archived by one put and read in one run of a function with 1 GiB; a
cabinet's day is under 1 MiB."""

ROWS_LIMIT = 200_000
"""Rows of one file: what is kept of each until the last is seen must fit that run as well."""

ReadLine = UsageLine | ReportLine | ItemMasterRecord


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CaseIdentifiers:
    """What the edge turns into tokens at once (USE9). Its text never shows a value."""

    case: str = ""
    patient: str = ""

    def __repr__(self) -> str:
        """Only that there are some."""
        return "CaseIdentifiers(hidden)"


NOBODY = CaseIdentifiers()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionName:
    """A source's transaction: its numbers are its facility's own.

    In a file of items it is the item, in one of counts the count.
    """

    facility: str
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """The header: where each fact stands, and what keeps the whole file from being read.

    It ends on the physical line `last_line` and has `lines` of them, none where a layout says what
    is where.
    """

    places: Mapping[str, int]
    names: tuple[str, ...]
    findings: tuple[Diagnostic, ...] = ()
    last_line: int = 0
    lines: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file can be used."""
        return any(found.severity is Severity.MESSAGE for found in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One row as read. `digest` covers what it says of stock, and not where it stands or of whom.

    `transaction` is None where the row does not say, or cannot be trusted to say, whose it is. Its
    first physical line is `first_line`, and it has `lines` of them: none if what it tells of is a
    line that is not there.
    """

    number: int
    line: ReadLine | MalformedLine
    digest: bytes
    transaction: TransactionName | None = None
    people: CaseIdentifiers = NOBODY
    first_line: int = 0
    lines: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A line that is no row and is as it must be: `kind` is header or trailer."""

    first_line: int
    kind: str
