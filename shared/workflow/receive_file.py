"""A file of the inbox: archived, taken in as the profile it lies under says, answered, cleared.

Everything on the way may be done again: a sighting has one id however often it is delivered, a
document has the id of what it says, and the inbox gives up the file last. So a crash anywhere and
another delivery end as one delivery does.
"""

from dataclasses import dataclass

from shared.canonical.diagnostic import Position
from shared.canonical.message import ClientScope, Sighting
from shared.formats.edi.codes import EDI_CODES
from shared.formats.flatfile.codes import finding
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.reading import SIZE_LIMIT
from shared.formats.hl7v2.acknowledge import CONTENT_TYPE
from shared.formats.hl7v2.codes import DIAGNOSTIC_CODES
from shared.formats.partners import find_partner
from shared.ports.clients import ClientRegistry
from shared.ports.clock import Deadline
from shared.ports.file_boxes import FileInbox, FileOutbox
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import RawArchive
from shared.ports.tokens import Tokenizer
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileAnswers, FileOutcome
from shared.workflow.file_facts import MESSAGES, file_of, file_sighting
from shared.workflow.file_progress import FileProgress
from shared.workflow.file_results import RowResults, told_findings
from shared.workflow.hand_on import HandOn
from shared.workflow.handed_rows import RowFile
from shared.workflow.interchange_parts import PartnerFile
from shared.workflow.message_chain import has_profile
from shared.workflow.take_interchanges import TakeInterchanges
from shared.workflow.take_messages import HL7V2, MessageFile, TakeMessages
from shared.workflow.take_rows import TakeRows
from shared.workflow.told_findings import told_by

_WHOLE = Position(segment="file", occurrence=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFile:
    """Files of registered clients, read by the profile they lie under, HL7 v2 by its client's."""

    inbox: FileInbox
    outbox: FileOutbox
    archive: RawArchive
    journal: Journal
    documents: DocumentQueue
    holds: HoldStore
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
            if file.path[1] == HL7V2 and not has_profile(client):
                return self._refuse_unread(file, "PROFILE_UNKNOWN", client)
            if size > SIZE_LIMIT:
                return self._refuse_unread(file, "FILE_TOO_LARGE", client)
            body = b"".join(self.inbox.open(file.key, file.version))
        except KeyError:
            return FileOutcome(code="gone")
        sighting = _sighting(file, body, client)
        self.archive.store(sighting, body)
        progress = self._progress(sighting, deadline)
        outcome = self._take_in(file, sighting, body, progress)
        if outcome.is_finished:
            self.inbox.clear(file.key, file.version)
        return outcome

    def take_in(self, sighting: Sighting, body: bytes, deadline: Deadline) -> FileOutcome:
        """Read, journal, hand on and answer what the archive holds; recovery does it, from the top.

        The inbox is left alone: another file may lie there under the same name by now.

        Raises:
            ThrottledError: something could not be made durable.
        """
        progress = self._progress(sighting, deadline, is_driven_again=True)
        return self._take_in(file_of(sighting), sighting, body, progress)

    def _take_in(
        self, file: DroppedFile, sighting: Sighting, body: bytes, progress: FileProgress
    ) -> FileOutcome:
        name = file.path[1] if file.path else ""
        if name == HL7V2:
            messages = MessageFile(file=file, body=body, sighting=sighting)
            return self._take_messages()(messages, progress)
        profile, partner = find_profile(name), find_partner(name)
        if profile is not None:
            rows = RowFile(file=file, body=body, sighting=sighting, profile=profile)
            return self._take_rows()(rows, progress)
        if partner is not None:
            sets = PartnerFile(file=file, body=body, sighting=sighting, partner=partner)
            return self._take_interchanges()(sets, progress)
        unknown = [finding("PROFILE_UNKNOWN", _WHOLE)]
        return self._answers().finish(file, sighting, "refused", unknown, RowResults())

    def _progress(
        self, sighting: Sighting, deadline: Deadline, *, is_driven_again: bool = False
    ) -> FileProgress:
        return FileProgress(
            journal=self.journal,
            sighting=sighting,
            deadline=deadline,
            is_driven_again=is_driven_again,
        )

    def _take_rows(self) -> TakeRows:
        return TakeRows(tokens=self.tokens, answers=self._answers(), hand_on=self._hand_on())

    def _take_messages(self) -> TakeMessages:
        answers = FileAnswers(
            journal=self.journal, outbox=self.outbox, told=told_by(DIAGNOSTIC_CODES)
        )
        return TakeMessages(tokens=self.tokens, answers=answers, hand_on=self._hand_on())

    def _take_interchanges(self) -> TakeInterchanges:
        return TakeInterchanges(
            journal=self.journal,
            holds=self.holds,
            outbox=self.outbox,
            answers=FileAnswers(journal=self.journal, outbox=self.outbox, told=told_by(EDI_CODES)),
            journal_writers=self.journal_writers,
        )

    def _hand_on(self) -> HandOn:
        return HandOn(
            journal=self.journal,
            documents=self.documents,
            holds=self.holds,
            journal_writers=self.journal_writers,
        )

    def _answers(self) -> FileAnswers:
        return FileAnswers(journal=self.journal, outbox=self.outbox, told=told_findings)

    def _refuse_unread(
        self, file: DroppedFile, code: str, client: ClientScope | None = None
    ) -> FileOutcome:
        return self._answers().refuse_unread(file, finding(code, _WHOLE), client)


def _sighting(file: DroppedFile, body: bytes, client: ClientScope) -> Sighting:
    """Archived under the source whose reader the path names."""
    name = file.path[1] if file.path else ""
    if name == HL7V2:
        return file_sighting(file, body, client, source=MESSAGES, content_type=CONTENT_TYPE)
    partner = find_partner(name) if name else None
    if partner is None:
        return file_sighting(file, body, client)
    return file_sighting(
        file, body, client, source=partner.source, content_type=partner.content_type
    )
