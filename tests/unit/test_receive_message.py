"""The edge: durable before acknowledged, and no patient past it."""

import json
from dataclasses import dataclass, field
from itertools import count

import pytest

from shared.canonical.codec import to_json
from shared.canonical.message import ClientScope
from shared.canonical.usage import SupplyUsage
from shared.errors import LedgerwardError, ThrottledError
from shared.simulation.clock import VirtualClock
from shared.simulation.edge import (
    SimulatedClientRegistry,
    SimulatedRawArchive,
    SimulatedTokenizer,
)
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.queues import SimulatedDocumentQueue
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receiving import KEYS_AT_ONCE, Answer, InboundMessage
from tests.hl7 import a_dft, an_ft1

CHARGE = "\r".join(
    (
        "MSH|^~\\&|EHR|NORTH|LEDGERWARD|MERIDIAN|20260304101500||DFT^P03^DFT_P03|CTL-1|P|2.5.1",
        "EVN|P03|20260304101500",
        "PID|1||MRN000123^^^NORTH^MR||TEST^PATIENT||19700101|U",
        f"PV1|1|I|OR^01^1^NORTH{'|' * 16}VISIT-9",
        "FT1|1|TX-1||20260304093000|20260304|CG|C-SUT|||2|||OR",
        "ZLW|L-1",
        "",
    )
).encode()


@dataclass
class World:
    archive: SimulatedRawArchive = field(default_factory=SimulatedRawArchive)
    journal: SimulatedJournal = field(default_factory=SimulatedJournal)
    documents: SimulatedDocumentQueue = field(default_factory=SimulatedDocumentQueue)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    clients: SimulatedClientRegistry = field(default_factory=SimulatedClientRegistry)

    def __post_init__(self) -> None:
        ids = count(1)
        self.clients.register(
            ClientScope(client_id="ehr", tenant="meridian", facilities=("NORTH", "SOUTH"))
        )
        self.step = ReceiveMessage(
            archive=self.archive,
            journal=self.journal,
            documents=self.documents,
            holds=self.holds,
            clients=self.clients,
            tokens=SimulatedTokenizer(),
            clock=VirtualClock(),
            new_id=lambda: f"message-{next(ids):03d}",
        )

    def receive(self, body: bytes, client_id: str = "ehr") -> Answer:
        message = InboundMessage(
            body=body,
            content_type="application/hl7-v2",
            client_id=client_id,
            source="hl7v2",
        )
        return self.step(message)


def test_an_accepted_message_is_archived_journalled_and_enqueued() -> None:
    world = World()

    answer = world.receive(CHARGE)

    assert (answer.status, answer.code, answer.lines) == (202, "AA", 1)
    assert answer.is_taken_in
    assert b"MSA|AA|CTL-1" in answer.body
    (archived,) = world.archive.objects.values()
    assert archived.body == CHARGE
    (document,) = world.documents.sent
    assert (document.document_id, document.raw_key) == (answer.document_id, archived.sighting.key)
    (entry,) = world.journal.read(answer.document_id)
    assert entry.fact.kind == "received"


def test_every_business_key_leads_to_the_document() -> None:
    world = World()

    answer = world.receive(CHARGE)

    (document,) = world.documents.sent
    keys = (
        "control:CTL-1",
        f"correlation:{answer.message_id}",
        f"case:{document.case_token}",
        "transaction:TX-1",
        "lot:L-1",
    )
    assert [world.journal.find(key) for key in keys] == [(answer.document_id,)] * len(keys)


def test_patient_identifiers_go_no_further_than_the_raw_archive() -> None:
    world = World()

    answer = world.receive(CHARGE)

    told = (*world.documents.bodies, repr(world.journal), answer.body.decode(), repr(answer))
    for identifier in ("MRN000123", "TEST^PATIENT", "VISIT-9", "19700101"):
        assert not any(identifier in text for text in told), identifier


def test_the_same_bytes_again_are_another_sighting_of_the_same_document() -> None:
    world = World()

    first, second = world.receive(CHARGE), world.receive(CHARGE)

    assert first.document_id == second.document_id
    assert len(world.archive.objects) == 2
    kinds = [entry.fact.kind for entry in world.journal.read(first.document_id)]
    assert kinds == ["received", "received"]


def test_a_client_s_messages_are_read_by_the_profile_of_its_registration() -> None:
    world = World()
    for name in ("", "example_dispensing_cabinet"):
        world.clients.register(
            ClientScope(
                client_id=name, tenant="meridian", facilities=("NORTH",), hl7v2_profile=name
            )
        )
        world.receive(a_dft(an_ft1(), "ZPM|V|||||||L-77|20271231"), client_id=name)

    lots = [document.lines[0].lot for document in world.documents.sent]
    assert lots == ["", "L-77"]


def test_a_profile_that_there_is_not_leaves_the_message_unanswered_and_nothing_stored() -> None:
    world = World()
    world.clients.register(
        ClientScope(client_id="x", tenant="meridian", facilities=("NORTH",), hl7v2_profile="gone")
    )

    with pytest.raises(LedgerwardError, match="client x has HL7 v2 profile gone, which is none"):
        world.receive(CHARGE, client_id="x")

    assert not world.archive.objects
    assert not world.journal.chains


def test_a_control_id_that_no_key_can_hold_is_refused_like_any_other() -> None:
    world = World()

    answer = world.receive(CHARGE.replace(b"CTL-1", b"C" * 3000))

    assert answer.code == "AR"
    (entry,) = world.journal.read(answer.message_id)
    assert max(map(len, entry.fact.keys)) < 200


def test_the_keys_of_a_long_message_are_told_in_entries_that_the_journal_holds() -> None:
    world, lines = World(), range(600)
    typed = [part for n in lines for part in (an_ft1(f"T-{n}"), f"ZLW|LOT-{n}|SER-{n}")]

    answer = world.receive(a_dft(*typed))

    entries = world.journal.read(answer.document_id)
    assert [entry.fact.kind for entry in entries] == ["received", "keys", "keys", "keys"]
    assert all(len(entry.fact.keys) <= KEYS_AT_ONCE for entry in entries)
    for key in ("transaction:T-599", "lot:LOT-0", "serial:SER-599", "control:CTL-1"):
        assert world.journal.find(key) == (answer.document_id,)


def test_a_client_nobody_registered_is_refused_and_nothing_is_stored() -> None:
    world = World()

    answer = world.receive(CHARGE, client_id="stranger")

    assert (answer.status, answer.is_taken_in) == (403, False)
    assert json.loads(answer.body)["code"] == "client_not_registered"
    assert not world.archive.objects
    assert not world.journal.chains


@pytest.mark.parametrize(
    ("body", "status", "code", "named"),
    [
        (b"this is not HL7 at all\r", 400, "AR", b"MSH"),
        (CHARGE.replace(b"2.5.1", b"2.5.1||||||KLINGON"), 400, "AR", b"MSH^1^18"),
        (CHARGE[: CHARGE.index(b"FT1")], 422, "AE", b"FT1"),
        (CHARGE.replace(b"DFT^P03^DFT_P03", b"ADT^A01^ADT_A01"), 422, "AE", b"MSH^1^9"),
        (CHARGE + b"A" * 2_000_000, 400, "AR", b"ERR|"),
    ],
)
def test_what_cannot_be_read_is_refused_archived_and_journalled(
    body: bytes, status: int, code: str, named: bytes
) -> None:
    world = World()

    answer = world.receive(body)

    assert (answer.status, answer.code) == (status, code)
    assert named in answer.body
    assert not world.documents.sent
    (archived,) = world.archive.objects.values()
    assert archived.body == body
    (entry,) = world.journal.read(answer.message_id)
    assert (entry.fact.kind, bool(entry.fact.data["diagnostics"])) == ("rejected", True)


def test_nothing_is_acknowledged_before_it_is_enqueued() -> None:
    class FullQueue(SimulatedDocumentQueue):
        def send(self, documents: object) -> None:  # noqa: ARG002
            raise ThrottledError("queue")

    world = World(documents=FullQueue())

    with pytest.raises(ThrottledError):
        world.receive(CHARGE)

    assert len(world.archive.objects) == 1


def test_a_long_message_travels_in_pieces_that_fit_the_queue() -> None:
    world = World()
    lines = "".join(
        f"FT1|{number}|TX-{number}||20260304|20260304|CG|C-SUT|||1|||OR\r" for number in range(500)
    )
    body = CHARGE[: CHARGE.index(b"FT1")] + lines.encode()

    answer = world.receive(body)

    sent: tuple[SupplyUsage, ...] = world.documents.sent
    assert [len(document.lines) for document in sent] == [200, 200, 100]
    assert {document.document_id for document in sent} == {answer.document_id}
    assert max(len(to_json(document)) for document in sent) < 256 * 1024


REQUISITION = "\r".join(
    (
        "MSH|^~\\&|MM|NORTH|LEDGERWARD|MERIDIAN|20260304101500||OMS^O05^OMS_O05|CTL-7|P|2.5.1",
        "PID|1||MRN000123^^^NORTH^MR||TEST^PATIENT||19700101|U",
        f"PV1|1|I|OR^01^1^NORTH{'|' * 16}VISIT-9",
        "ORC|NW|PO-7|F-7|G-7",
        "RQD|1|SUT-001|||3|BX",
        "RQD|2|SUT-002|5|BX",
        "",
    )
).encode()


def test_a_message_that_no_step_works_on_is_accepted_and_rests_in_the_journal() -> None:
    world = World()

    answer = world.receive(REQUISITION)

    assert (answer.status, answer.code, answer.lines) == (202, "AA", 2)
    assert b"MSA|AA|CTL-7" in answer.body
    assert b"ERR||RQD^2^3^1|102^" in answer.body
    assert len(world.archive.objects) == 1
    assert not world.documents.sent
    (entry,) = world.journal.read(answer.document_id)
    told = entry.fact.data
    assert (entry.fact.kind, told["rests"], told["document"]) == ("received", True, "Requisition")
    assert (told["message"], told["lines"], told["malformed"]) == ("OMS^O05", 1, 1)


def test_every_number_of_a_resting_message_leads_to_it() -> None:
    world = World()

    answer = world.receive(REQUISITION)

    keys = ("control:CTL-7", "transaction:G-7", "transaction:PO-7", "transaction:F-7")
    found = [world.journal.find(key) for key in (*keys, f"correlation:{answer.message_id}")]
    assert found == [(answer.document_id,)] * 5
    assert not any(marker in repr(world.journal) for marker in ("MRN000123", "VISIT-9", "TEST"))


def test_a_line_of_a_resting_message_that_cannot_be_read_waits_for_a_person() -> None:
    world = World()

    first, again = world.receive(REQUISITION), world.receive(REQUISITION)

    (hold,) = world.holds.standing.values()
    assert first.document_id == again.document_id == hold.document_id
    assert (hold.code, hold.position) == ("LINE_MALFORMED", "RQD[2]-3 @ byte 238")
    assert hold.detail.startswith("FIELDS_SHIFTED: ")
    kinds = [entry.fact.kind for entry in world.journal.read(first.document_id)]
    assert kinds == ["received", "received"]


def test_a_charge_opens_no_hold_at_the_edge() -> None:
    world = World()

    world.receive(CHARGE.replace(b"|||2|||OR", b"|||two|||OR") + CHARGE[CHARGE.index(b"FT1") :])

    assert not world.holds.standing
    assert [len(document.malformed) for document in world.documents.sent] == [1]
