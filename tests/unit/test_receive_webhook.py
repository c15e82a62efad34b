"""The edge of signed events: believed first, durable next, remembered last."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from shared.aws.envelope import metadata_of, sighting_of
from shared.aws.gateway import inbound_webhook
from shared.aws.webhook_keys import webhook_keys
from shared.canonical.mappable import MappableDocument
from shared.canonical.master import WebhookSourceRecord
from shared.errors import SettingsError, ThrottledError
from shared.formats.webhook.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookKey
from shared.formats.webhook.signature import signed_headers as signed
from shared.simulation.clock import VirtualClock
from shared.simulation.edge import SimulatedRawArchive, SimulatedTokenizer
from shared.simulation.journal import SimulatedJournal
from shared.simulation.master_data import SimulatedWebhookSources
from shared.simulation.queues import SimulatedDocumentQueue
from shared.simulation.webhook_log import SimulatedWebhookLog
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.receiving import Answer, InboundWebhook
from shared.workflow.webhook_audit import WebhookAudit, chain_of
from tests.webhook import (
    CASE,
    KEY,
    OLDER_KEY,
    OLDER_SECRET,
    PATIENT,
    SECRET,
    SOURCE,
    a_line,
    an_event,
    registered,
)

REGISTERED = WebhookSourceRecord(
    source=SOURCE,
    tenant="meridian",
    facilities=("NORTH", "SOUTH"),
    status_url="https://ortrack.example/status",
)


@dataclass
class World:
    archive: SimulatedRawArchive = field(default_factory=SimulatedRawArchive)
    journal: SimulatedJournal = field(default_factory=SimulatedJournal)
    documents: SimulatedDocumentQueue = field(default_factory=SimulatedDocumentQueue)
    log: SimulatedWebhookLog = field(default_factory=SimulatedWebhookLog)
    sources: SimulatedWebhookSources = field(default_factory=lambda: registered(REGISTERED))
    clock: VirtualClock = field(default_factory=VirtualClock)
    keys: Mapping[str, Sequence[WebhookKey]] = field(default_factory=lambda: {SOURCE: (KEY,)})

    def __post_init__(self) -> None:
        ids = count(1)
        self.step = ReceiveWebhook(
            archive=self.archive,
            journal=self.journal,
            documents=self.documents,
            sources=self.sources,
            log=self.log,
            tokens=SimulatedTokenizer(),
            clock=self.clock,
            keys=self.keys,
            audit=WebhookAudit(journal=self.journal),
            new_id=lambda: f"message-{next(ids):03d}",
        )

    def headers(self, body: bytes, webhook_id: str = "wh-1") -> dict[str, str]:
        return signed(body, webhook_id, self.clock.now(), (KEY,))

    def receive(self, body: bytes, webhook_id: str = "wh-1") -> Answer:
        return self.receive_as(body, self.headers(body, webhook_id))

    def receive_as(self, body: bytes, headers: dict[str, str], source: str = SOURCE) -> Answer:
        webhook = InboundWebhook(
            source=source, body=body, headers=headers, content_type="application/json"
        )
        return self.step(webhook)

    def refusals(self, source: str = SOURCE) -> list[Mapping[str, object]]:
        chain = self.journal.read(chain_of(source, self.clock.now()))
        return [entry.fact.data for entry in chain]

    def kinds(self, document_id: str) -> list[tuple[str, object]]:
        chain = self.journal.read(document_id)
        return [(entry.fact.kind, entry.fact.data["webhook"]) for entry in chain]


def told(answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body


def test_a_new_webhook_is_archived_journalled_enqueued_and_then_remembered() -> None:
    world, body = World(), an_event()

    answer = world.receive(body)

    assert (answer.status, answer.code, answer.lines) == (202, "accepted", 1)
    (archived,) = world.archive.objects.values()
    assert (archived.body, archived.sighting.delivery_id) == (body, "wh-1")
    (document,) = world.documents.sent
    assert (document.document_id, document.raw_key) == (answer.document_id, archived.sighting.key)
    assert (document.source.application, document.conflicts_with) == (SOURCE, "")
    assert world.kinds(answer.document_id) == [("received", "accepted")]
    assert world.log.seen(SOURCE, "wh-1") == archived.sighting.sha256
    assert told(answer) == {
        "status": "accepted",
        "message_id": answer.message_id,
        "document_id": answer.document_id,
        "lines": 1,
        "findings": [],
    }


def test_the_source_speaks_for_what_it_is_registered_for_and_hears_what_became_of_it() -> None:
    world = World()

    world.receive(an_event())

    (document,) = world.documents.sent
    assert (document.tenant, document.facilities) == ("meridian", ("NORTH", "SOUTH"))
    assert document.status_to == SOURCE


def test_a_source_without_an_address_hears_nothing() -> None:
    silent = WebhookSourceRecord(source=SOURCE, tenant="meridian", facilities=("NORTH",))
    world = World(sources=registered(silent))

    world.receive(an_event())

    assert world.documents.sent[0].status_to == ""


def test_every_business_key_leads_to_the_document() -> None:
    world = World()

    answer = world.receive(an_event(a_line(serial="S-1")))

    (document,) = world.documents.sent
    keys = (
        "webhook:wh-1",
        "control:ORC-1",
        f"correlation:{answer.message_id}",
        f"case:{document.case_token}",
        "transaction:ORC-1",
        "lot:L-1",
        "serial:S-1",
    )
    assert [world.journal.find(key) for key in keys] == [(answer.document_id,)] * len(keys)


def test_patient_identifiers_go_no_further_than_the_raw_archive() -> None:
    world = World()

    answer = world.receive(an_event())

    (document,) = world.documents.sent
    assert document.case_token.startswith("C1-")
    assert document.patient_token.startswith("P1-")
    shown = (*world.documents.bodies, repr(world.journal), repr(answer), answer.body.decode())
    for identifier in (CASE, PATIENT):
        assert not any(identifier in text for text in shown), identifier


def test_the_same_webhook_again_is_a_sighting_counted_as_duplicate_and_sent_no_further() -> None:
    world = World()
    first = world.receive(an_event())
    world.clock.advance(seconds=86_400)

    second = world.receive(an_event())

    assert (second.status, second.code) == (202, "duplicate")
    assert second.document_id == first.document_id
    assert len(world.archive.objects) == 2
    assert len(world.documents.bodies) == 1
    assert world.kinds(first.document_id) == [("received", "accepted"), ("received", "duplicate")]


def test_another_body_under_a_known_id_is_a_fact_too_and_all_its_lines_are_in_conflict() -> None:
    world = World()
    first = world.receive(an_event())

    second = world.receive(an_event(a_line(quantity=77), a_line("2")))

    assert (second.status, second.code) == (202, "conflict")
    assert second.document_id != first.document_id
    assert len(world.archive.objects) == 2
    original, other = world.documents.sent
    assert (original.conflicts_with, other.conflicts_with) == ("", "wh-1")
    assert (len(other.lines), other.status_to) == (2, SOURCE)
    assert world.kinds(second.document_id) == [("received", "conflict")]


def test_a_conflict_does_not_take_the_place_of_what_was_remembered() -> None:
    world = World()
    world.receive(an_event())
    world.receive(an_event(a_line(quantity=77)))

    codes = [world.receive(body).code for body in (an_event(), an_event(a_line(quantity=77)))]

    assert codes == ["duplicate", "conflict"]


def test_the_same_body_under_another_id_is_another_sighting_of_the_same_document() -> None:
    world = World()

    answers = [world.receive(an_event(), webhook_id) for webhook_id in ("wh-1", "wh-2")]

    assert [answer.code for answer in answers] == ["accepted", "accepted"]
    assert len({answer.document_id for answer in answers}) == 1


def test_sources_do_not_share_their_webhook_ids() -> None:
    other = WebhookSourceRecord(source="TRAYS", tenant="meridian", facilities=("SOUTH",))
    world = World(
        sources=registered(REGISTERED, other),
        keys={SOURCE: (KEY,), "TRAYS": (KEY,)},
    )

    body = an_event()
    answers = [world.receive_as(body, world.headers(body), name) for name in (SOURCE, "TRAYS")]

    assert [answer.code for answer in answers] == ["accepted", "accepted"]
    assert len({answer.document_id for answer in answers}) == 2


def test_an_id_is_remembered_only_after_its_message_is_enqueued() -> None:
    class FullQueue(SimulatedDocumentQueue):
        is_full = True

        def send(self, documents: Sequence[MappableDocument]) -> None:
            if self.is_full:
                raise ThrottledError("queue")
            super().send(documents)

    queue = FullQueue()
    world = World(documents=queue)
    with pytest.raises(ThrottledError):
        world.receive(an_event())
    assert not world.log.bodies

    queue.is_full = False
    answer = world.receive(an_event())

    assert (answer.code, len(queue.bodies)) == ("accepted", 1)


# --- who is not believed


def stale(world: World, body: bytes) -> dict[str, str]:
    headers = world.headers(body)
    world.clock.advance(seconds=301)
    return headers


def unsigned(world: World, body: bytes) -> dict[str, str]:
    headers = world.headers(body)
    del headers[SIGNATURE_HEADER]
    return headers


def wrongly_signed(world: World, body: bytes) -> dict[str, str]:
    return signed(body, "wh-1", world.clock.now(), (OLDER_KEY,))


def of_another_body(world: World, body: bytes) -> dict[str, str]:
    return world.headers(body + b" ")


def untimely(world: World, body: bytes) -> dict[str, str]:
    return {**world.headers(body), TIMESTAMP_HEADER: "now"}


@pytest.mark.parametrize(
    ("signing", "code"),
    [
        (stale, "webhook_stale"),
        (unsigned, "webhook_signature_missing"),
        (wrongly_signed, "webhook_signature_wrong"),
        (of_another_body, "webhook_signature_wrong"),
        (untimely, "webhook_signature_malformed"),
    ],
)
def test_what_is_not_believed_leaves_nothing_but_an_audit_entry(signing: Any, code: str) -> None:  # noqa: ANN401
    world, body = World(), an_event()

    answer = world.receive_as(body, signing(world, body))

    assert (answer.status, answer.code, answer.content_type) == (
        401,
        code,
        "application/problem+json",
    )
    assert told(answer)["code"] == code
    (refusal,) = world.refusals()
    assert (refusal["reason"], refusal["webhook_id"]) == (code, "wh-1")
    assert len(str(refusal["sha256"])) == 64
    assert not world.archive.objects
    assert not world.documents.bodies
    assert not world.log.bodies
    assert len(world.journal.chains) == 1
    assert not world.journal.index


def test_an_unregistered_name_cannot_be_told_from_a_wrong_signature() -> None:
    world, body = World(), an_event()

    known = world.receive_as(body, wrongly_signed(world, body))
    unknown = world.receive_as(body, wrongly_signed(world, body), "NOBODY")

    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert len(world.refusals("unknown")) == 1


def test_a_strangers_text_names_no_chain() -> None:
    world, body = World(), an_event()

    for name in ("NOBODY", "x" * 2000, "../../etc", "document#1"):
        world.receive_as(body, world.headers(body), name)

    assert set(world.journal.chains) == {chain_of("unknown", world.clock.now())}


def test_a_key_without_a_registration_opens_nothing() -> None:
    world = World(sources=registered())

    answer = world.receive(an_event())

    assert (answer.status, answer.code) == (401, "webhook_source_unknown")
    assert len(world.refusals()) == 1
    assert not world.archive.objects


def test_either_key_is_believed_while_one_is_rotated() -> None:
    world, body = World(keys={SOURCE: (KEY, OLDER_KEY)}), an_event()

    old = world.receive_as(body, signed(body, "wh-1", world.clock.now(), (OLDER_KEY,)))
    new = world.receive(body, "wh-2")

    assert [old.code, new.code] == ["accepted", "accepted"]


def test_a_flood_of_refusals_fills_no_chain() -> None:
    world, body = World(), an_event()

    answers = [world.receive_as(body, wrongly_signed(world, body)) for _ in range(500)]
    many = len(world.refusals())
    for number in range(500):
        world.receive_as(b"%d" % number, wrongly_signed(world, body))
    world.clock.advance(seconds=60)
    world.receive_as(b"later", wrongly_signed(world, body))

    assert {answer.status for answer in answers} == {401}
    assert sum(answer.is_audited for answer in answers) == 20
    assert many == 1  # the same refusal in the same moment is one fact
    assert len(world.refusals()) == 2


def test_each_day_has_a_chain_of_its_own() -> None:
    world, body = World(), an_event()

    world.receive_as(body, wrongly_signed(world, body))
    world.clock.advance(seconds=86_400)
    world.receive_as(body, wrongly_signed(world, body))

    assert [len(chain) for chain in world.journal.chains.values()] == [1, 1]


def test_a_refusal_stands_when_the_journal_is_busy() -> None:
    class BusyJournal(SimulatedJournal):
        def append(self, *_: object, **__: object) -> None:
            raise ThrottledError("journal")

    world, body = World(journal=BusyJournal()), an_event()

    answer = world.receive_as(body, wrongly_signed(world, body))

    assert (answer.status, answer.is_audited) == (401, False)


# --- what cannot be read


def test_an_event_that_cannot_be_read_is_refused_archived_and_journalled() -> None:
    world, body = World(), an_event(facility=None)

    answer = world.receive(body)

    assert (answer.status, answer.code) == (422, "usage_event_unreadable")
    (error,) = told(answer)["errors"]
    assert (error["pointer"], error["rule"]) == ("/document/facility", "USE2")
    assert (error["code"], bool(error["remedy"])) == ("DOCUMENT_MEMBER_MISSING", True)
    (archived,) = world.archive.objects.values()
    assert archived.body == body
    assert world.kinds(answer.message_id) == [("rejected", "accepted")]
    assert not world.documents.bodies


def test_a_refused_event_may_come_again_mended_under_its_id() -> None:
    world = World()
    world.receive(b"not JSON")

    answer = world.receive(an_event())

    assert (answer.status, answer.code) == (202, "accepted")


def test_a_body_over_the_limit_is_told_so() -> None:
    answer = World().receive(an_event() + b" " * 1_100_000)

    assert answer.status == 413
    assert told(answer)["errors"][0]["code"] == "BODY_TOO_LARGE"


def test_a_bad_line_is_told_to_its_sender_and_the_rest_goes_on() -> None:
    world = World()

    answer = world.receive(an_event(a_line("1"), a_line("2", quantity=0)))

    (document,) = world.documents.sent
    assert (len(document.lines), len(document.malformed)) == (1, 1)
    assert told(answer)["lines"] == 2
    (finding,) = told(answer)["findings"]
    assert finding["pointer"] == "/document/lines/1/quantity"


# --- as the platform hands it in and keeps it


def test_the_gateway_hands_in_the_exact_bytes_and_the_name_in_the_path() -> None:
    body = b'\xef\xbb\xbf{"type": "supply.used"}\r\n'
    event = {
        "pathParameters": {"source": SOURCE},
        "headers": {"Webhook-Id": "wh-1", "Content-Type": "application/json"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }

    webhook = inbound_webhook(event)

    assert (webhook.source, webhook.body) == (SOURCE, body)
    assert webhook.headers["webhook-id"] == "wh-1"
    assert webhook.content_type == "application/json"


def test_the_archive_keeps_the_webhook_id_with_the_envelope() -> None:
    world = World()
    world.receive(an_event(), "wh-1/+ü".encode("ascii", "replace").decode())

    (archived,) = world.archive.objects.values()

    assert sighting_of(metadata_of(archived.sighting)) == archived.sighting
    assert archived.sighting.delivery_id == "wh-1/+?"


def test_the_secret_holds_the_keys_of_each_source_the_newest_first() -> None:
    assert webhook_keys({SOURCE: [SECRET, OLDER_SECRET], "TRAYS": []}) == {
        SOURCE: (KEY, OLDER_KEY),
        "TRAYS": (),
    }


@pytest.mark.parametrize("texts", [SECRET, [1], None, ["whsec_AAAA"], {"key": SECRET}])
def test_a_secret_that_is_none_is_refused_and_not_shown(texts: object) -> None:
    with pytest.raises(SettingsError, match=SOURCE) as caught:
        webhook_keys({SOURCE: texts})

    assert SECRET not in str(caught.value)
