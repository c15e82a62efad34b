"""The synthetic network: what it must contain, and that it is the same every time."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from infra.local.network import (
    UNKNOWN_LOT,
    Network,
    PlaceKind,
    build_network,
    network_to_json,
)
from shared.canonical.master import ItemRecord, UnitRecord
from shared.canonical.money import extended

YEAR = 2026


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(seed=1, year=YEAR)


def units_of(network: Network, item: str) -> list[UnitRecord]:
    return [unit for unit in network.units if unit.item == item]


def is_gtin(digits: str) -> bool:
    """The check as the standard states it: the weighted sum of all 14 digits ends in 0."""
    weighted = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(digits))
    return len(digits) == 14 and weighted % 10 == 0


def test_the_network_is_three_hospitals_a_clinic_and_a_distribution_centre(
    network: Network,
) -> None:
    names = Counter(facility.name.split()[-1] for facility in network.facilities)

    assert names == {"Hospital": 3, "Clinic": 1, "Centre": 1}
    assert len({facility.zone for facility in network.facilities}) >= 3


def test_it_stocks_at_least_500_items_from_at_least_25_suppliers(network: Network) -> None:
    assert len({item.item for item in network.items}) == len(network.items) >= 500
    assert len({supplier.code for supplier in network.suppliers}) >= 25
    assert {item.supplier for item in network.catalogue} <= {s.code for s in network.suppliers}


def test_equal_seeds_give_equal_networks_and_others_do_not(network: Network) -> None:
    again = build_network(seed=1, year=YEAR)

    assert again == network
    assert network_to_json(again) == network_to_json(network)
    assert network_to_json(build_network(seed=2, year=YEAR)) != network_to_json(network)


def test_every_charge_code_stands_for_an_item_and_a_unit_with_a_factor(network: Network) -> None:
    items = {item.item for item in network.items}
    factors = {(unit.item, unit.unit) for unit in network.units}

    codes = [(charge.application, charge.charge_code) for charge in network.charge_codes]

    assert len(set(codes)) == len(codes)
    assert {charge.item for charge in network.charge_codes} == items
    assert {(charge.item, charge.unit) for charge in network.charge_codes} <= factors


def test_some_items_are_charged_by_the_piece_and_by_the_box(network: Network) -> None:
    units_by_item: dict[str, set[str]] = {}
    for charge in network.charge_codes:
        units_by_item.setdefault(charge.item, set()).add(charge.unit)

    assert sum(units == {"EA", "BX"} for units in units_by_item.values()) >= 50


def test_pack_factors_belong_to_the_item_and_never_to_the_unit(network: Network) -> None:
    boxes = {unit.numerator for unit in network.units if unit.unit == "BX"}
    cases = {unit.numerator for unit in network.units if unit.unit == "CS"}

    assert len(boxes) >= 5
    assert len(cases) >= 10
    for item in network.items:
        units = units_of(network, item.item)
        assert {unit.unit for unit in units} in ({"EA", "BX", "CS"}, {"ML", "BT", "CS"})
        assert [unit.numerator for unit in units if unit.unit == item.base_unit] == [1]


def test_a_pack_change_leaves_the_old_factor_valid_before_its_day(network: Network) -> None:
    changes = [unit for unit in network.units if unit.version == "2" and unit.unit == "BX"]

    assert len(changes) >= 5
    for new in changes:
        (old,) = (
            unit
            for unit in units_of(network, new.item)
            if unit.unit == "BX" and unit.version == "1"
        )
        assert old.valid_from < new.valid_from == date(YEAR, 7, 1)
        assert old.numerator > new.numerator


def test_every_udi_has_a_valid_check_digit_and_is_nobody_elses(network: Network) -> None:
    udis = [item.udi_di for item in network.catalogue]

    assert all(is_gtin(udi) for udi in udis)
    assert len(set(udis)) == len(udis)
    assert all(udi.startswith("0200") for udi in udis)  # kept by GS1 for use inside a company


def test_costs_reach_from_under_a_cent_to_implants_for_thousands(network: Network) -> None:
    costs = [item.unit_cost for item in network.items]

    assert {Decimal("0.0005"), Decimal("0.0375"), Decimal("23.7575")} <= set(costs)
    assert max(costs) > 5_000
    assert all(cost == cost.quantize(Decimal("0.0001")) > 0 for cost in costs)


def test_catalogue_and_master_data_say_the_same_of_each_item(network: Network) -> None:
    told = [
        ItemRecord(
            item=item.item,
            base_unit=item.base_unit,
            unit_cost=item.unit_cost,
            is_lot_controlled=item.is_lot_controlled,
            is_serial_controlled=item.is_serial_controlled,
            is_divisible=item.base_unit == "ML",
            is_active=item.is_active,
            item_class=item.family,
        )
        for item in network.catalogue
    ]

    assert told == list(network.items)
    assert 0 < sum(not item.is_active for item in network.items) < 10


def test_implants_carry_their_serial_as_a_lot_of_one(network: Network) -> None:
    implants = {item.item for item in network.items if item.is_serial_controlled}
    stock = [line for line in network.opening_stock if line.item in implants]

    assert len(implants) >= 40
    assert all(item.is_lot_controlled for item in network.items if item.item in implants)
    assert {line.item for line in stock} == implants
    assert {line.quantity for line in stock} == {Decimal(1)}
    assert all(line.lot.startswith("SN") for line in stock)


def test_opening_stock_lies_in_known_lots_of_known_items_at_known_storerooms(
    network: Network,
) -> None:
    controlled = {item.item for item in network.items if item.is_lot_controlled}
    lots = {(lot.item, lot.number) for lot in network.lots}
    storerooms = {place.code for place in network.places if place.kind is PlaceKind.STORAGE}

    assert len(lots) == len(network.lots)
    assert {line.item for line in network.opening_stock} == {item.item for item in network.items}
    assert {line.place for line in network.opening_stock} == storerooms
    for line in network.opening_stock:
        assert line.quantity > 0
        assert bool(line.lot) == (line.item in controlled)
        assert not line.lot or (line.item, line.lot) in lots


def test_opening_stock_is_worth_booking_and_quick_to_seed(network: Network) -> None:
    cost = {item.item: item.unit_cost for item in network.items}

    assert 700 <= len(network.opening_stock) <= 900
    assert all(extended(line.quantity, cost[line.item]) > 0 for line in network.opening_stock)


def test_every_lot_controlled_item_has_a_lot_for_uses_that_name_none(network: Network) -> None:
    unknown = {lot.item for lot in network.lots if lot.number == UNKNOWN_LOT}

    assert unknown == {item.item for item in network.items if item.is_lot_controlled}


def test_departments_share_names_but_never_a_cost_centre_or_a_place(network: Network) -> None:
    places = {place.code: place.kind for place in network.places}
    by_facility: dict[str, set[str]] = {}
    for department in network.departments:
        by_facility.setdefault(department.facility, set()).add(department.department)
        assert places[department.from_place] is PlaceKind.STORAGE
        assert places[department.to_place] is PlaceKind.USED

    assert set(by_facility) == {facility.facility for facility in network.facilities}
    assert set.intersection(*by_facility.values())
    assert by_facility["NORTH"] >= {"OR", "CATH", "ICU", "ED", "MEDSURG"}
    centres = [department.cost_centre for department in network.departments]
    assert len(set(centres)) == len(centres)
    assert set(centres) == {centre.code for centre in network.cost_centres}
    assert len({department.to_place for department in network.departments}) == len(centres)


def test_a_code_names_one_dimension_only(network: Network) -> None:
    codes = [
        each.code
        for names in (
            network.cost_centres,
            network.projects,
            network.grants,
            network.service_lines,
        )
        for each in names
    ]

    assert len(set(codes)) == len(codes)
    assert {(record.kind, record.code) for record in network.dimensions} == {
        *(("project", each.code) for each in network.projects),
        *(("grant", each.code) for each in network.grants),
        *(("service_line", each.code) for each in network.service_lines),
    }


def test_grants_run_through_the_year_begin_in_it_end_in_it_or_are_over(network: Network) -> None:
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    grants = [record for record in network.dimensions if record.kind == "grant"]

    assert any(grant.valid_from <= first and grant.valid_to >= last for grant in grants)
    assert any(first < grant.valid_from <= last for grant in grants)
    assert any(first <= grant.valid_to < last for grant in grants)
    assert [grant.code for grant in grants if grant.valid_to < first] == ["G-2099"]


def test_each_source_speaks_for_its_own_facilities_and_nobody_for_the_distribution_centre(
    network: Network,
) -> None:
    (webhooks,) = network.webhook_sources
    speakers = {client.client_id: client.facilities for client in network.clients}

    assert speakers | {webhooks.source: webhooks.facilities} == {
        "ehr": ("NORTH", "SOUTH", "EAST", "CLINIC"),
        "cabinet": ("NORTH", "SOUTH", "EAST"),
        "supplier": (),
        "ORTRACK": ("NORTH", "SOUTH", "EAST"),
    }
    tenants = {webhooks.tenant, *(client.tenant for client in network.clients)}
    assert tenants == {network.tenant} == {"meridian"}


def test_cabinets_and_webhooks_know_every_item_that_is_still_bought_by_the_erps_number(
    network: Network,
) -> None:
    bought = {item.item: item.base_unit for item in network.items if item.is_active}

    for application in ("CABINET", "ORTRACK"):
        codes = [code for code in network.number_codes if code.application == application]
        assert {code.charge_code: code.unit for code in codes} == bought
        assert all(code.charge_code == code.item for code in codes)
        assert len(codes) == len(bought)
    assert {code.application for code in network.charge_codes} == {"EHR"}


def test_where_two_sources_tell_of_the_same_items_one_of_them_moves_stock(
    network: Network,
) -> None:
    classes = {item.item_class for item in network.items}
    implants = {item.item_class for item in network.items if item.is_serial_controlled}
    rules = {(rule.facility, rule.item_class): rule.application for rule in network.stock_sources}

    assert len(rules) == len(network.stock_sources)
    assert {item_class for _, item_class in rules} <= classes
    assert {key for key, source in rules.items() if source == "ORTRACK"} == {
        ("SOUTH", item_class) for item_class in implants
    }
    cabinets = {key for key, source in rules.items() if source == "CABINET"}
    assert {facility for facility, _ in cabinets} == {"NORTH"}
    assert len(cabinets) == 2
    assert set(rules.values()) == {"CABINET", "ORTRACK"}


def test_nearly_all_that_the_ehr_tells_of_still_moves_stock(network: Network) -> None:
    item_class = {item.item: item.item_class for item in network.items}

    for facility in ("NORTH", "SOUTH", "EAST"):
        taken = {rule.item_class for rule in network.stock_sources if rule.facility == facility}
        evidence = [code for code in network.charge_codes if item_class[code.item] in taken]
        assert len(evidence) < len(network.charge_codes) / 10


def test_the_erp_is_told_nothing_that_only_mapping_reads(network: Network) -> None:
    told = json.loads(network_to_json(network))

    assert {"catalogue", "places", "suppliers", "lots", "opening_stock", "accounts"} <= set(told)
    assert not {"charge_codes", "number_codes", "units", "clients"} & set(told)
    assert not {"stock_sources", "webhook_sources", "items", "departments"} & set(told)
    assert told["opening_date"] == f"{YEAR - 1}-12-31"
    assert told["catalogue"][0]["unit_cost"] == "0.0005"
