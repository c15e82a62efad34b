"""The edge of FHIR: durable before 201, each use on its way, and no patient past it."""

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from shared.canonical.message import ClientScope
from shared.canonical.stock import StockCause
from shared.canonical.usage import Direction
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
from shared.workflow.receive_resource import ReceiveResource
from shared.workflow.receiving import Answer, InboundResource
from tests.fhir import a_bundle, a_charge, a_concept, a_request, body_of

Json = dict[str, Any]


@dataclass
class World:
    archive: SimulatedRawArchive = field(default_factory=SimulatedRawArchive)
    journal: SimulatedJournal = field(default_factory=SimulatedJournal)
    documents: SimulatedDocumentQueue = field(default_factory=SimulatedDocumentQueue)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    profile: str = "ehr_north_or"

    def __post_init__(self) -> None:
        ids = count(1)
        clients = SimulatedClientRegistry()
        clients.register(
            ClientScope(
                client_id="ehr",
                tenant="meridian",
                facilities=("NORTH", "SOUTH"),
                fhir_profile=self.profile,
            )
        )
        self.step = ReceiveResource(
            archive=self.archive,
            journal=self.journal,
            documents=self.documents,
            holds=self.holds,
            clients=clients,
            tokens=SimulatedTokenizer(),
            clock=VirtualClock(),
            new_id=lambda: f"message-{next(ids):03d}",
        )

    def receive(self, body: bytes, kind: str = "", release: str = "r5", **more: str) -> Answer:
        resource = InboundResource(
            body=body,
            content_type="application/fhir+json",
            client_id="ehr",
            release=release,
            kind=kind,
        )
        return self.step(replace(resource, **more))  # type: ignore[arg-type]

    def take_in_again(self) -> None:
        """As recovery does, from what the archive holds."""
        for archived in self.archive.objects.values():
            self.step.take_in(archived.sighting, archived.body)

    def told(self, document_id: str) -> list[tuple[str, dict[str, object]]]:
        return [(e.fact.kind, e.fact.data) for e in self.journal.read(document_id)]


def a_use(number: str = "u-1", **changed: object) -> Json:
    """A DeviceUsage of R5."""
    use: Json = {
        "resourceType": "DeviceUsage",
        "id": number,
        "identifier": [{"system": "urn:example:uses", "value": number}],
        "status": "completed",
        "patient": {"reference": "Patient/MRN000123"},
        "context": {"reference": "Encounter/VISIT-9"},
        "timingDateTime": "2026-03-04T10:15:00-08:00",
        "device": {"concept": a_concept("C-SUT")},
    }
    return {**use, **changed}


def a_report(quantity: object, **changed: object) -> Json:
    item = {"item": {"concept": a_concept()}, "quantity": {"value": quantity}}
    report: Json = {
        "resourceType": "InventoryReport",
        "identifier": [{"value": "count-1"}],
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": "2026-03-04T10:15:00Z",
        "inventoryListing": [{"item": [item, {"item": {"concept": a_concept("B")}}]}],
    }
    return {**report, **changed}


def shown(answer: Answer) -> Json:
    found: Json = json.loads(answer.body)
    return found


def issue_codes(answer: Answer) -> list[tuple[str, str]]:
    """IssueType and our code of each issue of an OperationOutcome."""
    issues = shown(answer)["issue"]
    return [(each["code"], each["details"]["coding"][0]["code"]) for each in issues]


def statuses(answer: Answer) -> list[str]:
    return [entry["response"]["status"] for entry in shown(answer)["entry"]]


def test_a_use_is_archived_journalled_and_enqueued_before_201() -> None:
    world = World()

    answer = world.receive(body_of(a_use()), "DeviceUsage")

    assert (answer.status, answer.code, answer.lines) == (201, "accepted", 1)
    (archived,) = world.archive.objects.values()
    assert archived.body == body_of(a_use())
    assert (archived.sighting.source, archived.sighting.address) == ("fhir", "r5/DeviceUsage")
    (document,) = world.documents.sent
    assert (document.document_id, document.raw_key) == (answer.document_id, archived.sighting.key)
    (line,) = document.lines
    assert (line.key, line.charge_code, line.department, line.quantity) == (
        ("EHR", "NORTH", "urn:example:uses|u-1", "1", "charge"),
        "C-SUT",
        "OR",
        Decimal(1),
    )
    ((kind, data),) = world.told(answer.document_id)
    assert (kind, data["type"], data["resource"]) == ("received", "DeviceUsage", "message-001")


def test_the_stored_resource_comes_back_as_it_was_received_under_an_id_of_ours() -> None:
    body = (
        b'{ "resourceType": "SupplyRequest", "id": "theirs", "meta": {"versionId": "7",'
        b' "source": "urn:x"}, "status": "active", "item": {"concept": {"text": "\\u00e9"}},\n'
        b' "quantity": {"value": 2.50, "unit": "EA"} }'
    )

    answer = World().receive(body, "SupplyRequest")

    assert answer.status == 201
    assert answer.headers == {
        "Location": "SupplyRequest/message-001/_history/1",
        "ETag": 'W/"1"',
        "Last-Modified": "Sat, 14 Mar 2026 12:00:00 GMT",
    }
    assert answer.body == (
        b'{"resourceType":"SupplyRequest","id":"message-001","meta":{"versionId":"1",'
        b'"lastUpdated":"2026-03-14T12:00:00+00:00","source":"urn:x"},"status":"active",'
        b'"item":{"concept": {"text": "\\u00e9"}},"quantity":{"value": 2.50, "unit": "EA"}}'
    )


@pytest.mark.parametrize(
    ("preferred", "starts"), [("minimal", b""), ("OperationOutcome", b'{"resourceType": "Operat')]
)
def test_a_sender_hears_as_much_as_he_prefers(preferred: str, starts: bytes) -> None:
    answer = World().receive(body_of(a_use()), "DeviceUsage", preferred=preferred)

    assert (answer.status, answer.body[:24]) == (201, starts)


def test_what_was_entered_in_error_takes_back_the_use() -> None:
    world = World()

    world.receive(body_of(a_use(status="entered-in-error")), "DeviceUsage")

    (document,) = world.documents.sent
    (line,) = document.lines
    assert (line.direction, line.key[-1]) == (Direction.CREDIT, "credit")
    assert line.reverses == ("EHR", "NORTH", "urn:example:uses|u-1", "1", "charge")


@pytest.mark.parametrize(
    ("release", "resource"),
    [
        ("r4", a_charge()),
        ("r5", a_charge()),
        ("r5", a_use()),
        (
            "r5",
            {
                "resourceType": "SupplyDelivery",
                "id": "d-1",
                "status": "completed",
                "patient": {"reference": "Patient/1"},
                "occurrenceDateTime": "2026-03-04",
                "suppliedItem": [
                    {"itemCodeableConcept": a_concept("C-SUT"), "quantity": {"value": 2}}
                ],
            },
        ),
        (
            "r5",
            {
                "resourceType": "Procedure",
                "id": "p-1",
                "status": "completed",
                "occurrenceDateTime": "2026-03-04",
                "used": [{"concept": a_concept("C-SUT")}],
            },
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else each["resourceType"],
)
def test_every_kind_of_use_goes_on_to_be_posted(release: str, resource: Json) -> None:
    world = World()

    answer = world.receive(body_of(resource), resource["resourceType"], release)

    assert answer.status == 201
    assert [len(document.lines) for document in world.documents.sent] == [1]
    assert not world.holds.standing


@pytest.mark.parametrize(
    ("kind", "resource", "document"),
    [
        ("SupplyRequest", a_request(), "Requisition"),
        (
            "SupplyDelivery",
            {
                "resourceType": "SupplyDelivery",
                "id": "d-2",
                "status": "in-progress",
                "stage": {"coding": [{"code": "shipment"}]},
                "suppliedItem": [{"itemCodeableConcept": a_concept(), "quantity": {"value": 2}}],
            },
            "SupplyDelivery",
        ),
        ("InventoryReport", a_report(3, status="draft"), "InventoryReport"),
        (
            "Procedure",
            {"resourceType": "Procedure", "id": "p-2", "status": "completed"},
            "SupplyUsage",
        ),
    ],
)
def test_what_no_step_works_on_yet_rests_in_the_journal(
    kind: str, resource: Json, document: str
) -> None:
    world = World()

    answer = world.receive(body_of(resource), kind)

    assert answer.status == 201
    assert not world.documents.sent
    ((fact, data),) = world.told(answer.document_id)
    assert (fact, data["rests"], data["document"]) == ("received", True, document)
    assert world.journal.find(f"correlation:{answer.message_id}") == (answer.document_id,)


@pytest.mark.parametrize(
    ("kind", "resource", "cause", "quantities"),
    [
        ("InventoryReport", a_report(3), StockCause.COUNT, ["3"]),
        ("InventoryReport", a_report(-3, countType="difference"), StockCause.UPDATE, ["-3"]),
        (
            "SupplyDelivery",
            {
                "resourceType": "SupplyDelivery",
                "id": "d-3",
                "status": "completed",
                "stage": {"coding": [{"code": "reception"}]},
                "suppliedItem": [{"itemCodeableConcept": a_concept(), "quantity": {"value": 2}}],
            },
            StockCause.RECEIPT,
            ["2"],
        ),
    ],
)
def test_what_tells_of_stock_goes_on_to_be_recorded(
    kind: str, resource: Json, cause: StockCause, quantities: list[str]
) -> None:
    world = World()

    answer = world.receive(body_of(resource), kind)

    (report,) = world.documents.reports
    assert (report.document_id, report.cause) == (answer.document_id, cause)
    assert [format(line.quantity, "f") for line in report.lines] == quantities
    ((fact, data),) = world.told(answer.document_id)
    assert (fact, data["rests"], data["document"]) == ("received", False, kind)


def test_a_line_that_cannot_be_read_waits_for_a_person_and_the_others_are_taken() -> None:
    world = World()

    first = world.receive(body_of(a_report(3)), "InventoryReport")
    again = world.receive(body_of(a_report(3)), "InventoryReport")

    assert (first.status, first.document_id, first.lines) == (201, again.document_id, 2)
    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.document_id) == ("LINE_MALFORMED", first.document_id)
    assert hold.position.startswith("InventoryReport.inventoryListing[0].item[1]")
    kinds = [kind for kind, _ in world.told(first.document_id)]
    assert kinds == ["received", "received"]


def test_the_number_of_a_resource_leads_to_it() -> None:
    world = World()

    used = world.receive(body_of(a_use()), "DeviceUsage")
    asked = world.receive(body_of(a_request()), "SupplyRequest")

    keys = ("transaction:u-1", "transaction:urn:example:uses|u-1", "control:u-1")
    assert [world.journal.find(key) for key in keys] == [(used.document_id,)] * 3
    assert world.journal.find("transaction:r-1") == (asked.document_id,)


def test_patient_identifiers_go_no_further_than_the_raw_archive_and_their_sender() -> None:
    world = World()

    world.receive(body_of(a_use()), "DeviceUsage")
    world.receive(body_of(a_use(status="MRN000123")), "DeviceUsage")
    refused = world.receive(body_of(a_use(device={"concept": {}}, id="MRN000123")), "DeviceUsage")

    told = (*world.documents.bodies, repr(world.journal), repr(world.holds), refused.body.decode())
    assert refused.status == 422
    for identifier in ("MRN000123", "VISIT-9"):
        assert not any(identifier in text for text in told), identifier
    (document,) = world.documents.sent
    assert world.journal.find(f"case:{document.case_token}") == (document.document_id,)


@pytest.mark.parametrize(
    ("body", "changed", "status", "codes"),
    [
        (b"{", {}, 400, [("structure", "JSON_CUT")]),
        (b"<Bundle/>", {}, 400, [("not-supported", "ENCODING_UNSUPPORTED")]),
        (body_of(a_request(), a_request()), {}, 400, [("structure", "JSON_INVALID")]),
        (b"[]", {}, 400, [("structure", "RESOURCE_INVALID")]),
        (body_of(a_use()), {}, 400, [("invalid", "TYPE_MISMATCH")]),
        (a_bundle(a_request()), {}, 400, [("invalid", "TYPE_MISMATCH")]),
        (body_of(a_request()), {"kind": ""}, 400, [("invalid", "TYPE_MISMATCH")]),
        (
            a_bundle(a_request(), kind="collection"),
            {"kind": ""},
            422,
            [("not-supported", "BUNDLE_TYPE_UNSUPPORTED")],
        ),
        (
            a_bundle(*[a_request(str(number)) for number in range(201)]),
            {"kind": ""},
            413,
            [("too-costly", "ENTRIES_TOO_MANY")],
        ),
        (b" " * 4_194_305, {}, 413, [("too-long", "BODY_TOO_LARGE")]),
        (
            body_of(a_request()),
            {"content_type": "application/fhir+xml"},
            415,
            [("not-supported", "MEDIA_TYPE_UNSUPPORTED")],
        ),
        (
            body_of(a_request(quantity={"value": 0})),
            {},
            422,
            [("value", "QUANTITY_ZERO")],
        ),
        (
            body_of({"resourceType": "SupplyRequest", "modifierExtension": [{"url": "x"}]}),
            {},
            422,
            [("extension", "MODIFIER_UNKNOWN")],
        ),
    ],
    ids=lambda each: each[0][1] if isinstance(each, list) else "",
)
def test_what_cannot_be_taken_is_refused_archived_and_journalled(
    body: bytes, changed: dict[str, str], status: int, codes: list[tuple[str, str]]
) -> None:
    world = World()

    answer = world.receive(body, **{"kind": "SupplyRequest", **changed})

    assert (answer.status, answer.code) == (status, codes[0][1])
    assert issue_codes(answer)[: len(codes)] == codes
    assert shown(answer)["resourceType"] == "OperationOutcome"
    assert not world.documents.sent
    (archived,) = world.archive.objects.values()
    assert archived.body == body
    ((kind, data),) = world.told(answer.message_id)
    assert (kind, data["resources"], bool(data["diagnostics"])) == ("rejected", 0, True)


def test_an_issue_says_where_by_which_rule_and_what_to_do() -> None:
    body = body_of(a_request(quantity={"value": 0}))
    answer = World().receive(body, "SupplyRequest")

    byte = body.index(b'{"value": 0}')
    (issue,) = shown(answer)["issue"]
    assert issue == {
        "severity": "error",
        "code": "value",
        "details": {
            "coding": [{"system": "urn:ledgerward:finding", "code": "QUANTITY_ZERO"}],
            "text": "The quantity is zero: nothing was used or asked for.",
        },
        "diagnostics": f"At byte {byte}. Rule: USE3. Send the resource again, mended, under the"
        " same identifier.",
        "expression": ["SupplyRequest.quantity"],
    }


@pytest.mark.parametrize(
    ("release", "kind", "said"),
    [
        ("r5", "Patient", "DeviceUsage"),
        ("r5", "DeviceUseStatement", "DeviceUsage"),
        ("r4", "InventoryReport", "DeviceUseStatement"),
        ("r6", "SupplyRequest", "r4, r5"),
    ],
)
def test_an_unknown_path_names_the_known_ones_and_stores_nothing(
    release: str, kind: str, said: str
) -> None:
    world = World()

    answer = world.receive(body_of(a_use()), kind, release)

    assert (answer.status, issue_codes(answer)) == (404, [("not-found", "path_unknown")])
    assert said in shown(answer)["issue"][0]["diagnostics"]
    assert not world.archive.objects


def test_a_client_nobody_registered_is_refused_and_nothing_is_stored() -> None:
    world = World()

    answer = world.receive(body_of(a_use()), "DeviceUsage", client_id="stranger")

    assert (answer.status, answer.code) == (403, "client_not_registered")
    assert not world.archive.objects


def test_a_profile_that_does_not_exist_is_an_error_of_ours_and_stores_nothing() -> None:
    world = World(profile="nobody")

    with pytest.raises(LedgerwardError, match="nobody"):
        world.receive(body_of(a_use()), "DeviceUsage")

    assert not world.archive.objects


class FullQueue(SimulatedDocumentQueue):
    """Takes nothing."""

    def send(self, documents: object) -> None:  # noqa: ARG002
        raise ThrottledError("queue")


def test_nothing_is_acknowledged_before_it_is_enqueued() -> None:
    world = World(documents=FullQueue())

    answer = world.receive(body_of(a_use()), "DeviceUsage")

    assert (answer.status, answer.code) == (503, "throttled")
    assert answer.headers == {"Retry-After": "5"}
    assert issue_codes(answer) == [("transient", "throttled")]
    assert len(world.archive.objects) == 1


def test_a_transaction_is_answered_entry_by_entry_and_each_use_goes_on() -> None:
    world = World()
    patient = {"resourceType": "Patient", "id": "1"}

    answer = world.receive(a_bundle(a_use(), patient, a_request(), a_use("u-2")))

    assert (answer.status, shown(answer)["type"]) == (200, "transaction-response")
    assert statuses(answer) == ["201 Created", "202 Accepted", "201 Created", "201 Created"]
    locations = [entry["response"].get("location") for entry in shown(answer)["entry"]]
    assert locations == [
        "DeviceUsage/message-001-0/_history/1",
        None,
        "SupplyRequest/message-001-2/_history/1",
        "DeviceUsage/message-001-3/_history/1",
    ]
    assert [document.control_id for document in world.documents.sent] == ["u-1", "u-2"]
    for id_ in ("message-001-0", "message-001-2", "message-001-3"):
        assert len(world.journal.find(f"resource:{id_}")) == 1
    ((kind, data),) = world.told(answer.document_id)
    assert (kind, data["document"], data["resources"]) == ("received", "Bundle", 3)


def test_two_resources_of_one_number_are_two_documents() -> None:
    world = World()

    world.receive(a_bundle(a_charge("1"), a_use("1", identifier=[])))

    assert len({document.document_id for document in world.documents.sent}) == 2


def test_an_unusable_entry_of_a_transaction_is_stored_and_waits_for_a_person() -> None:
    world = World()

    answer = world.receive(a_bundle(a_use(), a_use("u-2", device={"concept": {}})))

    assert (answer.status, statuses(answer)) == (200, ["201 Created", "201 Created"])
    outcome = shown(answer)["entry"][1]["response"]["outcome"]
    assert outcome["issue"][0]["details"]["coding"][0]["code"] == "ITEM_MISSING"
    assert [len(document.malformed) for document in world.documents.sent] == [0, 1]


def test_an_entry_whose_head_cannot_be_read_is_held_as_a_whole() -> None:
    world = World()
    bad = a_request(modifierExtension=[{"url": "urn:example:negated"}])

    answer = world.receive(a_bundle(a_use(), bad))

    assert statuses(answer) == ["201 Created", "201 Created"]
    (hold,) = world.holds.standing.values()
    assert hold.detail.startswith("MODIFIER_UNKNOWN")
    ((kind, data),) = world.told(hold.document_id)
    assert (kind, data["lines"], data["malformed"], data["entry"]) == ("received", 0, 1, 1)


def test_a_transaction_of_which_nothing_can_be_used_is_refused() -> None:
    world = World()

    answer = world.receive(a_bundle(a_use(device={"concept": {}}), a_request(quantity={})))

    assert answer.status == 422
    assert issue_codes(answer) == [("required", "ITEM_MISSING"), ("required", "ELEMENT_MISSING")]
    assert not world.documents.sent
    assert not world.holds.standing


def test_a_transaction_that_brings_nothing_to_take_is_refused() -> None:
    patient = {"resourceType": "Patient", "id": "1"}

    answer = World().receive(a_bundle(patient))

    assert (answer.status, issue_codes(answer)) == (422, [("not-supported", "NOTHING_TO_TAKE")])


def test_an_empty_transaction_is_answered_by_an_empty_one() -> None:
    answer = World().receive(a_bundle())

    assert (answer.status, statuses(answer)) == (200, [])


def test_the_answer_to_many_bad_entries_has_a_bound() -> None:
    lines = [{"item": {"concept": a_concept()}, "quantity": {"value": "x"}} for _ in range(40)]
    listing = [{"item": [*lines, {"item": {"concept": a_concept()}, "quantity": {"value": 1}}]}]
    report = a_report(1, inventoryListing=listing)

    answer = World().receive(a_bundle(*[report for _ in range(50)]))

    told = [len(entry["response"]["outcome"]["issue"]) for entry in shown(answer)["entry"]]
    assert told == [20] * 50


def test_the_type_of_an_unknown_body_is_shown_nowhere() -> None:
    world = World()

    answer = world.receive(b'{"resourceType": "MRN000123"}', "SupplyRequest")

    assert answer.status == 400
    assert "MRN000123" not in answer.body.decode() + repr(world.journal)


def test_the_entries_of_a_batch_stand_for_themselves() -> None:
    world = World()
    entries = [
        {"resource": a_use()},
        {"resource": a_request(quantity={"value": 0})},
        {"resource": {"resourceType": "Observation"}},
        {"request": {"method": "GET", "url": "SupplyRequest/1"}, "resource": {}},
        {"request": {"method": "DELETE", "url": "DeviceUsage/1"}, "resource": {}},
    ]

    answer = world.receive(a_bundle(*entries, kind="batch"))

    assert (answer.status, shown(answer)["type"]) == (200, "batch-response")
    assert statuses(answer) == [
        "201 Created",
        "422 Unprocessable Entity",
        "404 Not Found",
        "405 Method Not Allowed",
        "405 Method Not Allowed",
    ]
    assert all("outcome" in entry["response"] for entry in shown(answer)["entry"][1:])
    assert not world.holds.standing
    ((_, data),) = world.told(answer.document_id)
    told = [str(each).partition(" ")[0] for each in data["diagnostics"]]  # type: ignore[attr-defined]
    assert told == ["QUANTITY_ZERO", "RESOURCE_UNSUPPORTED", "REQUEST_UNREAD"]


@pytest.mark.parametrize(
    ("release", "path", "identifier", "source"),
    [
        ("r4", "", "m-1", {"endpoint": "urn:ledgerward"}),
        ("r5", "$process-message", {"value": "m-1"}, {"name": "Ledgerward"}),
    ],
)
def test_a_message_is_answered_by_a_message(
    release: str, path: str, identifier: object, source: object
) -> None:
    world = World()
    header = {"resourceType": "MessageHeader", "id": "m-1", "eventUri": "urn:example:used"}

    answer = world.receive(a_bundle(header, a_charge(), kind="message"), path, release)

    assert (answer.status, shown(answer)["type"]) == (200, "message")
    told, outcome = (entry["resource"] for entry in shown(answer)["entry"])
    assert (told["eventUri"], told["source"]) == ("urn:example:used", source)
    assert told["response"] == {
        "code": "ok",
        "details": {"reference": shown(answer)["entry"][1]["fullUrl"]},
        "identifier": identifier,
    }
    assert outcome["resourceType"] == "OperationOutcome"
    assert len(world.documents.sent) == 1


def test_what_the_archive_holds_is_taken_in_again_with_the_same_ids() -> None:
    before, after = World(), World(documents=FullQueue())
    bundle = a_bundle(a_use(), a_request(), a_report(3))
    answers = [before.receive(bundle), before.receive(body_of(a_charge()), "ChargeItem", "r4")]
    for body, kind, release in ((bundle, "", "r5"), (body_of(a_charge()), "ChargeItem", "r4")):
        assert after.receive(body, kind, release).status == 503
    after.journal.chains.clear()
    after.holds.standing.clear()
    after.documents = SimulatedDocumentQueue()
    after.step = replace(after.step, documents=after.documents)

    after.take_in_again()

    assert after.documents.bodies == before.documents.bodies
    assert after.holds.standing == before.holds.standing
    assert {name: after.told(name) for name in after.journal.chains} == {
        name: before.told(name) for name in before.journal.chains
    }
    assert all(before.told(answer.document_id) for answer in answers)
