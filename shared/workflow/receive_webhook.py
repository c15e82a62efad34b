"""Edge: a signed event is believed, archived, read, journalled, enqueued; then its id is kept."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.master import WebhookSourceRecord
from shared.canonical.message import ClientScope, Sighting
from shared.canonical.usage import SupplyUsage
from shared.errors import LedgerwardError
from shared.formats.webhook.codes import EVENT_CODES
from shared.formats.webhook.documents import event_documents
from shared.formats.webhook.reading import EventReading
from shared.formats.webhook.signature import Refusal, Verdict, WebhookKey, verify
from shared.formats.webhook.usage_event import read_event
from shared.ports.clock import Clock
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import RawArchive
from shared.ports.tokens import Tokenizer
from shared.ports.webhook_log import WebhookLog
from shared.ports.webhook_sources import WebhookSources
from shared.workflow.receiving import (
    Answer,
    InboundWebhook,
    ReadFacts,
    new_sighting,
    problem,
    sighting_facts,
)
from shared.workflow.webhook_audit import UNKNOWN, RefusedWebhook, WebhookAudit

SOURCE = "webhook"
REFUSAL_CODES = {
    Refusal.MISSING: "webhook_signature_missing",
    Refusal.MALFORMED: "webhook_signature_malformed",
    Refusal.STALE: "webhook_stale",
    Refusal.WRONG: "webhook_signature_wrong",
}
NOT_REGISTERED = "webhook_source_unknown"
UNREADABLE = "usage_event_unreadable"
MOST_TOLD = 100  # findings in one answer


class Repeat(StrEnum):
    """Whether the webhook's id was seen before, and with what."""

    NEW = "accepted"
    SAME = "duplicate"
    OTHER = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveWebhook:
    """Usage events of registered sources. `keys` are each source's, `new_id` mints message ids."""

    archive: RawArchive
    journal: Journal
    documents: DocumentQueue
    sources: WebhookSources
    log: WebhookLog
    tokens: Tokenizer
    clock: Clock
    keys: Mapping[str, Sequence[WebhookKey]]
    audit: WebhookAudit
    new_id: Callable[[], str]

    def __call__(self, webhook: InboundWebhook) -> Answer:
        """Take one webhook; the answer's code is accepted, duplicate, conflict or a problem's.

        Raises:
            ThrottledError: it could not be made durable; nothing was acknowledged.
        """
        keys = self.keys.get(webhook.source, ())
        verdict = verify(webhook.body, webhook.headers, keys, now=self.clock.now())
        if verdict.refusal:
            return self._refused(webhook, verdict, REFUSAL_CODES[verdict.refusal])
        record = self.sources.source(webhook.source)
        if record is None:
            return self._refused(webhook, verdict, NOT_REGISTERED)
        return self._believed(webhook, verdict.webhook_id, record)

    def _believed(
        self, webhook: InboundWebhook, webhook_id: str, record: WebhookSourceRecord
    ) -> Answer:
        sighting = self._archived(webhook, webhook_id, record)
        return self._take_in(sighting, webhook.body, record, self._repeat(record.source, sighting))

    def take_in(self, sighting: Sighting, body: bytes) -> Answer:
        """Read, journal and enqueue what the archive holds. Again does no harm: recovery does it.

        That its id is remembered does not tell that its documents went on, so they go on again.

        Raises:
            LedgerwardError: its source is not registered any more.
            ThrottledError: it could not be made durable.
        """
        name = sighting.client.client_id
        record = self.sources.source(name)
        if record is None:
            raise LedgerwardError(f"webhook source {name} of {sighting.key} is not registered")
        repeat = self._repeat(name, sighting)
        return self._take_in(
            sighting, body, record, Repeat.NEW if repeat is Repeat.SAME else repeat
        )

    def _take_in(
        self, sighting: Sighting, body: bytes, record: WebhookSourceRecord, repeat: Repeat
    ) -> Answer:
        reading = read_event(body, record.source)
        documents = self._documents(reading, sighting, record, repeat)
        document_id = documents[0].document_id if documents else sighting.message_id
        facts = sighting_facts(sighting, documents, _facts(reading, sighting, repeat))
        self.journal.append(document_id, facts, opening=True)
        if not documents:
            return _unreadable(reading, sighting)
        if repeat is not Repeat.SAME:
            self.documents.send(documents)
        if repeat is Repeat.NEW:
            self.log.remember(record.source, sighting.delivery_id, sighting.sha256)
        return _taken(reading, sighting, document_id, repeat)

    def _refused(self, webhook: InboundWebhook, verdict: Verdict, code: str) -> Answer:
        """401 alike for every name, so that nobody finds out by asking which are registered."""
        kept = self.audit.keep(
            RefusedWebhook(
                source=webhook.source if self.keys.get(webhook.source) else UNKNOWN,
                reason=code,
                webhook_id=verdict.webhook_id,
                sha256=hashlib.sha256(webhook.body).hexdigest(),
                at=self.clock.now(),
            )
        )
        answer = problem(
            HTTPStatus.UNAUTHORIZED,
            code,
            "This webhook is not authenticated",
            "Nothing was stored. Sign the exact bytes with a key of your source, at the time of"
            " sending (Standard Webhooks, v1, within 300 seconds).",
        )
        return replace(answer, is_audited=kept)

    def _archived(
        self, webhook: InboundWebhook, webhook_id: str, record: WebhookSourceRecord
    ) -> Sighting:
        sighting = new_sighting(
            webhook.body,
            message_id=self.new_id(),
            source=SOURCE,
            client=ClientScope(
                client_id=record.source, tenant=record.tenant, facilities=record.facilities
            ),
            content_type=webhook.content_type,
            received_at=self.clock.now(),
            delivery_id=webhook_id,
        )
        self.archive.store(sighting, webhook.body)
        return sighting

    def _repeat(self, source: str, sighting: Sighting) -> Repeat:
        earlier = self.log.seen(source, sighting.delivery_id)
        if earlier is None:
            return Repeat.NEW
        return Repeat.SAME if earlier == sighting.sha256 else Repeat.OTHER

    def _documents(
        self,
        reading: EventReading,
        sighting: Sighting,
        record: WebhookSourceRecord,
        repeat: Repeat,
    ) -> tuple[SupplyUsage, ...]:
        return event_documents(
            reading,
            sighting,
            case_token=self.tokens.token("case", reading.identifiers.case),
            patient_token=self.tokens.token("patient", reading.identifiers.patient),
            conflicts_with=sighting.delivery_id if repeat is Repeat.OTHER else "",
            status_to=record.source if record.status_url else "",
        )


def _facts(reading: EventReading, sighting: Sighting, repeat: Repeat) -> ReadFacts:
    return ReadFacts(
        control_id=reading.facts.document if reading.facts else "",
        diagnostics=reading.diagnostics,
        keys=(f"webhook:{sighting.delivery_id}",),
        more={"webhook_id": sighting.delivery_id, "webhook": repeat.value},
    )


def _taken(reading: EventReading, sighting: Sighting, document_id: str, repeat: Repeat) -> Answer:
    lines = len(reading.lines) + len(reading.malformed)
    body = {
        "status": repeat.value,
        "message_id": sighting.message_id,
        "document_id": document_id,
        "lines": lines,
        "findings": [_told(found) for found in reading.diagnostics[:MOST_TOLD]],
    }
    return Answer(
        status=HTTPStatus.ACCEPTED,
        content_type="application/json",
        body=json.dumps(body).encode(),
        code=repeat.value,
        message_id=sighting.message_id,
        document_id=document_id,
        lines=lines,
    )


def _unreadable(reading: EventReading, sighting: Sighting) -> Answer:
    first, *_ = reading.diagnostics
    is_too_large = first.code == "BODY_TOO_LARGE"
    answer = problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_large else HTTPStatus.UNPROCESSABLE_ENTITY,
        UNREADABLE,
        first.message,
        f"Nothing of the event was taken. {EVENT_CODES[first.code].remedy}",
        message_id=sighting.message_id,
        errors=[_told(found) for found in reading.diagnostics[:MOST_TOLD]],
    )
    return replace(answer, message_id=sighting.message_id)


def _told(found: Diagnostic) -> dict[str, object]:
    """A finding as its sender can use it: where, by which rule, and what to do."""
    return {
        "code": found.code,
        "pointer": found.position.segment,
        "byte": found.position.byte,
        "rule": found.rule,
        "message": found.message,
        "remedy": EVENT_CODES[found.code].remedy,
    }
