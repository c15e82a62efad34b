"""What the edge of FHIR takes, and what it says of what it does not: tables that must be whole."""

import json
from typing import Any

import pytest
from fhir.resources import get_fhir_model_class

from shared.canonical.diagnostic import Position
from shared.formats.fhir.capability import POSITIONS, SEARCHES, capability_statement
from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.kinds import READERS
from shared.formats.fhir.offered import TYPES
from shared.formats.fhir.outcome import ISSUE_TYPES, MOST_TOLD, issue_of, outcome
from shared.formats.fhir.stored import text_of
from tests.fhir import a_bundle, a_request

BOTH = ("Appointment", "ChargeItem", "Device", "Procedure", "SupplyDelivery", "SupplyRequest")


def claimed(release: str) -> dict[str, dict[str, Any]]:
    """What the statement of a release claims of each type."""
    statement: dict[str, Any] = capability_statement(release)
    return {each["type"]: each for each in statement["rest"][0]["resource"]}


def test_each_release_offers_the_types_that_it_has_and_that_are_read() -> None:
    assert dict(TYPES) == {
        "r4": tuple(sorted((*BOTH, "DeviceUseStatement"))),
        "r5": tuple(sorted((*BOTH, "DeviceUsage", "InventoryItem", "InventoryReport"))),
    }
    assert {kind for types in TYPES.values() for kind in types} == set(READERS)


def test_every_finding_has_an_issue_type() -> None:
    assert set(ISSUE_TYPES) == set(FHIR_CODES)


@pytest.mark.parametrize("code", sorted(FHIR_CODES))
def test_an_issue_shows_the_shape_of_a_value_and_never_the_value(code: str) -> None:
    place = Position(segment="SupplyRequest", occurrence=0, byte=7)

    told = json.dumps(issue_of(FHIR_CODES[code].found(place, "MRN000123")).told())

    assert "MRN000123" not in told
    assert FHIR_CODES[code].remedy in told
    assert "At byte 7." in told


def test_an_outcome_is_never_longer_than_its_bound() -> None:
    place = Position(segment="SupplyRequest", occurrence=0)
    issue = issue_of(FHIR_CODES["CODE_STRANGE"].found(place))

    issues = outcome([issue] * (MOST_TOLD + 1))["issue"]

    assert isinstance(issues, list)
    assert len(issues) == MOST_TOLD


def test_an_outcome_of_nothing_says_that_all_is_well() -> None:
    issues = outcome([])["issue"]

    assert isinstance(issues, list)
    assert [each["severity"] for each in issues] == ["information"]


def test_the_text_of_an_entry_is_that_of_its_resource() -> None:
    body = a_bundle(a_request("one"), a_request("two"))

    assert json.loads(text_of(body, 1)) == a_request("two")
    with pytest.raises(LookupError):
        text_of(body, 2)


@pytest.mark.parametrize("release", ["r4", "r5"])
def test_a_statement_is_one_to_fhirs_own_model(release: str) -> None:
    statement = capability_statement(release)

    read = get_fhir_model_class("CapabilityStatement").model_validate(statement)
    assert [each.type for each in read.rest[0].resource] == list(TYPES[release])


def test_positions_are_searched_by_location_and_item_in_the_release_that_has_reports() -> None:
    claims = {release: claimed(release) for release in TYPES}

    searched = {
        release: {
            kind: {each["name"]: each["type"] for each in claim["searchParam"]}
            for kind, claim in claims[release].items()
            if {"code": "search-type"} in claim["interaction"]
        }
        for release in TYPES
    }
    orders = {kind: dict(SEARCHES[kind]) for kind in ("SupplyDelivery", "SupplyRequest")}
    positions = {"InventoryReport": {"location": "reference", "item": "token"}}
    assert searched == {"r4": orders, "r5": {**orders, **positions}}
    assert [kind for kind, claim in claims["r5"].items() if "documentation" in claim] == [POSITIONS]
    assert "InventoryReport" not in SEARCHES
