# SPDX-License-Identifier: GPL-3.0-or-later
"""Warehouses and the places stock moves between."""

from trytond_ledgerward_seed.records import Record, Values, model


def create_places(facilities: list[Values], places: list[Values]) -> dict[str, Record]:
    """Create a warehouse for each facility and its places; the places by code."""
    warehouses = {each["facility"]: _create_warehouse(each) for each in facilities}
    created = model("stock.location").create(
        [_values(place, warehouses) for place in places if place["kind"] != "storage"]
    )
    found = {location.code: location for location in created}
    for warehouse in warehouses.values():
        found[warehouse.storage_location.code] = warehouse.storage_location
    return found


def _create_warehouse(facility: Values) -> Record:
    code, name = facility["facility"], facility["name"]
    inward, storeroom, outward = model("stock.location").create(
        [
            {"name": f"{name} receiving", "code": f"{code}-IN", "type": "storage"},
            {"name": f"{name} storeroom", "code": f"{code}-STO", "type": "storage"},
            {"name": f"{name} shipping", "code": f"{code}-OUT", "type": "storage"},
        ]
    )
    (warehouse,) = model("stock.location").create(
        [
            {
                "name": name,
                "code": code,
                "type": "warehouse",
                "input_location": inward.id,
                "storage_location": storeroom.id,
                "output_location": outward.id,
            }
        ]
    )
    return warehouse


def _values(place: Values, warehouses: dict[str, Record]) -> Values:
    values = {"name": place["name"], "code": place["code"]}
    match place["kind"]:
        case "par":
            parent = warehouses[place["facility"]].id
            return {**values, "type": "storage", "parent": parent}
        case "used":  # a consumed place belongs to no warehouse: Tryton allows it no parent there
            return {**values, "type": "lost_found"}
        case kind:
            raise ValueError(f"place {place['code']} is of the unknown kind {kind}")
