"""What was stored is read and found again, by those who may, with where its lines stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.canonical.message import ClientScope
from shared.errors import ThrottledError
from shared.formats.fhir.capability import POSITIONS, SEARCHES
from shared.formats.fhir.offered import TYPES
from shared.simulation.edge import SimulatedClientRegistry, SimulatedTokenizer
from shared.simulation.journal import SimulatedJournal
from shared.workflow.receive_resource import ReceiveResource
from shared.workflow.receiving import Answer, AskedResource, InboundResource
from shared.workflow.serve_positions import ServePositions
from shared.workflow.serve_resource import ServeResource
from tests.fhir import a_bundle, a_concept, a_request, body_of
from tests.usage_world import UsageWorld

Json = dict[str, Any]
EHR = ClientScope(
    client_id="ehr", tenant="meridian", facilities=("NORTH",), fhir_profile="ehr_north_or"
)
CLIENTS = (
    EHR,
    ClientScope(client_id="region", tenant="meridian", facilities=("NORTH", "SOUTH")),
    ClientScope(client_id="south", tenant="meridian", facilities=("SOUTH",)),
    ClientScope(client_id="supplier", tenant="meridian", facilities=()),
    ClientScope(client_id="carrier", tenant="meridian", facilities=()),
    ClientScope(client_id="other", tenant="elsewhere", facilities=("NORTH",)),
)


@dataclass
class World:
    usage: UsageWorld = field(default_factory=UsageWorld)

    def __post_init__(self) -> None:
        registry = SimulatedClientRegistry()
        for scope in CLIENTS:
            registry.register(scope)
        ids = iter(f"{number:032x}" for number in range(1, 1000))
        self.edge = ReceiveResource(
            archive=self.usage.archive,
            journal=self.usage.journal,
            documents=self.usage.documents,
            holds=self.usage.holds,
            clients=registry,
            tokens=SimulatedTokenizer(),
            clock=self.usage.clock,
            new_id=lambda: next(ids),
        )
        self.serve = ServeResource(
            archive=self.usage.archive,
            listing=self.usage.archive,
            journal=self.usage.journal,
            holds=self.usage.holds,
            clients=registry,
            positions=ServePositions(
                positions=self.usage.positions, master=self.usage.master, clock=self.usage.clock
            ),
            clock=self.usage.clock,
        )

    def send(self, resource: Json | bytes, *, release: str = "r5", client: str = "ehr") -> str:
        """Send one resource or Bundle; the message's id."""
        body = resource if isinstance(resource, bytes) else body_of(resource)
        kind = "" if isinstance(resource, bytes) else str(resource["resourceType"])
        inbound = InboundResource(
            body=body, content_type="application/json", client_id=client, release=release, kind=kind
        )
        answer = self.edge(inbound)
        assert answer.is_taken_in, answer.body
        return answer.message_id

    def read(self, kind: str, id_: str = "", *, client: str = "ehr", **more: Any) -> Answer:  # noqa: ANN401
        asked = {"client_id": client, "release": "r5", "kind": kind, "id": id_, **more}
        return self.serve(AskedResource(**asked))

    def search(self, kind: str, *, client: str = "ehr", **parameters: str) -> Json:
        told = {name: [value] for name, value in parameters.items()}
        return shown(self.read(kind, client=client, parameters=told))


def shown(answer: Answer) -> Json:
    found: Json = json.loads(answer.body)
    return found


def states(answer: Answer) -> list[Json]:
    """The line states of a resource, each as name and value."""
    return [
        {part["url"]: next(v for k, v in part.items() if k != "url") for part in each["extension"]}
        for each in shown(answer)["meta"]["extension"]
        if each["url"] == "urn:ledgerward:line-state"
    ]


def ids(bundle: Json) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle.get("entry", ())]


def a_numbered(number: str, **changed: object) -> Json:
    return {**a_request(identifier=[{"system": "urn:orders", "value": number}]), **changed}


def a_use(code: str, number: str = "u-1", **changed: object) -> Json:
    use: Json = {
        "resourceType": "DeviceUsage",
        "identifier": [{"value": number}],
        "status": "completed",
        "timingDateTime": "2026-03-04T10:15:00-08:00",
        "device": {"concept": a_concept(code)},
    }
    return {**use, **changed}


def test_a_stored_resource_is_read_as_it_was_received() -> None:
    world = World()
    body = body_of(a_request()).replace(b'"value": 2', b'"value": 2.500')
    id_ = world.edge(
        InboundResource(
            body=body,
            content_type="application/json",
            client_id="ehr",
            release="r5",
            kind="SupplyRequest",
        )
    ).message_id

    answer = world.read("SupplyRequest", id_)

    assert (answer.status, answer.content_type) == (200, "application/fhir+json")
    assert answer.headers == {"ETag": 'W/"1"', "Last-Modified": "Thu, 05 Mar 2026 12:00:00 GMT"}
    assert b'"value": 2.500' in answer.body
    assert shown(answer) | {"meta": {}} == {**a_request(), "id": id_, "meta": {}} | {
        "quantity": {"value": 2.5, "unit": "EA"}
    }
    assert states(answer) == [{"state": "at-rest", "lines": 1}]


def test_its_only_version_is_read_by_its_own_address() -> None:
    world = World()
    id_ = world.send(a_request())

    answers = [world.read("SupplyRequest", id_, version=version) for version in ("1", "2")]

    assert [answer.status for answer in answers] == [200, 404]


def test_an_entry_of_a_bundle_is_read_by_its_own_id() -> None:
    world = World()
    message = world.send(a_bundle(a_numbered("one"), a_numbered("two")))

    answers = [world.read("SupplyRequest", f"{message}-{number}") for number in (0, 1, 2)]

    assert [answer.status for answer in answers] == [200, 200, 404]
    assert [shown(each)["identifier"][0]["value"] for each in answers[:2]] == ["one", "two"]
    assert world.read("SupplyRequest", message).status == 404


@pytest.mark.parametrize(
    ("client", "status"),
    [("ehr", 200), ("region", 200), ("south", 404), ("supplier", 404), ("other", 404)],
)
def test_a_client_sees_what_its_own_registration_covers(client: str, status: int) -> None:
    world = World()
    id_ = world.send(a_numbered("one"))

    answer = world.read("SupplyRequest", id_, client=client)
    found = world.search("SupplyRequest", client=client, identifier="one")

    assert answer.status == status
    assert ids(found) == ([id_] if status == 200 else [])
    assert id_ not in answer.body.decode() or status == 200


def test_who_speaks_for_no_facility_sees_only_its_own() -> None:
    world = World()
    id_ = world.send(a_numbered("one"), client="supplier")

    statuses = [
        world.read("SupplyRequest", id_, client=name).status for name in ("supplier", "carrier")
    ]

    assert statuses == [200, 404]


def test_a_client_nobody_registered_reads_nothing() -> None:
    assert World().read("SupplyRequest", "1", client="stranger").status == 403


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "SupplyRequest", "id_": "0" * 32},
        {"kind": "SupplyRequest", "id_": "../x"},
        {"kind": "SupplyDelivery"},
        {"kind": "Patient"},
        {"kind": "SupplyRequest", "release": "r4"},
        {"kind": "SupplyRequest", "release": "r6"},
    ],
)
def test_what_is_not_there_is_404_and_says_no_more(asked: Json) -> None:
    world = World()
    id_ = world.send(a_request())

    answer = world.read(**{"id_": id_, **asked})

    assert (answer.status, answer.code) == (404, "not_found")
    assert id_ not in answer.body.decode()


def test_a_use_is_received_then_posted_or_held_with_the_reason() -> None:
    world = World()
    posted, held = world.send(a_use("C-GLV")), world.send(a_use("C-NOBODY", "u-2"))
    assert states(world.read("DeviceUsage", posted)) == [{"state": "received", "lines": 1}]

    world.usage.run_until_quiet()

    assert states(world.read("DeviceUsage", posted)) == [{"state": "posted", "lines": 1}]
    (state,) = states(world.read("DeviceUsage", held))
    assert (state["state"], state["hold"], state["lines"]) == ("held", "ITEM_UNMAPPED", 1)
    assert state["place"].startswith("DeviceUsage @ byte 0")


def test_a_use_that_another_one_contradicts_is_posted_and_the_other_is_held() -> None:
    world = World()
    first = world.send(a_use("C-GLV"))
    world.usage.run_until_quiet()
    other = world.send(a_use("C-GLV", timingDateTime="2026-03-05T10:15:00-08:00"))
    world.usage.run_until_quiet()

    found = [states(world.read("DeviceUsage", each)) for each in (first, other)]

    assert [[each["state"] for each in told] for told in found] == [["posted"], ["held"]]
    assert found[1][0]["hold"] == "CONFLICT"


def test_an_advisory_hold_does_not_hold_a_line_that_was_posted() -> None:
    world = World()
    id_ = world.send(a_use("C-SUT"))
    world.usage.run_until_quiet()

    assert [hold.code for hold in world.usage.holds.standing.values()] == ["LOT_MISSING"]
    assert states(world.read("DeviceUsage", id_)) == [{"state": "posted", "lines": 1}]


def test_a_line_at_rest_that_cannot_be_read_is_held_until_a_person_has_decided() -> None:
    world = World()
    lines = [
        {"itemCodeableConcept": a_concept(), "quantity": {"value": each}} for each in (1, 0, 2)
    ]
    delivery = {
        "resourceType": "SupplyDelivery",
        "id": "d-1",
        "status": "in-progress",
        "meta": {"extension": [{"url": "urn:theirs", "valueCode": "x"}]},
        "suppliedItem": lines,
    }
    id_ = world.send(delivery)

    before = world.read("SupplyDelivery", id_)
    (hold,) = world.usage.holds.standing.values()
    world.usage.holds.close(hold.line_id, hold.code, "counted by hand", who="steward")
    after = world.read("SupplyDelivery", id_)

    assert shown(before)["meta"]["extension"][0] == {"url": "urn:theirs", "valueCode": "x"}
    held, resting = states(before)
    assert (held["state"], held["hold"]) == ("held", "LINE_MALFORMED")
    assert held["place"].startswith("SupplyDelivery.suppliedItem[1].quantity @ byte ")
    assert resting == {"state": "at-rest", "lines": 2}
    assert states(after) == [{"state": "at-rest", "lines": 2}, {"state": "closed", "lines": 1}]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"identifier": "one"}, 1),
        ({"identifier": "urn:orders|one"}, 1),
        ({"identifier": "urn:others|one"}, 0),
        ({"identifier": "|one"}, 0),
        ({"identifier": "three"}, 0),
        ({"item": "SCREW-4"}, 2),
        ({"item": "urn:example:items|SCREW-4"}, 2),
        ({"item": "SCREW-4", "status": "active"}, 1),
        ({"item": "SCREW-4", "identifier": "two", "status": "active"}, 0),
        ({"item": "SCREW-4", "_format": "json"}, 2),
    ],
)
def test_requests_are_found_by_identifier_item_and_status(
    parameters: dict[str, str], found: int
) -> None:
    world = World()
    world.send(a_numbered("one"))
    world.send(a_numbered("two", status="completed"))
    world.send(a_numbered("one"), release="r4")

    bundle = world.search("SupplyRequest", **parameters)

    assert (bundle["type"], len(ids(bundle))) == ("searchset", found)
    assert "entry" in bundle or not found


def test_deliveries_are_found_by_the_items_of_their_lines() -> None:
    world = World()
    lines = [
        {"itemCodeableConcept": a_concept(code), "quantity": {"value": 1}} for code in ("A", "B")
    ]
    id_ = world.send(
        {"resourceType": "SupplyDelivery", "id": "d", "status": "completed", "suppliedItem": lines}
    )

    found = [ids(world.search("SupplyDelivery", item=code)) for code in ("A", "B", "C")]

    assert found == [[id_], [id_], []]


def paged(world: World, parameters: dict[str, str]) -> Iterator[list[str]]:
    """The ids of each page, until none names a next one."""
    while parameters:
        bundle = world.search("SupplyRequest", **parameters)
        yield ids(bundle)
        nexts = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        parameters = dict(parse_qsl(urlsplit(nexts[0]).query)) if nexts else {}


def test_many_are_told_page_by_page_and_each_once() -> None:
    world = World()
    sent = {world.send(a_numbered(str(number))) for number in range(5)}

    pages = list(paged(world, {"item": "SCREW-4", "_count": "2"}))

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {id_ for page in pages for id_ in page} == sent


def test_a_page_is_never_longer_than_its_bound() -> None:
    world = World()
    sent = {world.send(a_numbered(str(number), note="x" * 1_500_000)) for number in range(4)}

    pages = list(paged(world, {"item": "SCREW-4"}))

    assert [len(page) for page in pages] == [2, 2]
    assert {id_ for page in pages for id_ in page} == sent


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("SupplyRequest", {}),
        ("SupplyRequest", {"status": ["active"]}),
        ("SupplyRequest", {"identifier": [""]}),
        ("SupplyRequest", {"identifier": ["a", "b"]}),
        ("SupplyRequest", {"identifier": ["a,b"]}),
        ("SupplyRequest", {"identifier": ["a"], "patient": ["MRN000123"]}),
        ("SupplyRequest", {"identifier": ["a"], "_count": ["51"]}),
        ("SupplyRequest", {"identifier": ["a"], "_count": ["0"]}),
        ("DeviceUsage", {"identifier": ["a"]}),
        ("InventoryReport", {"item": ["a"]}),
    ],
)
def test_a_search_that_is_not_answered_says_what_to_do(
    kind: str, parameters: dict[str, list[str]]
) -> None:
    answer = World().read(kind, parameters=parameters)

    assert (answer.status, answer.code) == (400, "search_unsupported")
    (issue,) = shown(answer)["issue"]
    assert issue["diagnostics"].endswith(".")
    assert "MRN000123" not in answer.body.decode()


def test_a_store_that_is_busy_is_asked_again_later() -> None:
    class BusyJournal(SimulatedJournal):
        def find_some(self, *_names: object, **_more: object) -> tuple[str, ...]:
            raise ThrottledError("journal")

    world = World()
    busy = ServeResource(
        archive=world.usage.archive,
        listing=world.usage.archive,
        journal=BusyJournal(),
        holds=world.usage.holds,
        clients=world.serve.clients,
        positions=world.serve.positions,
        clock=world.usage.clock,
    )

    answer = busy(AskedResource(client_id="ehr", release="r5", kind="SupplyRequest", id="1"))

    assert (answer.status, answer.headers) == (503, {"Retry-After": "5"})


@pytest.mark.parametrize(("release", "number"), [("r4", "4.0.1"), ("r5", "5.0.0")])
def test_the_statement_claims_what_is_routed_and_nothing_else(release: str, number: str) -> None:
    answer = World().read("metadata", release=release)

    statement = shown(answer)
    (rest,) = statement["rest"]
    claimed = {each["type"]: each for each in rest["resource"]}
    assert (answer.status, statement["fhirVersion"]) == (200, number)
    assert tuple(claimed) == TYPES[release]
    searched = {kind for kind, each in claimed.items() if "searchParam" in each}
    assert searched == set(SEARCHES) | ({POSITIONS} if release == "r5" else set())
    for kind, each in claimed.items():
        codes = [interaction["code"] for interaction in each["interaction"]]
        assert codes == ["create", "read", "vread", *(["search-type"] if kind in searched else [])]
    assert [each["code"] for each in rest["interaction"]] == ["transaction", "batch"]


def a_stock_report(
    kind: str, *quantities: tuple[str, int], at: str = "2026-03-14T08:00:00Z"
) -> Json:
    """What lies, or has changed, in the storeroom of NORTH."""
    items = [
        {"item": {"concept": a_concept(code)}, "quantity": {"value": value, "unit": "EA"}}
        for code, value in quantities
    ]
    place = {"identifier": {"value": "NORTH-STOREROOM"}}
    return {
        "resourceType": "InventoryReport",
        "identifier": [{"value": f"{kind}-{at}"}],
        "status": "active",
        "countType": kind,
        "reportedDateTime": at,
        "inventoryListing": [{"location": place, "item": items}],
    }


def lying(world: World, item: str = "C-GLV", *, client: str = "ehr") -> list[tuple[str, object]]:
    """What is told of an item in that storeroom: the ERP's number, and how much."""
    asked = {"location": ["NORTH-STOREROOM"], "item": [item]}
    bundle = shown(world.read("InventoryReport", client=client, parameters=asked))
    reports = [entry["resource"] for entry in bundle.get("entry", ())]
    assert bundle["total"] == len(reports)
    listed = (each for report in reports for each in report["inventoryListing"])
    return [
        (item["item"]["concept"]["coding"][0]["code"], item["quantity"]["value"])
        for listing in listed
        for item in listing["item"]
    ]


def test_pharm_s7_what_was_counted_and_has_changed_since_lies_there() -> None:
    world = World()
    world.send(a_stock_report("snapshot", ("C-GLV", 40)))
    world.send(a_stock_report("difference", ("C-GLV", -3), at="2026-03-14T09:00:00Z"))
    world.send(a_stock_report("difference", ("C-GLV", -5), at="2026-03-14T07:00:00Z"))
    assert lying(world) == []

    world.usage.run_until_quiet()

    assert lying(world) == [("GLV-001", 37)]
    assert lying(world, "GLV-001") == [("GLV-001", 37)]


def test_pharm_s7_tells_nothing_of_what_is_not_known_or_not_the_client_s() -> None:
    world = World()
    world.send(a_stock_report("snapshot", ("C-GLV", 40)))
    world.usage.run_until_quiet()

    assert lying(world, "C-SUT") == []
    assert lying(world, "NO-SUCH") == []
    assert lying(world, client="south") == []
    assert lying(world, client="other") == []
    assert lying(world, "GLV-001", client="region") == []  # it has no name of the storeroom


def test_where_the_lines_of_a_count_stand_is_told() -> None:
    world = World()
    id_ = world.send(a_stock_report("snapshot", ("C-GLV", 40), ("NO-SUCH", 1), ("C-SUT", -1)))
    before = states(world.read("InventoryReport", id_))

    world.usage.run_until_quiet()

    assert [(each["state"], each["lines"]) for each in before] == [("held", 1), ("received", 2)]
    after = states(world.read("InventoryReport", id_))
    assert sorted((each["state"], each.get("hold", "")) for each in after) == [
        ("held", "ITEM_UNMAPPED"),
        ("held", "LINE_MALFORMED"),
        ("recorded", ""),
    ]
