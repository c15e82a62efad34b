"""What became of a file, row by row and in sum: what its sender finds in the outbox."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.usage import MalformedLine
from shared.formats.flatfile.codes import FILE_CODES
from shared.formats.flatfile.reading import FileRow
from shared.formats.flatfile.transactions import Transaction

TOLD_FINDINGS = 100


class RowOutcome(StrEnum):
    """What became of one row."""

    READ = "read"  # on its way; `ledgerward trace` says what came of it
    HELD = "held"  # waits for a person
    REPEATED = "repeated"  # says what a row before it says; counts once
    REFUSED = "refused"  # with the whole file


@dataclass(slots=True)
class RowResults:
    """One JSON object for each row of the file, in their order in the end."""

    rows: list[tuple[int, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, transaction: Transaction, document_id: str, notes: Sequence[Diagnostic]) -> None:
        """The rows of one transaction, which went on as this document."""
        for row in transaction.rows:
            held = row.line.diagnostic if isinstance(row.line, MalformedLine) else None
            outcome = RowOutcome.HELD if held else RowOutcome.READ
            self._put(row, outcome, held or next(iter(notes), None), document_id)
        for number in transaction.repeated:
            entry = FILE_CODES["ROW_REPEATED"]
            self._write(
                number,
                transaction=transaction.name.transaction if transaction.name else "",
                outcome=RowOutcome.REPEATED,
                code=entry.code,
                column="",
                document_id=document_id,
                rule=entry.rule,
                message=entry.message,
            )

    def refuse(self, row: FileRow) -> None:
        """A row of a file that was refused because no row of it can be read."""
        if isinstance(row.line, MalformedLine):
            self._put(row, RowOutcome.REFUSED, row.line.diagnostic, "")

    def encoded(self) -> bytes:
        """JSON lines, one for each row."""
        return "".join(f"{text}\n" for _, text in sorted(self.rows)).encode()

    def _put(
        self, row: FileRow, outcome: RowOutcome, found: Diagnostic | None, document_id: str
    ) -> None:
        more: dict[str, object] = {}
        if found:
            more = {
                "rule": found.rule,
                "message": found.message,
                "value": found.value,
                "byte": found.position.byte,
            }
        self._write(
            row.number,
            transaction=row.transaction.transaction if row.transaction else "",
            outcome=outcome,
            code=found.code if found else "",
            column=found.position.column if found else "",
            document_id=document_id,
            **more,
        )

    def _write(self, number: int, *, outcome: RowOutcome, **facts: object) -> None:
        self.counts[outcome.value] += 1
        self.counts["rows"] += 1
        told = {"row": number, "outcome": outcome, **facts}
        self.rows.append((number, json.dumps(told, ensure_ascii=False)))


def told_findings(findings: Sequence[Diagnostic]) -> Iterator[Mapping[str, object]]:
    """What is the matter with the file as a whole, and what mends it."""
    for found in findings[:TOLD_FINDINGS]:
        yield {
            "code": found.code,
            "severity": found.severity.value,
            "row": found.position.occurrence,
            "column": found.position.column,
            "rule": found.rule,
            "message": found.message,
            "value": found.value,
            "remedy": FILE_CODES[found.code].remedy,
        }
