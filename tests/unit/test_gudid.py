"""Look-up records of GUDID: each item as its labeler states it, and what is odd about one."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.codec import from_json, to_json
from shared.canonical.diagnostic import Diagnostic
from shared.canonical.item_master import ItemAction, ItemMasterRecord, ItemMasterUpdate
from shared.formats.gtins import check_digit
from shared.formats.gudid import reader
from shared.formats.gudid.codes import GUDID_CODES
from shared.formats.gudid.identifiers import MOST_IDENTIFIERS
from shared.formats.gudid.reader import read
from shared.formats.registry import FORMATS
from tests.golden import INBOUND, expected_of, plain

SAMPLES = sorted((INBOUND / "gudid").glob("*.gudid"))
CORPUS = os.environ.get("LEDGERWARD_CORPUS", "")
REAL = sorted(Path(CORPUS).glob("items/gudid/*lookup*.json")) if CORPUS else []


def a_gtin(number: int) -> str:
    digits = f"1061414{number:06d}"
    return digits + check_digit(digits)


DI = a_gtin(1)
PRIMARY = {"deviceId": DI, "deviceIdType": "Primary", "deviceIdIssuingAgency": "GS1"}


def a_package(number: int, contains: str, quantity: object, unit: str = "Box") -> dict[str, object]:
    return {
        "deviceId": a_gtin(number),
        "deviceIdType": "Package",
        "deviceIdIssuingAgency": "GS1",
        "containsDINumber": contains,
        "pkgQuantity": quantity,
        "pkgType": unit,
    }


def a_record(*identifiers: object, **facts: object) -> bytes:
    listed = {"identifier": list(identifiers) or [PRIMARY]}
    return json.dumps({"gudid": {"device": {"identifiers": listed, **facts}}}).encode()


def codes(body: bytes) -> list[str]:
    return [each.code for each in read(body) if isinstance(each, Diagnostic)]


def the_item(body: bytes) -> ItemMasterRecord:
    (update,) = (each for each in read(body) if isinstance(each, ItemMasterUpdate))
    (item,) = update.items
    return item


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    body = path.read_bytes()

    assert [{type(each).__name__: plain(each)} for each in read(body)] == expected_of(path)
    assert [each.name for each in FORMATS if each.recognises(body, "")] == ["GUDID"]


def test_each_document_goes_to_json_and_back() -> None:
    for path in SAMPLES:
        for each in read(path.read_bytes()):
            if isinstance(each, ItemMasterUpdate):
                assert from_json(ItemMasterUpdate, to_json(each)) == each


def test_packages_hold_what_they_hold_in_all_however_they_are_listed() -> None:
    case, box = a_package(3, a_gtin(2), 4, "Case"), a_package(2, DI, "5")

    (vendor,) = the_item(a_record(case, PRIMARY, box)).vendors

    assert [(pack.unit, pack.quantity, pack.gtin) for pack in vendor.packs] == [
        ("Box", Decimal(5), a_gtin(2)),
        ("Case", Decimal(20), a_gtin(3)),
    ]


@pytest.mark.parametrize(
    "packages",
    [
        [a_package(2, a_gtin(3), 2), a_package(3, a_gtin(2), 2)],
        [a_package(2, a_gtin(9), 2)],
        [a_package(2, DI, 0)],
        [a_package(2, DI, None)],
        [a_package(2, DI, 10**9), a_package(3, a_gtin(2), 10)],
        [a_package(2, a_gtin(2), 2)],
        [a_package(2, DI, "0.5")],
        [a_package(1, DI, 10)],
    ],
    ids=["each other", "nothing", "none", "unstated", "much", "itself", "half", "the device"],
)
def test_a_package_of_unknown_content_is_left_out_and_noted(packages: list[Any]) -> None:
    body = a_record(PRIMARY, *packages)

    assert "PACKAGE_UNRESOLVED" in codes(body)
    assert the_item(body).vendors == ()


def test_only_its_own_identifiers_name_the_device() -> None:
    others = [
        {**PRIMARY, "deviceId": a_gtin(number), "deviceIdType": kind}
        for number, kind in enumerate(("Unit of Use", "Previous", "Secondary"), start=5)
    ]

    item = the_item(a_record(PRIMARY, *others, a_package(2, DI, 5), catalogNumber="C-1"))

    assert [(each.scheme, each.value) for each in item.ids] == [
        ("gtin", DI),
        ("gtin", a_gtin(7)),
        ("manufacturer", "C-1"),
    ]


def test_a_gtin_with_a_wrong_check_digit_keeps_the_name_it_came_by() -> None:
    body = a_record({**PRIMARY, "deviceId": DI[:-1] + str((int(DI[-1]) + 1) % 10)})

    assert codes(body) == ["GTIN_UNSOUND"]
    assert [each.scheme for each in the_item(body).ids] == ["GS1"]


@pytest.mark.parametrize(
    ("identifiers", "code"),
    [
        ([{**PRIMARY, "deviceIdType": "Secondary"}], "IDENTIFIER_MISSING"),
        ([{**PRIMARY, "deviceId": None}], "IDENTIFIER_MISSING"),
        ([PRIMARY, {**PRIMARY, "deviceId": a_gtin(2)}], "IDENTIFIERS_SEVERAL"),
        ([PRIMARY] * (MOST_IDENTIFIERS + 1), "IDENTIFIERS_TOO_MANY"),
    ],
)
def test_a_device_that_nothing_names_for_sure_is_held(identifiers: list[Any], code: str) -> None:
    told = list(read(a_record(*identifiers)))

    assert [each.code for each in told if isinstance(each, Diagnostic)] == [code]
    (update,) = (each for each in told if isinstance(each, ItemMasterUpdate))
    assert (update.items, [each.diagnostic.code for each in update.malformed]) == ((), [code])


def test_a_package_that_is_said_to_hold_two_numbers_is_noted() -> None:
    body = a_record(PRIMARY, a_package(2, DI, 5), a_package(2, DI, 10))

    assert codes(body) == ["PACKAGE_UNRESOLVED"]
    assert [pack.quantity for pack in the_item(body).vendors[0].packs] == [Decimal(5)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"identifier":', b'"identifier": [], "identifier":', "ELEMENT_REPEATED"),
        (b'"pkgType":', b'"pkgType": "Case", "pkgType":', "ELEMENT_REPEATED"),
        (b'"device":', b'"device": {}, "device":', "RECORD_INVALID"),
        (b'"gudid":', b'"gudid": {}, "gudid":', "RECORD_INVALID"),
    ],
)
def test_what_leads_to_the_device_and_is_given_twice_is_not_picked(
    old: bytes, new: bytes, code: str
) -> None:
    body = a_record(PRIMARY, a_package(2, DI, 5)).replace(old, new)

    assert codes(body) == [code]
    assert not any(isinstance(each, ItemMasterUpdate) and each.items for each in read(body))


def test_a_record_over_lines_is_one_whose_first_line_is_no_whole_object() -> None:
    body = a_record(PRIMARY).replace(b'{"identifiers"', b'{"contacts": {}\n, "identifiers"')

    assert codes(body) == []
    assert the_item(body).number == DI


@pytest.mark.parametrize("name", ["lotBatch", "deviceRecordStatus", "identifiers"])
def test_an_element_that_is_read_and_given_twice_holds_the_device(name: str) -> None:
    body = a_record(**{name: True} if name != "identifiers" else {})
    twice = body.replace(b'"device": {', f'"device": {{"{name}": null, '.encode())

    assert codes(twice) == ["ELEMENT_REPEATED"]


def test_a_deactivated_record_says_so_and_flags_are_evidence() -> None:
    item = the_item(
        a_record(deviceRecordStatus="Deactivated", singleUse=False, lotBatch=True, serialNumber="1")
    )

    assert (item.action, item.is_reusable) == (ItemAction.DEACTIVATE, True)
    assert (item.is_lot_controlled, item.is_serial_controlled) == (True, None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"gudid": ', "JSON_INVALID"),
        (b'{"gudid": null}', "RECORD_INVALID"),
        (b'{"gudid": {"device": []}}', "RECORD_INVALID"),
        (b'{"error": "not found"}', "RECORD_INVALID"),
        (b'{"gudid":' + b"[" * 40 + b"]" * 40 + b"}", "JSON_TOO_DEEP"),
    ],
)
def test_a_record_of_no_use_costs_itself_alone(body: bytes, code: str) -> None:
    good = a_record()

    assert codes(body) == [code]
    told = list(read(good + b"\n" + body + b"\n\n" + good))
    assert [each.code for each in told if isinstance(each, Diagnostic)] == [code]
    assert sum(isinstance(each, ItemMasterUpdate) for each in told) == 2


def test_a_record_over_the_limit_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "RECORD_LIMIT", 10)

    assert codes(a_record()) == ["RECORD_TOO_LARGE"]


def test_every_place_is_one_in_the_file() -> None:
    body = b"\xef\xbb\xbf" + a_record() + b"\r\n" + a_record(lotBatch=1)

    bom, note = (each for each in read(body) if isinstance(each, Diagnostic))

    assert (bom.code, note.code) == ("BOM_PRESENT", "ELEMENT_INVALID")
    assert body[note.position.byte :].startswith(b"1}")
    assert note.position.segment == "/gudid/device/lotBatch"
    _, second = (each for each in read(body) if isinstance(each, ItemMasterUpdate))
    assert body[second.items[0].position.byte :].startswith(b'{"identifiers"')


def test_the_samples_show_every_code_but_those_of_limits_and_marks() -> None:
    told = {code for path in SAMPLES for code in codes(path.read_bytes())}

    assert set(GUDID_CODES) - told == {
        *("JSON_TOO_DEEP", "JSON_TOO_MUCH", "RECORD_TOO_LARGE", "IDENTIFIERS_TOO_MANY"),
        "BOM_PRESENT",
    }


@given(st.data())
def test_a_cut_or_altered_record_never_raises_and_points_into_itself(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([path.read_bytes() for path in SAMPLES]))
    at = data.draw(st.integers(0, len(whole)))
    body = (
        whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 9)) :]
    )

    for each in read(body[: data.draw(st.integers(0, len(body)))]):
        assert not isinstance(each, Diagnostic) or 0 <= each.position.byte <= len(body)


@pytest.mark.skipif(not REAL, reason="LEDGERWARD_CORPUS names no folder of GUDID records")
def test_each_real_record_reads_to_one_item_without_a_finding() -> None:
    for path in REAL:
        body = path.read_bytes()
        assert codes(body) == [], path
        item = the_item(body)
        device = json.loads(body)["gudid"]["device"]
        assert item.number == device["identifiers"]["identifier"][0]["deviceId"]
        assert item.is_lot_controlled is device["lotBatch"]
