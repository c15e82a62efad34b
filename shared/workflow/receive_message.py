"""Edge: bytes are archived, read, journalled and enqueued before anybody is told we have them."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from shared.canonical.message import ClientScope, Sighting
from shared.formats.hl7v2.acknowledge import CONTENT_TYPE, acknowledge
from shared.formats.hl7v2.costing import AckCode
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading
from shared.ports.clients import ClientRegistry
from shared.ports.clock import Clock
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import RawArchive
from shared.ports.tokens import Tokenizer
from shared.workflow.message_chain import context_of, message_chain
from shared.workflow.receiving import (
    Answer,
    InboundMessage,
    new_sighting,
    problem,
)
from shared.workflow.resting_messages import line_count

STATUS = {
    AckCode.ACCEPT: HTTPStatus.ACCEPTED,
    AckCode.ERROR: HTTPStatus.UNPROCESSABLE_ENTITY,
    AckCode.REJECT: HTTPStatus.BAD_REQUEST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMessage:
    """HL7 v2 over HTTPS. `new_id` mints message ids and our own control ids.

    Charges go on to be mapped and posted. No step works on what other messages say yet: they rest
    in the journal, and their lines that could not be read wait as holds.
    """

    archive: RawArchive
    journal: Journal
    documents: DocumentQueue
    holds: HoldStore
    clients: ClientRegistry
    tokens: Tokenizer
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, message: InboundMessage) -> Answer:
        """Take one message; the answer's code is MSA-1.

        Raises:
            ThrottledError: it could not be made durable; nothing was acknowledged.
            LedgerwardError: the client's registration names a profile that there is not. Nothing
                was stored: what is could never be read.
        """
        client = self.clients.scope_of(message.client_id)
        if client is None:
            return _not_registered()
        context_of(client)
        sighting = self._archived(message, client)
        reading, document_id = self.take_in(sighting, message.body)
        return self._acknowledged(reading, sighting, document_id)

    def take_in(self, sighting: Sighting, body: bytes) -> tuple[MessageReading, str]:
        """Read, journal and enqueue what the archive holds. Again does no harm: recovery does it.

        The text is the document's id, empty if the message was refused.

        Raises:
            ThrottledError: it could not be made durable.
            LedgerwardError: the client's registration names a profile that there is not.
        """
        reading = read_message(body, context_of(sighting.client))
        chain = message_chain(reading, sighting, self.tokens, refused_id=sighting.message_id)
        if chain.holds:  # first: whoever finds the document finds what it waits for
            self.holds.open(chain.holds)
        self.journal.append(chain.document_id, chain.facts, opening=True)
        self.documents.send(chain.documents)
        return reading, chain.document_id if reading.document else ""

    def _archived(self, message: InboundMessage, client: ClientScope) -> Sighting:
        sighting = new_sighting(
            message.body,
            message_id=self.new_id(),
            source=message.source,
            client=client,
            content_type=message.content_type,
            received_at=self.clock.now(),
        )
        self.archive.store(sighting, message.body)
        return sighting

    def _acknowledged(
        self, reading: MessageReading, sighting: Sighting, document_id: str
    ) -> Answer:
        answer = acknowledge(
            reading.header, reading.diagnostics, control_id=self.new_id()[:20], at=self.clock.now()
        )
        return Answer(
            status=STATUS[answer.code],
            content_type=CONTENT_TYPE,
            body=answer.body,
            code=answer.code.value,
            message_id=sighting.message_id,
            document_id=document_id,
            lines=line_count(reading.document) + len(reading.malformed) if reading.document else 0,
        )


def _not_registered() -> Answer:
    return problem(
        HTTPStatus.FORBIDDEN,
        "client_not_registered",
        "This client is not registered",
        "Nothing was stored. Ask the integration engineers to register the client.",
    )
