"""What a reader of files is asked and answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.usage import MalformedLine, UsageLine

SIZE_LIMIT = 50 * 1024 * 1024
"""Bytes of one file. It is archived by one put and read in one run of a function with 1 GiB; a
cabinet's day is under 1 MiB."""

ROWS_LIMIT = 200_000
"""Rows of one file: what is kept of each until the last is seen must fit that run as well."""


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
    """A source's transaction: its numbers are its facility's own."""

    facility: str
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """The header: where each fact stands, and what keeps the whole file from being read."""

    places: Mapping[str, int]
    names: tuple[str, ...]
    findings: tuple[Diagnostic, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file can be used."""
        return any(found.severity is Severity.MESSAGE for found in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One row as read. `digest` covers what it says of stock, and not where it stands or of whom.

    `transaction` is None where the row does not say, or cannot be trusted to say, whose it is.
    """

    number: int
    line: UsageLine | MalformedLine
    digest: bytes
    transaction: TransactionName | None = None
    people: CaseIdentifiers = NOBODY
