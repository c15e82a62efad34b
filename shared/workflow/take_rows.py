"""A flat file of the archive: read whole, handed on by transaction, answered row by row."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.message import Sighting
from shared.canonical.usage import SupplyUsage
from shared.formats.flatfile.documents import findings_of, people_of, transaction_documents
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.transactions import FileSurvey, rows_of, survey, transactions
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.tokens import Tokenizer
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileAnswers, FileOutcome
from shared.workflow.file_facts import received_fact
from shared.workflow.file_progress import FileProgress
from shared.workflow.file_results import RowResults


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFile:
    """A file that is durable in the archive, and how it is to be read."""

    file: DroppedFile
    body: bytes
    sighting: Sighting
    profile: FlatFileProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handed:
    """One transaction on its way."""

    documents: tuple[SupplyUsage, ...]
    findings: tuple[Diagnostic, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRows:
    """`journal_writers`: chains of different documents do not wait for each other."""

    journal: Journal
    documents: DocumentQueue
    tokens: Tokenizer
    answers: FileAnswers
    journal_writers: int

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
        handed = self._documents(arrival, surveyed, results)
        count = progress.hand_on(handed, lambda batch: self._send(arrival, batch))
        if count is None:
            return FileOutcome(code="unfinished", message_id=arrival.sighting.message_id)
        results.counts["documents"] = count
        return self._finish(arrival, "read", surveyed, results)

    def _finish(
        self, arrival: RowFile, outcome: str, surveyed: FileSurvey, results: RowResults
    ) -> FileOutcome:
        file, sighting = arrival.file, arrival.sighting
        return self.answers.finish(file, sighting, outcome, surveyed.findings, results)

    def _documents(
        self, arrival: RowFile, surveyed: FileSurvey, results: RowResults
    ) -> Iterator[_Handed]:
        stream = io.BytesIO(arrival.body)
        for transaction in transactions(stream, arrival.profile, surveyed):
            people, notes = people_of(transaction)
            documents = transaction_documents(
                transaction,
                arrival.profile,
                arrival.sighting,
                case_token=self.tokens.token("case", people.case),
                patient_token=self.tokens.token("patient", people.patient),
            )
            results.add(transaction, documents[0].document_id, notes)
            yield _Handed(
                documents=documents,
                findings=(*notes, *findings_of(transaction)),
                rows=tuple(row.number for row in transaction.rows),
            )

    def _send(self, arrival: RowFile, batch: Sequence[_Handed]) -> None:
        def journalled(handed: _Handed) -> None:
            fact = received_fact(
                arrival.file, arrival.sighting, handed.documents, handed.findings, handed.rows
            )
            self.journal.append(handed.documents[0].document_id, [fact])

        with ThreadPoolExecutor(max_workers=self.journal_writers) as pool:
            list(pool.map(journalled, batch))
        self.documents.send([document for handed in batch for document in handed.documents])


def _refused_rows(arrival: RowFile, surveyed: FileSurvey) -> RowResults:
    """Where no row can be read, each says why; of a file refused before, none was looked at."""
    results = RowResults()
    if surveyed.rows:
        _, rows = rows_of(io.BytesIO(arrival.body), arrival.profile)
        for row in rows:
            results.refuse(row)
    return results
