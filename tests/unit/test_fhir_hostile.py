"""What no sender should send costs its own place and no more, and neither memory nor time."""

import io
import json
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from shared.canonical.diagnostic import Severity
from shared.canonical.requisition import Requisition
from shared.formats.fhir.bounds import LINES_LIMIT, RESOURCE_BYTES
from shared.formats.fhir.reader import follow
from tests.fhir import (
    YEAR,
    a_bundle,
    a_concept,
    a_request,
    body_of,
    codes,
    documents,
    findings,
    readings,
)

MOST_BYTES_A_PLACE = 40  # a table grows by doubling
SOUND = body_of(a_request("sound"))


def in_bundle(raw: bytes) -> bytes:
    """A Bundle of a sound request, an entry as it is given, and another sound request."""
    entries = b",".join((b'{"resource":' + SOUND + b"}", raw, b'{"resource":' + SOUND + b"}"))
    return b'{"resourceType":"Bundle","type":"batch","entry":[' + entries + b"]}"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<SupplyRequest/>", "XML"),
        (b"\xef\xbb\xbf<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", "XML"),
        (SOUND.decode().encode("utf-16"), "UTF-16"),
        (SOUND.decode().encode("utf-16-le"), "UTF-16 or UTF-32"),
        (SOUND.decode().encode("utf-16-be"), "UTF-16 or UTF-32"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"\x1f\x8brest", "gzip"),
    ],
)
def test_what_is_no_json_is_called_by_its_name(body: bytes, told: str) -> None:
    (found,) = findings(body)

    assert (found.code, found.value, found.position.byte) == ("ENCODING_UNSUPPORTED", told, 0)


@pytest.mark.parametrize(
    ("body", "code", "byte"),
    [
        (b"", "JSON_INVALID", 0),
        (b" \n", "JSON_INVALID", 2),
        (b"null", "RESOURCE_INVALID", 0),
        (b"[]", "RESOURCE_INVALID", 0),
        (b"{}", "RESOURCE_INVALID", 0),
        (b'{"resourceType": null}', "RESOURCE_INVALID", 0),
        (b'{"resourceType": "Device" "id": 1}', "JSON_INVALID", 26),
        (b'{"resourceType": "Device", "id": nope}', "JSON_INVALID", 33),
        (b'{"resourceType": "Device", "id": "x', "JSON_CUT", 0),
        (b'{"resourceType": "Device"', "JSON_CUT", 0),
        (b'{"id": "x", "resourceType"', "JSON_CUT", 0),
        (b'{"resourceType": "Bundle", "entry": [', "JSON_CUT", 37),
        (b'{"resourceType": "Bundle", "entry": [}', "JSON_INVALID", 37),
        (b'{"resourceType": "Bundle", "entry": [] "x"', "JSON_INVALID", 39),
    ],
)
def test_the_byte_is_told_at_which_json_ends(body: bytes, code: str, byte: int) -> None:
    found = [each for each in findings(body) if each.severity is Severity.MESSAGE]

    assert [(each.code, each.position.byte) for each in found] == [(code, byte)]
    assert documents(body) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"7", "RESOURCE_INVALID"),
        (b'"x"', "RESOURCE_INVALID"),
        (b"{}", "RESOURCE_INVALID"),
        (b'{"resource": []}', "RESOURCE_INVALID"),
        (b'{"resource": {"resourceType": "Device", "id" "x"}}', "JSON_INVALID"),
        (b'{"resource": {"resourceType": "Device", "id": ]}}', "JSON_INVALID"),
        (b'{"resource": {"resourceType": "Observation"}}', "RESOURCE_UNSUPPORTED"),
        (b'{"resource": ' + b"[" * 500 + b"]" * 500 + b"}", "JSON_TOO_DEEP"),
        (b'{"resource": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON_TOO_DEEP"),
        (b'{"resource": ' + b'{"a":' * 200 + b"1" + b"}" * 200 + b"}", "JSON_TOO_DEEP"),
    ],
)
def test_a_broken_entry_costs_itself_alone(raw: bytes, code: str) -> None:
    body = in_bundle(raw)

    assert len(documents(body)) == 2
    (found,) = [each for each in findings(body) if each.severity is Severity.MESSAGE]
    assert found.code == code
    assert found.position.segment.startswith("Bundle.entry[1]")
    assert body.index(raw) <= found.position.byte < body.index(raw) + len(raw)


@pytest.mark.parametrize("value", [{}, [], [{}], 7, True, {"a": []}])
def test_a_code_may_be_anything_that_json_is(value: object) -> None:
    names = ("resourceType", "type", "method", "url", "implicitRules", "reference", "status")
    for name in names:
        told = json.loads(a_bundle(a_request() | {name: value}, {"resource": {name: value}}))
        told["entry"][0]["request"] = {name: value}
        told["type"] = value
        told["entry"][0]["resource"]["requester"] = {name: value}
        told["entry"][0]["resource"]["modifierExtension"] = [{name: value}]
        assert codes(json.dumps(told).encode())


def test_half_a_character_an_invalid_byte_and_a_control_character_cost_their_line() -> None:
    for wrong in (b"\\ud800", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\\u0000", b"\x07"):
        raw = SOUND.replace(b"SCREW-4", wrong)
        body = in_bundle(b'{"resource":' + raw + b"}")

        read = [each for each in documents(body) if isinstance(each, Requisition)]
        assert [len(each.lines) for each in read] == [1, 0, 1], wrong
        (found,) = [each for each in findings(body) if each.severity is Severity.LINE]
        assert found.code == "CHARACTER_INVALID"
        where = "Bundle.entry[1].resource.item.concept.coding[0].code"
        assert found.position.segment == where
        assert body[found.position.byte :].startswith(b'"' + wrong)


def test_a_whole_character_written_as_two_halves_is_sound() -> None:
    body = SOUND.replace(b"SCREW-4", b"\\ud83d\\ude00")

    (read,) = documents(body)
    assert isinstance(read, Requisition)
    assert read.lines[0].ids[0].value == "\N{GRINNING FACE}"


def test_bytes_are_counted_behind_characters_of_several_bytes() -> None:
    resources = [a_request(f"Grüße-{n}", quantity={"value": n, "unit": "\u20ac"}) for n in (1, 0)]
    body = json.dumps(
        {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": r} for r in resources]},
        ensure_ascii=False,
    ).encode()

    (found,) = [each for each in findings(body) if each.severity is Severity.LINE]
    assert body[found.position.byte :].startswith(b'{"value": 0')
    lines = [
        line for each in documents(body) if isinstance(each, Requisition) for line in each.lines
    ]
    assert body[lines[0].position.byte :].startswith(b'{"resourceType"')


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_held_where_it_stands(literal: str) -> None:
    body = SOUND.replace(b'"value": 2', f'"value": {literal}'.encode())

    (found,) = [each for each in findings(body) if each.severity is Severity.LINE]
    assert (found.code, found.position.segment) == (
        "NUMBER_INVALID",
        "SupplyRequest.quantity.value",
    )
    assert body[found.position.byte :].startswith(literal.encode())


@pytest.mark.parametrize(
    ("literal", "read"),
    [
        ("2.50", "2.50"),
        ("1e2", "100"),
        ("1.5E+1", "15"),
        ("150e-2", "1.50"),
        ("999999999.999999", "999999999.999999"),
        ("0.1", "0.1"),
    ],
)
def test_a_number_is_read_exactly(literal: str, read: str) -> None:
    (document,) = documents(SOUND.replace(b'"value": 2', f'"value": {literal}'.encode()))

    assert isinstance(document, Requisition)
    assert str(document.lines[0].quantity) == read


@pytest.mark.parametrize(
    "literal",
    ["1e9", "1e999999999", "1e-999999999", "1000000000", "0.0000001", "9" * 5000, "1." + "0" * 90],
)
def test_a_number_that_nobody_uses_so_much_of_is_held(literal: str) -> None:
    assert "NUMBER_TOO_LARGE" in codes(SOUND.replace(b'"value": 2', f'"value": {literal}'.encode()))


def test_a_resource_that_is_too_large_is_passed_over_if_its_end_can_be_found() -> None:
    many = b'{"resource": {"resourceType": "Device", "x": [' + b'"y", ' * 900_000 + b"7]}}"
    body = in_bundle(many)

    assert len(documents(body)) == 2
    (found,) = [each for each in findings(body) if each.severity is Severity.MESSAGE]
    assert (found.code, found.position.segment) == ("RESOURCE_TOO_LARGE", "Bundle.entry[1]")


def test_a_text_without_end_ends_the_reading_and_what_came_before_is_read() -> None:
    huge = b'{"resource": {"resourceType": "Device", "id": "' + b"x" * 3 * RESOURCE_BYTES
    body = in_bundle(huge)

    assert len(documents(body)) == 1
    found = [each for each in findings(body) if each.severity is Severity.MESSAGE]
    assert [(each.code, each.position.segment) for each in found] == [
        ("RESOURCE_TOO_LARGE", "Bundle.entry[1]"),
        ("JSON_CUT", "Bundle"),
    ]


def test_more_lines_than_any_report_has_are_refused_together() -> None:
    item = {"quantity": {"value": 1}, "item": {"concept": a_concept()}}
    report = {
        "resourceType": "InventoryReport",
        "id": "r",
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": "2026-03-04",
        "inventoryListing": [{"item": [item] * (LINES_LIMIT + 1)}],
    }

    assert codes(body_of(report)) == ["LINES_TOO_MANY", "HEAD_UNUSABLE"]


def test_references_that_lead_round_in_circles_end() -> None:
    device = {"resourceType": "Device", "id": "d", "owner": {"reference": "#"}, "parent": {}}
    request = a_request(
        contained=[{"resourceType": "Device", "id": "c", "owner": {"reference": "#c"}}],
        item={"reference": {"reference": "#c"}},
        deliverTo={"reference": "#"},
        requester={"reference": "SupplyRequest/r-1"},
    )

    assert len(documents(a_bundle(device, request))) == 2


def contained(many: int) -> dict[str, Any]:
    """A delivery whose every line refers to a device of its own."""
    return a_delivery(
        contained=[{"resourceType": "Device", "id": f"d{n}"} for n in range(many)],
        suppliedItem=[
            {"quantity": {"value": 1}, "itemReference": {"reference": f"#d{n}"}}
            for n in reversed(range(many))
        ],
    )


def one_contained(many: int) -> dict[str, Any]:
    """A delivery whose every line refers to one device, which is long and wrong at its end."""
    names = [{"use": "old", "value": f"n{n}"} for n in range(many)]
    lines = [{"reference": "#d", "display": f"{n}"} for n in range(many)]
    return a_delivery(
        contained=[{"resourceType": "Device", "id": "d", "identifier": [*names, {"value": 7}]}],
        suppliedItem=[{"quantity": {"value": 1}, "itemReference": each} for each in lines],
    )


def unsound_numbers(many: int) -> dict[str, Any]:
    """A request with as many wrong GTINs."""
    return a_request(
        item={
            "concept": {
                "coding": [
                    {"system": "https://www.gs1.org/gtin", "code": f"{n}"} for n in range(many)
                ]
            }
        }
    )


def many_listings(many: int) -> dict[str, Any]:
    """A report of as many places, none of which can have what it says."""
    item = {"quantity": {"value": -1}, "item": {"concept": a_concept("\u00fc")}}
    return {
        "resourceType": "InventoryReport",
        "id": "r",
        "status": "active",
        "countType": "snapshot",
        "reportedDateTime": "2026-03-04",
        "inventoryListing": [{"item": [item]} for _ in range(many)],
    }


def a_delivery(**changed: object) -> dict[str, Any]:
    return {"resourceType": "SupplyDelivery", "id": "s", "status": "completed", **changed}


def calls_of(body: bytes) -> int:
    """How many functions are called to read a text."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        list(follow(body, year=YEAR))
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("make", [contained, one_contained, unsound_numbers, many_listings])
def test_twice_as_much_costs_twice_as_much(make: Callable[[int], dict[str, Any]]) -> None:
    once, twice = (calls_of(body_of(make(many))) for many in (400, 800))

    assert twice < 2.1 * once


def test_memory_grows_by_a_place_for_each_resource_that_others_may_refer_to() -> None:
    def peak(entries: int) -> int:
        stream = io.BytesIO()
        stream.write(b'{"resourceType":"Bundle","type":"batch","entry":[')
        for number in range(entries):
            entry = json.dumps({"resource": a_request(f"r-{number}", requester={"display": "x"})})
            stream.write(entry.encode() + b",")
        stream.write(b'{"resource":' + SOUND + b"}]}")
        tracemalloc.start()
        count = sum(1 for _ in follow(stream, year=YEAR))
        grown = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == entries + 1
        return grown

    peak(3_000)
    assert peak(6_000) - peak(3_000) < 3_000 * MOST_BYTES_A_PLACE


def test_however_the_bytes_come_the_reading_is_the_same() -> None:
    body = in_bundle(b'{"resource": {"resourceType": "Device", "id" "x"}}')

    whole = readings(body)
    assert readings(io.BytesIO(body)) == whole
    assert readings(body[at : at + 7] for at in range(0, len(body), 7)) == whole
