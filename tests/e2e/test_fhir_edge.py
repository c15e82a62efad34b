"""IHE Pharmacy SUPPLY through the deployed edge, by a FHIR client that is not ours.

Everything that comes back is held to the published models of FHIR: R5, and R4B for R4.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fhir.resources import get_fhir_model_class
from fhir.resources.R4B import get_fhir_model_class as get_r4_model_class
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from infra.local.network import Network
from tests.e2e.at_rest import RAW, kept, places_of, raw_objects
from tests.e2e.canary import FAMILY, GIVEN, NUMBER, PHONE, VISIT, Needle
from tests.e2e.messages import erp_reference, id_of_return, reference_of_use
from tests.e2e.stack import Finished, Stack

pytestmark = pytest.mark.stack
Json = dict[str, Any]
STAGE = "http://profiles.ihe.net/PHARM/SUPPLY/StructureDefinition/IHEDeliveryStageExt"
STAGES = "http://profiles.ihe.net/PHARM/SUPPLY/CodeSystem/DeliveryStageCS"
STATE = "urn:ledgerward:line-state"
STOREROOM = {"identifier": {"value": "NORTH-STOREROOM"}}


def fhir_client(stack: Stack, release: str = "r5") -> SyncFHIRClient:
    """The registered EHR, speaking FHIR."""
    edge = stack.deployment.edge()
    return SyncFHIRClient(
        f"{edge.api_url}/fhir/{release}",
        authorization=edge.token(),
        extra_headers={"x-api-key": edge.api_key},
    )


def posted(stack: Stack, path: str, body: bytes, **headers: str) -> httpx.Response:
    """As plain HTTP, for what a FHIR client hides."""
    edge = stack.deployment.edge()
    sent = {
        "Authorization": edge.token(),
        "x-api-key": edge.api_key,
        "Content-Type": "application/fhir+json",
        **headers,
    }
    return httpx.post(f"{edge.api_url}/fhir/{path}", content=body, headers=sent, timeout=60)


def create(client: SyncFHIRClient, resource: Json) -> Json:
    """PHARM's answer to a POST, which must be the resource itself."""
    kind = str(resource["resourceType"])
    more = {name: value for name, value in resource.items() if name != "resourceType"}
    saved = client.resource(kind, **more)
    saved.save()
    return valid(dict(saved.serialize()))


def valid(resource: Json, *, release: str = "r5") -> Json:
    """The resource, if the models of its release know it so."""
    model = get_fhir_model_class if release == "r5" else get_r4_model_class
    model(resource["resourceType"]).model_validate(resource)
    return resource


def states(resource: Json) -> list[tuple[str, int]]:
    """Where its lines stand: the state and how many are in it."""
    told = (each for each in resource["meta"]["extension"] if each["url"] == STATE)
    parts = ({part["url"]: part for part in each["extension"]} for each in told)
    return [(each["state"]["valueCode"], each["lines"]["valueInteger"]) for each in parts]


def a_number(kind: str) -> Json:
    return {"system": "urn:example:e2e", "value": f"{kind}-{uuid4().hex[:12]}"}


def a_concept(code: str) -> Json:
    return {"coding": [{"system": "urn:example:items", "code": code}]}


def a_request(number: Json, item: str = "GAUZE-1") -> Json:
    return {
        "resourceType": "SupplyRequest",
        "identifier": [number],
        "status": "active",
        "item": {"concept": a_concept(item)},
        "quantity": {"value": 2, "unit": "BX"},
    }


def a_delivery(number: Json, request: Json, stage: str) -> Json:
    return {
        "resourceType": "SupplyDelivery",
        "extension": [
            {
                "url": STAGE,
                "valueCodeableConcept": {"coding": [{"system": STAGES, "code": stage}]},
            }
        ],
        "identifier": [number],
        "basedOn": [{"type": "SupplyRequest", "identifier": request}],
        "status": "in-progress" if stage == "shipment" else "completed",
        "suppliedItem": [
            {"quantity": {"value": 2, "unit": "BX"}, "itemCodeableConcept": a_concept("GAUZE-1")}
        ],
    }


def a_report(kind: str, *quantities: object) -> Json:
    items = [
        {"item": {"concept": a_concept("GAUZE-1")}, "quantity": {"value": value}}
        for value in quantities
    ]
    return {
        "resourceType": "InventoryReport",
        "identifier": [a_number("report")],
        "status": "active",
        "countType": kind,
        "reportedDateTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "inventoryListing": [{"location": {"display": "OR stock"}, "item": items}],
    }


def a_use(stack: Stack, number: Json) -> Json:
    """A device of the network that needs no lot, used this minute."""
    return {
        "resourceType": "DeviceUsage",
        "identifier": [number],
        "status": "completed",
        "patient": {"reference": "Patient/E2E-MRN-77"},
        "timingDateTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "device": {"concept": a_concept(a_dear_code(stack.deployment.network))},
    }


def a_dear_code(network: Network) -> str:
    """The charge code of the dearest item that needs no lot and that every source may post."""
    ruled = {rule.item_class for rule in network.stock_sources}
    plain = {
        item.item: item.unit_cost
        for item in network.items
        if item.is_active and not item.is_lot_controlled and item.item_class not in ruled
    }
    codes = [each for each in network.charge_codes if each.item in plain]
    return max(codes, key=lambda each: plain[each.item]).charge_code


def a_stocked_code(network: Network) -> tuple[str, str]:
    """A charge code and its item, of which base units lie in NORTH's storeroom without lots.

    The last: the day that a demo plays counts the first ones, in its evening.
    """
    units = {item.item: item.base_unit for item in network.items}
    lying = {each.item for each in network.opening_stock if each.place == "NORTH-STO"}
    ruled = {rule.item_class for rule in network.stock_sources}
    plain = {
        item.item for item in network.items if item.is_active and not item.is_lot_controlled
    } - {item.item for item in network.items if item.item_class in ruled}
    *_, last = (
        (each.charge_code, each.item)
        for each in network.charge_codes
        if each.item in plain & lying and each.unit == units[each.item]
    )
    return last


def a_row(stack: Stack, item: str) -> Json:
    """An item's position in NORTH's storeroom beside the ERP's stock."""
    found = stack.run("positions", "NORTH-STO", "--item", item)
    assert (found.status, found.result["unexplained"]) == (0, 0), found.said
    (row,) = found.result["rows"]
    return dict(row)


def a_receipt(code: str, quantity: int) -> Json:
    delivery = a_delivery(a_number("reception"), a_number("request"), "reception")
    line = {"quantity": {"value": quantity}, "itemCodeableConcept": a_concept(code)}
    return delivery | {"destination": STOREROOM, "suppliedItem": [line]}


def a_count(code: str, quantity: int) -> Json:
    item = {"item": {"concept": a_concept(code)}, "quantity": {"value": quantity}}
    report = a_report("snapshot")
    return report | {"inventoryListing": [{"location": STOREROOM, "item": [item]}]}


def lying(client: SyncFHIRClient, code: str) -> Decimal:
    """What PHARM-S7 tells of an item in that storeroom, by a client's own search."""
    asked = client.resources("InventoryReport").search(location="NORTH-STOREROOM", item=code)
    (report,) = [valid(dict(each.serialize())) for each in asked.fetch()]
    items = [each for listing in report["inventoryListing"] for each in listing["item"]]
    return sum((Decimal(str(each["quantity"]["value"])) for each in items), Decimal())


def key_of(number: Json) -> tuple[str, ...]:
    """What the key of the only line of a use begins with (USE2)."""
    return ("EHR", "NORTH", f"{number['system']}|{number['value']}", "1")


def expense(traced: Finished) -> Decimal:
    """What the expense account shows for all the effects of what was traced."""
    lines = [
        line
        for document in traced.result["documents"]
        for effect in document["effects"]
        for line in effect["lines"]
    ]
    return sum((Decimal(each["amount"]) for each in lines if each["account"] == "5.1.9"), Decimal())


def test_pharm_s1_and_s2_a_request_is_stored_at_once_and_its_status_is_asked(
    stack: Stack,
) -> None:
    client, number = fhir_client(stack), a_number("request")

    made = create(client, a_request(number))
    read = valid(dict(client.get("SupplyRequest", made["id"])))
    found = client.resources("SupplyRequest").search(identifier=number["value"]).fetch()
    others = client.resources("SupplyRequest").search(
        identifier=number["value"], status="completed"
    )

    assert made["meta"]["versionId"] == "1"
    assert made | {"meta": {}} == a_request(number) | {"id": made["id"], "meta": {}}
    assert states(read) == [("at-rest", 1)]
    assert [each["id"] for each in found] == [made["id"]]
    assert others.fetch() == []
    traced = stack.run("trace", number["value"]).result["documents"]
    assert [each["journal"][0]["data"]["resource"] for each in traced] == [made["id"]]


def test_pharm_s3_and_s4_shipment_and_receipt_are_stored_and_found_by_their_item(
    stack: Stack,
) -> None:
    client, request = fhir_client(stack), a_number("request")
    numbers = {stage: a_number(stage) for stage in ("shipment", "reception")}

    made = {
        stage: create(client, a_delivery(number, request, stage))
        for stage, number in numbers.items()
    }

    for stage, number in numbers.items():
        found = client.resources("SupplyDelivery").search(
            identifier=f"{number['system']}|{number['value']}", item="GAUZE-1"
        )
        assert [each["id"] for each in found.fetch()] == [made[stage]["id"]]
    traced = stack.run("trace", request["value"]).result["documents"]
    ids = {each["journal"][0]["data"]["resource"] for each in traced}
    assert ids == {each["id"] for each in made.values()}


def test_pharm_s5_and_s6_counts_and_differences_are_stored_and_a_bad_line_is_held(
    stack: Stack,
) -> None:
    client = fhir_client(stack)

    count = create(client, a_report("snapshot", 5, -1))
    change = create(client, a_report("difference", -2))

    stack.settle()
    for each, lines in ((count, 2), (change, 1)):  # their location and item lead nowhere
        told = states(valid(dict(client.get("InventoryReport", each["id"]))))
        assert {state for state, _ in told} == {"held"}
        held = [
            (hold["code"], hold["line_id"])
            for code in ("LINE_MALFORMED", "PLACE_UNMAPPED", "ITEM_UNMAPPED")
            for hold in stack.run("holds", "--code", code).result["holds"]
            if hold["message_id"] == each["id"]
        ]
        assert len({line_id for _, line_id in held}) == lines
        assert {code for code, _ in held} >= {"PLACE_UNMAPPED", "ITEM_UNMAPPED"}


def test_pharm_s7_positions_are_told_and_equal_the_erp_s_stock(stack: Stack) -> None:
    client, (code, item) = fhir_client(stack), a_stocked_code(stack.deployment.network)
    device = {"device": {"concept": a_concept(code)}}
    stack.settle()
    stack.run("positions", "NORTH-STO", "--open")
    opened = a_row(stack, item)
    start = Decimal(opened["in_erp"])

    create(client, a_use(stack, a_number("use")) | device)
    stack.settle()
    used = a_row(stack, item)
    assert (used["in_erp"], used["unexplained"]) == (str(start - 1), "0")
    assert lying(client, code) == Decimal(opened["on_hand"]) - 1

    create(client, a_receipt(code, 5))
    stack.settle()
    received = a_row(stack, item)
    assert (received["in_erp"], received["differing"]["receipt"]) == (str(start - 1), "5")
    assert lying(client, code) == Decimal(opened["on_hand"]) + 4

    count = create(client, a_count(code, 7))
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    earlier = {"timingDateTime": f"{an_hour_ago:%Y-%m-%dT%H:%M:%SZ}"}
    late = a_use(stack, a_number("use")) | device | earlier
    create(client, late)  # before the count, and told later: it was counted (PAR5)
    stack.settle()
    counted = a_row(stack, item)
    assert (counted["in_erp"], counted["unexplained"]) == (str(start - 2), "0")
    assert lying(client, code) == Decimal(7)
    assert states(valid(dict(client.get("InventoryReport", count["id"])))) == [("recorded", 1)]
    (traced,) = stack.run("trace", count["identifier"][0]["value"]).result["documents"]
    assert [entry["kind"] for entry in traced["journal"]] == ["received", "mapped"]


def test_a_device_used_is_posted_once_traced_to_the_gl_and_taken_back(stack: Stack) -> None:
    client, number = fhir_client(stack), a_number("use")
    reference = reference_of_use(*key_of(number)[:4])
    back = erp_reference(id_of_return(*key_of(number), of=key_of(number)))

    use = a_use(stack, number)
    first, again = create(client, use), create(client, use)
    stack.settle()

    assert first["id"] != again["id"]
    assert stack.moves(reference) == [(reference, 1)]
    assert states(valid(dict(client.get("DeviceUsage", first["id"])))) == [("posted", 1)]
    traced = stack.run("trace", number["value"])
    assert expense(traced) > 0
    assert "E2E-MRN-77" not in json.dumps(traced.result)

    create(client, use | {"status": "entered-in-error"})
    stack.settle()

    assert stack.moves(back) == [(back, 1)]
    assert expense(stack.run("trace", number["value"])) == 0


def test_a_transaction_is_answered_entry_by_entry(stack: Stack) -> None:
    client, numbers = fhir_client(stack), [a_number("use"), a_number("request")]
    resources = [
        a_use(stack, numbers[0]),
        a_request(numbers[1]),
        {"resourceType": "Patient", "id": "1"},
    ]
    entries = [
        {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}}
        for each in resources
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    answer = valid(dict(client.execute("", data=bundle)))
    stack.settle()

    assert answer["type"] == "transaction-response"
    responses = [entry["response"] for entry in answer["entry"]]
    assert [each["status"] for each in responses] == ["201 Created", "201 Created", "202 Accepted"]
    kind, id_, _, version = responses[0]["location"].split("/")
    assert (kind, version) == ("DeviceUsage", "1")
    read = dict(client.execute(responses[0]["location"], method="get"))
    assert (read["id"], states(valid(read))) == (id_, [("posted", 1)])


def test_a_message_is_answered_by_a_message(stack: Stack) -> None:
    event = {"system": "urn:example:events", "code": "device-used"}
    header = {"resourceType": "MessageHeader", "id": "m-1", "eventCoding": event}
    entries = [{"resource": header}, {"resource": a_use(stack, a_number("use"))}]
    bundle = {"resourceType": "Bundle", "type": "message", "entry": entries}

    answer = valid(dict(fhir_client(stack).execute("$process-message", data=bundle)))

    told = answer["entry"][0]["resource"]
    assert (told["eventCoding"], told["response"]["code"]) == (event, "ok")


def test_r4_is_read_as_r4(stack: Stack) -> None:
    client, number = fhir_client(stack, "r4"), a_number("use")
    statement = {
        "resourceType": "DeviceUseStatement",
        "identifier": [number],
        "status": "completed",
        "subject": {"reference": "Patient/E2E-MRN-77"},
        "timingDateTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "device": {"display": "a device", "identifier": {"value": "C-NOBODY-KNOWS"}},
    }

    made = dict(client.resource("DeviceUseStatement", **statement).create().serialize())
    stack.settle()

    read = valid(dict(client.get("DeviceUseStatement", made["id"])), release="r4")
    assert states(read) == [("held", 1)]
    assert stack.moves(reference_of_use(*key_of(number)[:4])) == []


def test_what_cannot_be_taken_is_an_operation_outcome(stack: Stack) -> None:
    client = fhir_client(stack)
    body = json.dumps(a_request(a_number("request")) | {"quantity": {"value": 0}}).encode()

    with pytest.raises(OperationOutcome) as refused:
        create(client, json.loads(body))
    with pytest.raises(ResourceNotFound):
        client.get("SupplyRequest", uuid4().hex)
    answers = [
        posted(stack, "r5/SupplyRequest", body),
        posted(stack, "r5/SupplyRequest", b"{"),
        posted(stack, "r5/Patient", b"{}"),
        posted(stack, "r5/SupplyRequest", b"<x/>", **{"Content-Type": "application/fhir+xml"}),
        posted(stack, "r5/SupplyRequest", b" " * 4_194_305),
    ]

    assert refused.value.resource["issue"][0]["code"] == "value"
    assert [each.status_code for each in answers] == [422, 400, 404, 415, 413]
    for each in answers:
        assert each.headers["content-type"] == "application/fhir+json"
        assert valid(each.json())["resourceType"] == "OperationOutcome"


def test_the_answer_to_a_post_has_the_headers_of_fhir_and_every_digit(stack: Stack) -> None:
    body = json.dumps(a_request(a_number("request"))).replace('"value": 2,', '"value": 2.500,')

    made = posted(stack, "r5/SupplyRequest", body.encode())
    edge = stack.deployment.edge()
    read = httpx.get(
        str(made.url.join(made.headers["location"])),
        headers={"Authorization": edge.token(), "x-api-key": edge.api_key},
    )

    assert (made.status_code, made.headers["etag"]) == (201, 'W/"1"')
    assert made.headers["last-modified"].endswith(" GMT")
    assert '"value": 2.500,' in made.text
    assert (read.status_code, read.json()["id"]) == (200, made.json()["id"])
    assert '"value": 2.500,' in read.text


@pytest.mark.parametrize("release", ["r4", "r5"])
def test_what_the_statement_claims_is_there(stack: Stack, release: str) -> None:
    client = fhir_client(stack, release)

    statement = valid(dict(client.execute("metadata", method="get")), release=release)

    for claimed in statement["rest"][0]["resource"]:
        kind = claimed["type"]
        refused = posted(stack, f"{release}/{kind}", b"{}")
        assert refused.json()["issue"][0]["details"]["coding"][0]["code"] == "RESOURCE_INVALID"
        names = [parameter["name"] for parameter in claimed.get("searchParam", ())]
        together = (
            [names] if kind == "InventoryReport" else [["identifier", each] for each in names]
        )
        for asked in filter(None, together):
            search = dict.fromkeys(asked, "nothing")
            assert client.resources(kind).search(**search).fetch() == []


def test_a_file_of_fhir_is_sent_by_its_content(stack: Stack) -> None:
    number = a_number("use")

    sent = stack.run("send", "-", typed=json.dumps(a_use(stack, number)).encode())
    stack.settle()

    assert (sent.status, sent.result["status"], sent.result["code"]) == (0, 201, "accepted")
    reference = reference_of_use(*key_of(number)[:4])
    assert stack.moves(reference) == [(reference, 1)]


def a_canary(stack: Stack, number: Json) -> list[Json]:
    """A patient who is nobody, where resources have patients and where they have none."""
    patient = {
        "resourceType": "Patient",
        "id": NUMBER,
        "identifier": [{"value": NUMBER}],
        "name": [{"family": FAMILY, "given": [GIVEN], "text": f"{GIVEN} {FAMILY}"}],
        "telecom": [{"system": "phone", "value": PHONE}],
    }
    use = a_use(stack, number) | {
        "patient": {"reference": f"Patient/{NUMBER}", "display": f"{FAMILY}, {GIVEN}"},
        "context": {"reference": f"Encounter/{VISIT}"},
        "note": [{"text": f"{FAMILY} {PHONE}"}],
    }
    return [
        patient,
        use,
        use | {"identifier": [a_number("use")], "timingDateTime": FAMILY},
        use | {"identifier": [a_number("use")], "status": FAMILY, FAMILY: GIVEN},
        use | {"identifier": [a_number("use")], "device": {"concept": {"coding": [FAMILY]}}},
        {"resourceType": FAMILY, "id": NUMBER},
    ]


def test_a_patient_told_in_fhir_lies_in_the_raw_archive_alone(stack: Stack) -> None:
    number, before = a_number("use"), raw_objects(stack)
    resources = a_canary(stack, number)
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": each} for each in resources],
    }
    bodies = {
        "r5": bundle,
        "r4": bundle | {"type": "batch"},
        "r5/DeviceUsage": resources[2],
        "r5/SupplyRequest": resources[-1],
    }

    answers = [posted(stack, path, json.dumps(body).encode()) for path, body in bodies.items()]
    stack.settle()

    assert [each.status_code for each in answers] == [200, 200, 422, 400]
    shown = [each.text for each in answers]
    shown += [
        json.dumps(stack.run(*words).result) for words in (("trace", number["value"]), ("holds",))
    ]
    lying = [*kept(stack), *((f"shown {n}", text.encode()) for n, text in enumerate(shown))]
    found = {
        text: places_of(Needle(text=text), lying) for text in (FAMILY, GIVEN, NUMBER, VISIT, PHONE)
    }
    elsewhere = {
        text: sorted(place for place in places if not place.startswith(RAW))
        for text, places in found.items()
    }
    assert {text: places for text, places in elsewhere.items() if places} == {}
    assert len(found[FAMILY] - before) == len(bodies)
    assert "table:JournalTable" in places_of(Needle(text=number["value"]), lying)


def test_all_of_fhir_that_was_lost_with_the_tables_comes_back_under_its_ids(
    own_stack: Stack,
) -> None:
    client, number = fhir_client(own_stack), a_number("use")
    made = create(client, a_use(own_stack, number))
    own_stack.settle()

    recovered = own_stack.lose_engine()
    own_stack.settle()

    assert recovered["driven"] > 0
    reference = reference_of_use(*key_of(number)[:4])
    assert own_stack.moves(reference) == [(reference, 1)]
    assert states(dict(client.get("DeviceUsage", made["id"]))) == [("posted", 1)]
