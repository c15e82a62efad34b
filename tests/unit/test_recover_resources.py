"""FHIR on the whole path in memory: one effect for each use, and recovery from the raw archive."""

import json
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from shared.canonical.message import ClientScope
from shared.simulation.edge import SimulatedClientRegistry, SimulatedTokenizer
from shared.workflow.completeness import Completeness
from shared.workflow.drive_again import DriveAgain
from shared.workflow.receive_resource import ReceiveResource
from shared.workflow.receiving import Answer, InboundResource
from tests.fhir import a_bundle, a_concept, a_request, body_of
from tests.usage_world import UsageWorld

SCOPE = ClientScope(
    client_id="ehr", tenant="meridian", facilities=("NORTH",), fhir_profile="ehr_north_or"
)


def a_use(number: str, code: str = "C-GLV", **changed: object) -> dict[str, Any]:
    use: dict[str, Any] = {
        "resourceType": "DeviceUsage",
        "identifier": [{"value": number}],
        "status": "completed",
        "timingDateTime": "2026-03-04T10:15:00-08:00",
        "device": {"concept": a_concept(code)},
    }
    return {**use, **changed}


@dataclass
class World:
    usage: UsageWorld = field(default_factory=UsageWorld)

    def __post_init__(self) -> None:
        clients, ids = SimulatedClientRegistry(), count(1)
        clients.register(SCOPE)
        self.edge = ReceiveResource(
            archive=self.usage.archive,
            journal=self.usage.journal,
            documents=self.usage.documents,
            holds=self.usage.holds,
            clients=clients,
            tokens=SimulatedTokenizer(),
            clock=self.usage.clock,
            new_id=lambda: f"{next(ids):032x}",
        )
        self.is_complete = Completeness(
            journal=self.usage.journal,
            ledger=self.usage.ledger,
            holds=self.usage.holds,
            parking=self.usage.parking,
            heads=self.usage.heads,
            stock=self.usage.stock,
        )

    def send(self, body: bytes, kind: str = "") -> Answer:
        answer = self.edge(
            InboundResource(
                body=body, content_type="application/json", client_id="ehr", release="r5", kind=kind
            )
        )
        self.usage.run_until_quiet()
        return answer

    def lacking(self) -> list[str]:
        return [key for key in self.usage.archive.objects if not self.is_complete(key)]

    def drive_again(self) -> None:
        drive = DriveAgain(
            listing=self.usage.archive,
            archive=self.usage.archive,
            drives={"fhir": self.edge.take_in},
        )
        for key in self.lacking():
            drive(key)
        self.usage.run_until_quiet()

    @property
    def net(self) -> str:
        """Base units that left the storeroom for good, by what the ERP posted."""
        signs = {"issue": 1, "reversal": -1}
        effects = [entry.effect for entry in self.usage.ledger.entries.values()]
        return str(
            sum(signs[each.effect_type.value] * each.quantity.in_base_units for each in effects)
        )


def test_the_same_use_sent_twice_has_one_effect() -> None:
    world = World()

    for _ in range(2):
        world.send(body_of(a_use("u-1")), "DeviceUsage")

    assert len(world.usage.erp.documents) == 1
    assert world.lacking() == []


def test_what_was_entered_in_error_is_reversed_in_either_order() -> None:
    world, other = World(), World()
    used, retracted = a_use("u-1"), a_use("u-1", status="entered-in-error")

    for resource in (used, retracted):
        world.send(body_of(resource), "DeviceUsage")
    for resource in (retracted, used):
        other.send(body_of(resource), "DeviceUsage")

    assert len(world.usage.erp.documents) == 2
    assert (world.net, other.net) == ("0", "0")


def test_all_of_a_bundle_that_was_lost_comes_back_under_the_same_ids() -> None:
    world = World()
    bad = a_request(modifierExtension=[{"url": "urn:example:negated"}])
    answer = world.send(a_bundle(a_use("u-1"), a_use("u-2"), a_request(), bad))
    before = set(world.usage.journal.chains)
    booked = dict(world.usage.erp.posted)
    for kept in (
        world.usage.journal.chains,
        world.usage.journal.index,
        world.usage.ledger.entries,
        world.usage.holds.standing,
    ):
        kept.clear()
    assert len(world.lacking()) == 1

    world.drive_again()

    assert world.lacking() == []
    assert set(world.usage.journal.chains) == before
    assert dict(world.usage.erp.posted) == booked
    ids = [
        entry["response"]["location"].split("/")[1] for entry in json.loads(answer.body)["entry"]
    ]
    assert all(world.usage.journal.find(f"resource:{each}") for each in ids)


def test_a_bundle_of_which_the_end_was_never_told_is_not_complete() -> None:
    world = World()
    answer = world.send(a_bundle(a_use("u-1"), a_request()))
    assert world.lacking() == []

    del world.usage.journal.chains[answer.document_id]
    for leads_to in world.usage.journal.index.values():
        leads_to.discard(answer.document_id)

    assert len(world.lacking()) == 1
    world.drive_again()
    assert world.lacking() == []
    assert len(world.usage.erp.documents) == 1


def test_a_count_that_was_lost_is_recorded_again() -> None:
    world = World()
    item = {"item": {"concept": a_concept("C-GLV")}, "quantity": {"value": 40, "unit": "EA"}}
    place = {"identifier": {"value": "NORTH-STOREROOM"}}
    report = {
        "resourceType": "InventoryReport",
        "identifier": [{"value": "count-2"}],
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": "2026-03-04T10:15:00Z",
        "inventoryListing": [{"location": place, "item": [item]}],
    }
    world.send(body_of(report), "InventoryReport")
    kept = dict(world.usage.stock.facts)
    assert (len(kept), world.lacking()) == (1, [])
    world.usage.stock.facts.clear()

    assert len(world.lacking()) == 1
    world.drive_again()
    assert world.usage.stock.facts == kept


def test_a_lost_hold_of_a_report_is_noticed() -> None:
    world = World()
    lines: list[dict[str, Any]] = [{"item": {"concept": a_concept(code)}} for code in ("A", "B")]
    lines[0]["quantity"] = {"value": 1}
    report = {
        "resourceType": "InventoryReport",
        "identifier": [{"value": "count-1"}],
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": "2026-03-04T10:15:00Z",
        "inventoryListing": [{"item": lines}],
    }
    world.send(body_of(report), "InventoryReport")
    held = set(world.usage.holds.standing)
    assert len(held) == 3  # one line cannot be read, the other leads to no item and no place
    world.usage.holds.standing.clear()

    assert len(world.lacking()) == 1
    world.drive_again()
    assert set(world.usage.holds.standing) == held


def test_another_profile_is_another_source() -> None:
    world = World()
    world.send(body_of(a_use("u-1")), "DeviceUsage")
    (archived,) = world.usage.archive.objects.values()
    unnamed = replace(archived.sighting, client=replace(SCOPE, fhir_profile=""))

    world.edge.take_in(unnamed, archived.body)

    (document,) = world.usage.documents.sent
    assert (document.source.application, document.source.facility) == ("", "")
