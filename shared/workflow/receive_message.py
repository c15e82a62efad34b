"""Edge: bytes are archived, read, journalled and enqueued before anybody is told we have them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.journal import JournalFact
from shared.canonical.message import ClientScope, Sighting
from shared.canonical.usage import SupplyUsage
from shared.formats.hl7v2.acknowledge import CONTENT_TYPE, acknowledge
from shared.formats.hl7v2.codes import AckCode
from shared.formats.hl7v2.dft import read_usage
from shared.formats.hl7v2.documents import chunked
from shared.formats.hl7v2.reading import UsageReading
from shared.ports.clients import ClientRegistry
from shared.ports.clock import Clock
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import RawArchive
from shared.ports.tokens import Tokenizer

STATUS = {
    AckCode.ACCEPT: HTTPStatus.ACCEPTED,
    AckCode.ERROR: HTTPStatus.UNPROCESSABLE_ENTITY,
    AckCode.REJECT: HTTPStatus.BAD_REQUEST,
}
TOLD_DIAGNOSTICS = 100  # in one journal entry; the archive has the bytes for the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What came in: the exact bytes, and the client that the edge authenticated."""

    body: bytes
    content_type: str
    client_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back. `code` is MSA-1, or the stable code of a problem."""

    status: int
    content_type: str
    body: bytes
    code: str
    message_id: str = ""
    document_id: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMessage:
    """HL7 v2 DFT^P03 over HTTPS. `new_id` mints message ids and our own control ids."""

    archive: RawArchive
    journal: Journal
    documents: DocumentQueue
    clients: ClientRegistry
    tokens: Tokenizer
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, message: InboundMessage) -> Answer:
        """Take one message.

        Raises:
            ThrottledError: it could not be made durable; nothing was acknowledged.
        """
        client = self.clients.scope_of(message.client_id)
        if client is None:
            return _not_registered()
        sighting = self._archived(message, client)
        reading = read_usage(message.body)
        documents = self._documents(reading, sighting)
        document_id = documents[0].document_id if documents else sighting.message_id
        self.journal.append(document_id, [_fact(sighting, reading, documents)])
        self.documents.send(documents)
        return self._acknowledged(reading, sighting, documents)

    def _archived(self, message: InboundMessage, client: ClientScope) -> Sighting:
        sighting = Sighting(
            message_id=self.new_id(),
            source=message.source,
            client=client,
            content_type=message.content_type,
            received_at=self.clock.now(),
            sha256=hashlib.sha256(message.body).hexdigest(),
        )
        self.archive.store(sighting, message.body)
        return sighting

    def _documents(self, reading: UsageReading, sighting: Sighting) -> tuple[SupplyUsage, ...]:
        return chunked(
            reading,
            sighting,
            case_token=self.tokens.token("case", reading.patient.case),
            patient_token=self.tokens.token("patient", reading.patient.patient),
        )

    def _acknowledged(
        self, reading: UsageReading, sighting: Sighting, documents: tuple[SupplyUsage, ...]
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
            document_id=documents[0].document_id if documents else "",
            lines=len(reading.lines) + len(reading.malformed),
        )


def _not_registered() -> Answer:
    problem = {
        "type": "about:blank",
        "status": HTTPStatus.FORBIDDEN.value,
        "code": "client_not_registered",
        "title": "This client is not registered",
        "detail": "Nothing was stored. Ask the integration engineers to register the client.",
    }
    return Answer(
        status=HTTPStatus.FORBIDDEN,
        content_type="application/problem+json",
        body=json.dumps(problem).encode(),
        code="client_not_registered",
    )


def _fact(
    sighting: Sighting, reading: UsageReading, documents: tuple[SupplyUsage, ...]
) -> JournalFact:
    """A sighting in the journal: `received`, or `rejected` with the reasons."""
    told = reading.diagnostics[:TOLD_DIAGNOSTICS]
    return JournalFact(
        fact_id=f"{'received' if documents else 'rejected'}:{sighting.message_id}",
        kind="received" if documents else "rejected",
        at=sighting.received_at.isoformat(),
        data={
            "message_id": sighting.message_id,
            "raw_key": sighting.key,
            "sha256": sighting.sha256,
            "client_id": sighting.client.client_id,
            "control_id": reading.header.control_id if reading.header else "",
            "lines": len(reading.lines),
            "malformed": len(reading.malformed),
            "evidence": len(reading.evidence),
            "diagnostics": [_told(diagnostic) for diagnostic in told],
        },
        keys=tuple(dict.fromkeys(_keys(sighting, reading, documents))),
    )


def _told(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.code} {diagnostic.position}"


def _keys(
    sighting: Sighting, reading: UsageReading, documents: tuple[SupplyUsage, ...]
) -> Iterator[str]:
    """The business keys that lead to this document; tokens where a patient is meant."""
    yield f"correlation:{sighting.message_id}"
    if reading.header and reading.header.control_id:
        yield f"control:{reading.header.control_id}"
    for document in documents:
        yield f"document:{document.document_id}"
        if document.case_token:
            yield f"case:{document.case_token}"
        for line in document.lines:
            yield f"transaction:{line.key[2]}"
            yield from (f"{kind}:{value}" for kind, value in _identified(line.lot, line.serial))


def _identified(lot: str, serial: str) -> Iterator[tuple[str, str]]:
    if lot:
        yield "lot", lot
    if serial:
        yield "serial", serial
