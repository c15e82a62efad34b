"""A file of the inbox: archived, read whole, handed on by transaction, answered, then cleared.

Everything on the way may be done again: a sighting has one id however often it is delivered, a
document has the id of what it says, and the inbox gives up the file last. So a crash anywhere and
another delivery end as one delivery does.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.message import ClientScope, Sighting
from shared.canonical.usage import SupplyUsage
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.documents import findings_of, people_of, transaction_documents
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import SIZE_LIMIT
from shared.formats.flatfile.transactions import (
    FileSurvey,
    rows_of,
    survey,
    transactions,
)
from shared.ports.clients import ClientRegistry
from shared.ports.clock import Deadline
from shared.ports.file_boxes import FileInbox, FileOutbox
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import RawArchive
from shared.ports.tokens import Tokenizer
from shared.workflow.dropped_files import TAG_LENGTH, DroppedFile
from shared.workflow.file_facts import (
    file_chain,
    file_fact,
    file_of,
    file_sighting,
    progress_fact,
    received_fact,
)
from shared.workflow.file_results import RowResults, told_findings

RESULT_TYPE = "application/x-ndjson"
SUMMARY_TYPE = "application/json"
DOCUMENTS_AT_ONCE = 200  # between two looks at the clock
LAST_WORK_SECONDS = 30.0  # answering and clearing, after the last documents
_WHOLE = Position(segment="file", occurrence=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What became of an arrival.

    `code` is read, refused, gone (another delivery has finished it) or unfinished: the last stays
    in its queue, and goes on from where it stopped.
    """

    code: str
    message_id: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        """Whether the delivery needs nothing more."""
        return self.code != "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """A file that is durable in the archive, and how it is to be read."""

    file: DroppedFile
    body: bytes
    sighting: Sighting
    profile: FlatFileProfile

    @property
    def chain(self) -> str:
        """The journal chain of these bytes, whatever they are called."""
        return file_chain(self.sighting.client.tenant, self.sighting.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handed:
    """One transaction on its way."""

    documents: tuple[SupplyUsage, ...]
    findings: tuple[Diagnostic, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFile:
    """Flat files of registered clients, each read by the profile that it lies under."""

    inbox: FileInbox
    outbox: FileOutbox
    archive: RawArchive
    journal: Journal
    documents: DocumentQueue
    clients: ClientRegistry
    tokens: Tokenizer
    journal_writers: int = 8  # chains of different documents do not wait for each other

    def __call__(self, file: DroppedFile, deadline: Deadline) -> FileOutcome:
        """Take one file in.

        Raises:
            ThrottledError: something could not be made durable; the file is still in the inbox.
        """
        try:
            size = self.inbox.size(file.key, file.version)
            client = self.clients.scope_of(file.path[0]) if file.path else None
            if client is None or file.path is None:
                return self._refuse_unread(file, "CLIENT_UNKNOWN" if file.path else "PATH_UNKNOWN")
            if size > SIZE_LIMIT:
                return self._refuse_unread(file, "FILE_TOO_LARGE", client)
            body = b"".join(self.inbox.open(file.key, file.version))
        except KeyError:
            return FileOutcome(code="gone")
        sighting = file_sighting(file, body, client)
        self.archive.store(sighting, body)
        outcome = self._take_in(file, sighting, body, deadline)
        if outcome.is_finished:
            self.inbox.clear(file.key, file.version)
        return outcome

    def take_in(self, sighting: Sighting, body: bytes, deadline: Deadline) -> FileOutcome:
        """Read, journal, hand on and answer what the archive holds; recovery does it, from the top.

        The inbox is left alone: another file may lie there under the same name by now.

        Raises:
            ThrottledError: something could not be made durable.
        """
        file = file_of(sighting)
        return self._take_in(file, sighting, body, deadline, is_driven_again=True)

    def _take_in(
        self,
        file: DroppedFile,
        sighting: Sighting,
        body: bytes,
        deadline: Deadline,
        *,
        is_driven_again: bool = False,
    ) -> FileOutcome:
        profile = find_profile(file.path[1]) if file.path else None
        if profile is None:
            return self._refuse(file, sighting, [finding("PROFILE_UNKNOWN", _WHOLE)], RowResults())
        arrival = _Arrival(file=file, body=body, sighting=sighting, profile=profile)
        surveyed = survey(io.BytesIO(body), profile)
        if surveyed.is_refused:
            results = _refused_rows(arrival, surveyed)
            return self._refuse(file, sighting, surveyed.findings, results)
        done = 0 if is_driven_again else self._done_before(arrival)
        return self._hand_on(arrival, surveyed, deadline, done)

    def _hand_on(
        self, arrival: _Arrival, surveyed: FileSurvey, deadline: Deadline, done: int
    ) -> FileOutcome:
        results = RowResults()
        handed = self._documents(arrival, surveyed, results)
        count = sum(1 for _ in islice(handed, done))
        while batch := tuple(islice(handed, DOCUMENTS_AT_ONCE)):
            if count > done and deadline.remaining_seconds() < LAST_WORK_SECONDS:
                return FileOutcome(code="unfinished", message_id=arrival.sighting.message_id)
            self._send(arrival, batch)
            count += len(batch)
            if len(batch) == DOCUMENTS_AT_ONCE:
                self.journal.append(arrival.chain, [progress_fact(arrival.sighting, count)])
        results.counts["documents"] = count
        self._answer(arrival.file, arrival.sighting, "read", surveyed.findings, results)
        return FileOutcome(
            code="read", message_id=arrival.sighting.message_id, counts=dict(results.counts)
        )

    def _documents(
        self, arrival: _Arrival, surveyed: FileSurvey, results: RowResults
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

    def _done_before(self, arrival: _Arrival) -> int:
        """How many documents an earlier delivery of this arrival has sent for certain."""
        entries = self.journal.read(arrival.chain)
        message_id = arrival.sighting.message_id
        return max(
            (
                int(str(entry.fact.data["documents"]))
                for entry in entries
                if entry.fact.kind == "progress" and entry.fact.data["message_id"] == message_id
            ),
            default=0,
        )

    def _send(self, arrival: _Arrival, batch: Sequence[_Handed]) -> None:
        def journalled(handed: _Handed) -> None:
            fact = received_fact(
                arrival.file, arrival.sighting, handed.documents, handed.findings, handed.rows
            )
            self.journal.append(handed.documents[0].document_id, [fact])

        with ThreadPoolExecutor(max_workers=self.journal_writers) as pool:
            list(pool.map(journalled, batch))
        self.documents.send([document for handed in batch for document in handed.documents])

    def _refuse(
        self,
        file: DroppedFile,
        sighting: Sighting,
        findings: Sequence[Diagnostic],
        results: RowResults,
    ) -> FileOutcome:
        """Nothing of the file can be used; the archive has it."""
        self._answer(file, sighting, "refused", findings, results)
        return FileOutcome(
            code="refused", message_id=sighting.message_id, counts=dict(results.counts)
        )

    def _refuse_unread(
        self, file: DroppedFile, code: str, client: ClientScope | None = None
    ) -> FileOutcome:
        """Answered, but left in the inbox: what is not archived exists nowhere else."""
        message_id = file.message_id()
        findings = [finding(code, _WHOLE)]
        fact = file_fact(file, message_id, "refused", findings, {"is_archived": False})
        if client is not None:
            self.journal.append(file_chain(client.tenant, message_id), [fact])
        self._put_summary(file, message_id[-TAG_LENGTH:], fact.data, findings)
        return FileOutcome(code="refused", message_id=message_id)

    def _answer(
        self,
        file: DroppedFile,
        sighting: Sighting,
        outcome: str,
        findings: Sequence[Diagnostic],
        results: RowResults,
    ) -> None:
        """Journal, then outbox: what the inbox holds is cleared after this."""
        result_key = file.answer_key(sighting.sha256, "result.jsonl")
        more = {
            "is_archived": True,
            "raw_key": sighting.key,
            "sha256": sighting.sha256,
            "client_id": sighting.client.client_id,
            "result": result_key,
            "counts": dict(results.counts),
        }
        fact = file_fact(file, sighting.message_id, outcome, findings, more)
        self.journal.append(file_chain(sighting.client.tenant, sighting.sha256), [fact])
        self.outbox.put(result_key, results.encoded(), RESULT_TYPE)
        self._put_summary(file, sighting.sha256, fact.data, findings)

    def _put_summary(
        self,
        file: DroppedFile,
        tag: str,
        facts: Mapping[str, object],
        findings: Sequence[Diagnostic],
    ) -> None:
        told = {name: fact for name, fact in facts.items() if name != "diagnostics"}
        summary = {
            **told,
            "dropped_at": file.dropped_at.isoformat(),
            "findings": [*told_findings(findings)],
        }
        text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
        self.outbox.put(file.answer_key(tag, "summary.json"), text.encode(), SUMMARY_TYPE)


def _refused_rows(arrival: _Arrival, surveyed: FileSurvey) -> RowResults:
    """Where no row can be read, each says why; of a file refused before, none was looked at."""
    results = RowResults()
    if surveyed.rows:
        _, rows = rows_of(io.BytesIO(arrival.body), arrival.profile)
        for row in rows:
            results.refuse(row)
    return results
