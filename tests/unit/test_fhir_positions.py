"""A question of what lies where is understood or refused, and answered in FHIR R5, to the digit."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources import get_fhir_model_class

from shared.canonical.inventory_report import CountType, InventoryReport
from shared.formats.fhir.positions import (
    PositionQuery,
    ToldPosition,
    position_bundle,
    position_query_of,
    position_report,
)
from shared.formats.fhir.searching import SearchError
from tests.fhir import codes, documents

Json = dict[str, Any]
AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
COUNTED = "2026-03-04T17:30:00+00:00"
QUERY = PositionQuery(location="SHELF-1", item="SCREW-4")


def a_position(on_hand: str = "3", **changed: Any) -> ToldPosition:  # noqa: ANN401
    told = {
        "location": "SHELF-1",
        "place": "ERP-SHELF-1",
        "item": "100234",
        "names": ("SCREW-4",),
        "base_unit": "EA",
        "on_hand": Decimal(on_hand),
    }
    return ToldPosition(**{**told, **changed})


def told(*positions: ToldPosition) -> Json:
    """The Bundle of positions, once FHIR's own model has taken it."""
    text = position_bundle(QUERY.url, positions, at=AT)
    get_fhir_model_class("Bundle").model_validate_json(text)
    bundle: Json = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return bundle


def report_of(*positions: ToldPosition) -> Json:
    """The one report of the Bundle, once FHIR's own model has taken it."""
    (entry,) = told(*positions)["entry"]
    report: Json = entry["resource"]
    get_fhir_model_class("InventoryReport").model_validate(report)
    return report


@pytest.mark.parametrize(
    ("location", "item"),
    [
        ("SHELF-1", "SCREW-4"),
        ("Location/SHELF-1", "urn:example:items|SCREW-4"),
        ("https://ehr.example/fhir/Location/SHELF-1", "|SCREW-4"),
        ("https://ehr.example/fhir/Location/SHELF-1/_history/2", "SCREW-4"),
    ],
)
def test_a_question_names_a_location_and_an_item(location: str, item: str) -> None:
    asked = {"location": [location], "item": [item], "_format": ["json"], "_count": ["1"]}

    query = position_query_of(asked)

    assert query == QUERY
    assert query.url == "InventoryReport?location=SHELF-1&item=SCREW-4"


NEEDED = "Name one location and one item of it; both are needed."
UNKNOWN = "Ask by location, item; other parameters are not known."
ONE = "Give each parameter one value."


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        ({"location": None}, NEEDED),
        ({"item": None}, NEEDED),
        ({"location": ["Location/"]}, NEEDED),
        ({"item": ["urn:example:items|"]}, NEEDED),
        ({"location": []}, ONE),
        ({"location": [""]}, ONE),
        ({"location": ["SHELF-1", "SHELF-2"]}, ONE),
        ({"item": ["SCREW-4,SCREW-5"]}, ONE),
        ({"_format": ["json", "xml"]}, ONE),
        ({"patient": ["MRN000123"]}, UNKNOWN),
        ({"location:missing": ["true"]}, UNKNOWN),
        ({"_after": ["1"]}, UNKNOWN),
        ({"_count": ["0"]}, "Ask for 1 to 50 resources at a time."),
        ({"_count": ["9" * 5000]}, "Ask for 1 to 50 resources at a time."),
    ],
)
def test_a_question_that_is_not_answered_says_what_to_do(
    changed: dict[str, list[str] | None], remedy: str
) -> None:
    asked = {"location": ["SHELF-1"], "item": ["SCREW-4"], **changed}

    with pytest.raises(SearchError) as refused:
        position_query_of({name: values for name, values in asked.items() if values is not None})

    assert str(refused.value) == remedy


@pytest.mark.parametrize(
    "on_hand", ["12.500000", "0", "-3", "0.000000", "0.1", "12345678901234567890.123456", "100"]
)
def test_a_quantity_keeps_each_digit(on_hand: str) -> None:
    text = position_bundle(QUERY.url, [a_position(on_hand)], at=AT)

    assert f'"quantity":{{"value":{on_hand},"unit":"EA"}}' in text
    report = report_of(a_position(on_hand))
    assert str(report["inventoryListing"][0]["item"][0]["quantity"]["value"]) == on_hand


def test_a_quantity_is_written_without_an_exponent() -> None:
    text = position_bundle(QUERY.url, [a_position("1E+2"), a_position("1E-7")], at=AT)

    assert '"value":100,' in text
    assert '"value":0.0000001,' in text


def test_a_position_that_nobody_counted_is_told_whole() -> None:
    (entry,) = told(a_position("12.500000"))["entry"]

    assert entry["resource"] == {
        "resourceType": "InventoryReport",
        "id": entry["fullUrl"].removeprefix("urn:uuid:"),
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": "2026-03-05T12:00:00+00:00",
        "inventoryListing": [
            {
                "location": {
                    "type": "Location",
                    "identifier": {"value": "SHELF-1"},
                    "display": "ERP-SHELF-1",
                },
                "item": [
                    {
                        "quantity": {"value": Decimal("12.5"), "unit": "EA"},
                        "item": {
                            "concept": {
                                "coding": [
                                    {"system": "urn:ledgerward:item", "code": "100234"},
                                    {"code": "SCREW-4"},
                                ],
                                "text": "100234",
                            }
                        },
                    }
                ],
            }
        ],
    }
    assert entry["search"] == {"mode": "match"}


def test_an_item_asked_for_by_its_number_is_named_once() -> None:
    report = report_of(a_position(names=("100234",)))

    (item,) = report["inventoryListing"][0]["item"]
    assert item["item"]["concept"]["coding"] == [
        {"system": "urn:ledgerward:item", "code": "100234"}
    ]


def test_each_lot_is_an_item_of_its_own_in_the_one_listing() -> None:
    first, second = (
        a_position(on_hand, lot=lot, counted_at=COUNTED)
        for on_hand, lot in (("2", "A"), ("5", "B"))
    )

    report = report_of(first, second, a_position("1", counted_at=COUNTED))

    (listing,) = report["inventoryListing"]
    assert listing["countingDateTime"] == COUNTED
    assert [each["quantity"]["value"] for each in listing["item"]] == [2, 5, 1]
    references = [each["item"].get("reference") for each in listing["item"]]
    assert references == [{"reference": "#lot-1"}, {"reference": "#lot-2"}, None]
    lots = [(each["id"], each["status"], each["instance"]) for each in report["contained"]]
    assert lots == [
        ("lot-1", "active", {"lotNumber": "A"}),
        ("lot-2", "active", {"lotNumber": "B"}),
    ]
    assert report["contained"][0]["code"] == [listing["item"][0]["item"]["concept"]]


def test_what_was_counted_at_another_time_or_place_is_listed_apart() -> None:
    positions = [
        a_position("1", counted_at=COUNTED),
        a_position("2"),
        a_position("3", location="SHELF-2", place="ERP-SHELF-2"),
        a_position("4", counted_at=COUNTED, lot="A"),
    ]

    listings = report_of(*positions)["inventoryListing"]

    assert [len(each["item"]) for each in listings] == [2, 1, 1]
    assert [each.get("countingDateTime") for each in listings] == [COUNTED, None, None]
    places = [each["location"]["identifier"]["value"] for each in listings]
    assert places == ["SHELF-1", "SHELF-1", "SHELF-2"]


def test_no_positions_are_no_report() -> None:
    assert told() == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 0,
        "link": [{"relation": "self", "url": QUERY.url}],
    }


def test_an_answer_has_the_name_of_its_question_and_time() -> None:
    later = AT.replace(microsecond=1)
    other = PositionQuery(location="SHELF-2", item="SCREW-4").url
    asked = [(QUERY.url, AT), (QUERY.url, AT), (QUERY.url, later), (other, AT)]

    bundles = [json.loads(position_bundle(url, [a_position()], at=at)) for url, at in asked]

    names = [bundle["entry"][0]["fullUrl"] for bundle in bundles]
    assert (bundles[0]["total"], names[0]) == (1, names[1])
    assert len(set(names)) == 3


def test_words_of_the_client_stay_words() -> None:
    word = 'OR "3"\\\n}{'

    report = report_of(a_position(location=word, names=(word,), lot=word))

    (listing,) = report["inventoryListing"]
    assert listing["location"]["identifier"] == {"value": word}
    assert report["contained"][0]["instance"] == {"lotNumber": word}


def test_the_report_holds_decimals_until_it_is_written() -> None:
    report: Json = position_report([a_position("12.500000")], at=AT)

    value = report["inventoryListing"][0]["item"][0]["quantity"]["value"]
    assert (type(value), str(value)) == (Decimal, "12.500000")


def test_our_own_reader_takes_the_answer_for_a_count() -> None:
    told = a_position("12.500000", counted_at=COUNTED, lot="L-7")
    text = position_bundle(QUERY.url, [told], at=AT).encode()

    (report,) = documents(text)

    assert isinstance(report, InventoryReport)
    assert report.count_type is CountType.SNAPSHOT
    (line,) = report.lines
    assert (line.location, str(line.quantity), line.unit) == ("SHELF-1", "12.500000", "EA")
    assert line.lot == "L-7"
    assert {each.value for each in line.ids} == {"100234", "SCREW-4"}
    assert str(line.counted_at) == COUNTED
    assert codes(text) == []
