"""What NORTH's storeroom tells in FHIR R5 in a day: a receipt, and a count in the evening."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from infra.local.day.ehr import plain_codes
from infra.local.network import Network
from shared.canonical.master import ChargeCodeRecord

FACILITY, STOREROOM = "NORTH", "NORTH-STOREROOM"
COUNTED_ITEMS = 3
SYSTEM = "urn:example:storeroom"
STAGES = "http://profiles.ihe.net/PHARM/SUPPLY/CodeSystem/DeliveryStageCS"


def storeroom_reports(network: Network, day: date) -> Iterator[dict[str, object]]:
    """The receipt first; the first of the items that are counted is one that arrived."""
    codes = _kept_there(network)
    place = {"identifier": {"value": STOREROOM}}
    yield {
        "resourceType": "SupplyDelivery",
        "identifier": [{"system": SYSTEM, "value": f"{day:%Y%m%d}-RECEIPT"}],
        "status": "completed",
        "stage": {"coding": [{"system": STAGES, "code": "reception"}]},
        "occurrenceDateTime": _at(network, day, 9),
        "destination": place,
        "suppliedItem": [{"itemCodeableConcept": _concept(codes[0]), **_quantity(codes[0], 12)}],
    }
    counted = [
        {"item": {"concept": _concept(code)}, **_quantity(code, 100 + number)}
        for number, code in enumerate(codes)
    ]
    yield {
        "resourceType": "InventoryReport",
        "identifier": [{"system": SYSTEM, "value": f"{day:%Y%m%d}-COUNT"}],
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": _at(network, day, 18),
        "inventoryListing": [{"location": place, "item": counted}],
    }


def _kept_there(network: Network) -> list[ChargeCodeRecord]:
    """The first few items without lots that lie there."""
    lying = {each.item for each in network.opening_stock if each.place == f"{FACILITY}-STO"}
    found = {code.item: code for code in plain_codes(network) if code.item in lying}
    return list(found.values())[:COUNTED_ITEMS]


def _concept(code: ChargeCodeRecord) -> dict[str, object]:
    return {"coding": [{"system": "urn:example:charges", "code": code.charge_code}]}


def _quantity(code: ChargeCodeRecord, quantity: int) -> dict[str, object]:
    return {"quantity": {"value": quantity, "unit": code.unit}}


def _at(network: Network, day: date, hour: int) -> str:
    zone = next(each.zone for each in network.facilities if each.facility == FACILITY)
    return datetime.combine(day, time(hour), ZoneInfo(zone)).isoformat()
