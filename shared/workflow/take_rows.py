"""A flat file of the archive: read whole, handed on by transaction, answered row by row."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from shared.canonical.usage import SupplyUsage
from shared.formats.flatfile.documents import people_of, transaction_documents
from shared.formats.flatfile.profile import FileKind
from shared.formats.flatfile.reading import CaseIdentifiers
from shared.formats.flatfile.transactions import (
    FileSurvey,
    Transaction,
    rows_of,
    survey,
    transactions,
)
from shared.ports.tokens import Tokenizer
from shared.workflow.document_chain import DocumentChain
from shared.workflow.file_answers import FileAnswers, FileOutcome
from shared.workflow.file_progress import FileProgress
from shared.workflow.file_results import RowResults
from shared.workflow.hand_on import HandOn
from shared.workflow.handed_rows import RowFile, handed_usage, other_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRows:
    """Takes in files of rows, each a transaction, a count or an item."""

    tokens: Tokenizer
    answers: FileAnswers
    hand_on: HandOn

    def __call__(self, arrival: RowFile, progress: FileProgress) -> FileOutcome:
        """Take a file in.

        Raises:
            ThrottledError: something could not be made durable.
        """
        surveyed = survey(io.BytesIO(arrival.body), arrival.profile)
        if surveyed.is_refused:
            refused = _refused_rows(arrival, surveyed)
            return self._finish(arrival, "refused", surveyed, refused)
        results = RowResults()
        count = progress.hand_on(self._handed(arrival, surveyed, results), self.hand_on)
        if count is None:
            return FileOutcome(code="unfinished", message_id=arrival.sighting.message_id)
        results.counts["documents"] = count
        return self._finish(arrival, "read", surveyed, results)

    def _finish(
        self, arrival: RowFile, outcome: str, surveyed: FileSurvey, results: RowResults
    ) -> FileOutcome:
        file, sighting = arrival.file, arrival.sighting
        return self.answers.finish(file, sighting, outcome, surveyed.findings, results)

    def _handed(
        self, arrival: RowFile, surveyed: FileSurvey, results: RowResults
    ) -> Iterator[DocumentChain]:
        stream = io.BytesIO(arrival.body)
        for transaction in transactions(stream, arrival.profile, surveyed):
            people, notes = people_of(transaction)
            if arrival.profile.kind is FileKind.USAGE:
                documents = self._documents(arrival, transaction, people)
                handed = handed_usage(arrival, transaction, documents, notes)
            else:
                handed = other_rows(arrival, transaction)
            results.add(transaction, handed.document_id, notes)
            yield handed

    def _documents(
        self, arrival: RowFile, transaction: Transaction, people: CaseIdentifiers
    ) -> tuple[SupplyUsage, ...]:
        return transaction_documents(
            transaction,
            arrival.profile,
            arrival.sighting,
            case_token=self.tokens.token("case", people.case),
            patient_token=self.tokens.token("patient", people.patient),
        )


def _refused_rows(arrival: RowFile, surveyed: FileSurvey) -> RowResults:
    """Where no row can be read, each says why; of a file refused before, none was looked at."""
    results = RowResults()
    if surveyed.rows:
        _, rows = rows_of(io.BytesIO(arrival.body), arrival.profile)
        for row in rows:
            results.refuse(row)
    return results
