"""Every sample is read to exactly what we said it means."""

import hashlib
import json
from pathlib import Path

import pytest

from infra.local.network.build import build_network
from shared.formats.hl7v2.documents import chunked
from shared.formats.hl7v2.reader import read_message
from shared.formats.registry import FORMATS, recognise
from shared.mapping.usage import MappedUsage, map_usage
from shared.simulation.master_data import SimulatedMasterData
from tests.builders import KNOWN_SINCE, NOW, a_sighting
from tests.golden import INBOUND, as_golden, expected_of, hl7_samples, sample

PATIENT_DATA = ("MRN000123", "MRN000124", "ACC000123", "VISIT000123", "TEST", "EXAMPLETOWN")


def _id(path: Path) -> str:
    return path.stem


def test_there_are_samples_and_their_names_say_what_they_are() -> None:
    names = [path.stem for path in hl7_samples()]

    assert len(names) >= 15
    assert all("dft" in name for name in names)


@pytest.mark.parametrize("path", hl7_samples(), ids=_id)
def test_each_sample_is_recognised_by_exactly_one_format(path: Path) -> None:
    body = path.read_bytes()

    claims = [each.name for each in FORMATS if each.recognises(body, "")]

    assert claims == ["HL7 v2"]
    assert recognise(body, "application/octet-stream") is FORMATS[0]


@pytest.mark.parametrize("path", hl7_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert as_golden(read_message(path.read_bytes())) == expected_of(path)


def test_there_is_no_json_without_a_sample() -> None:
    written = (INBOUND / "hl7v2").glob("*.json")

    lonely = [path.name for path in written if not path.with_suffix(".hl7").exists()]

    assert lonely == []


@pytest.mark.parametrize("path", hl7_samples(), ids=_id)
def test_no_expected_reading_holds_patient_data(path: Path) -> None:
    expected = json.dumps(expected_of(path))

    assert not any(marker in expected for marker in PATIENT_DATA)


def test_what_is_not_hl7_is_recognised_by_nobody() -> None:
    assert recognise(b'{"resource": "Bundle"}', "application/json") is None
    assert recognise(b"ISA*00*", "application/hl7-v2") is None
    assert recognise(b"", "text/plain") is None


def test_a_blank_body_is_what_its_sender_declares() -> None:
    assert recognise(b"\r\n", "application/hl7-v2; charset=utf-8") is FORMATS[0]


def test_the_one_line_sample_posts_one_issue_in_the_box() -> None:
    mapped = _mapped_in_the_box("one_line_dft")

    (effect,) = mapped.effects
    assert mapped.holds == ()
    assert (effect.item, effect.lot) == ("SUT-001", "L2643968")
    assert effect.quantity.in_base_units == 2
    assert (effect.from_place, effect.to_place) == ("NORTH-STO", "NORTH-OR-USED")
    assert str(effect.amount) == "47.52"  # 47.515: the tie goes to the even cent


def test_the_many_lines_sample_posts_every_line_in_the_box() -> None:
    mapped = _mapped_in_the_box("many_lines_dft")

    counted = {effect.item: str(effect.quantity.in_base_units) for effect in mapped.effects}
    assert mapped.holds == ()
    assert counted["STN-001"] == "1"
    assert counted["CTR-001"] == "37.5"
    assert [effect.item for effect in mapped.effects].count("GLV-001") == 2


def test_the_unmapped_sample_holds_each_line_for_its_own_reason_in_the_box() -> None:
    mapped = _mapped_in_the_box("unmapped_dft")

    codes = [sorted(hold.code for hold in line.holds) for line in mapped.lines]
    assert codes == [
        ["ITEM_UNMAPPED"],
        ["DEPARTMENT_UNKNOWN"],
        ["FACILITY_UNKNOWN"],
        ["DEPARTMENT_UNKNOWN"],
        ["DEPARTMENT_UNKNOWN", "DIMENSION_INVALID", "ITEM_UNMAPPED"],
        ["LOT_MISSING"],
    ]
    assert [line.effect is not None for line in mapped.lines] == [False] * 5 + [True]


def _the_box() -> SimulatedMasterData:
    network = build_network(year=2026)
    master = SimulatedMasterData()
    for records in (
        network.facilities,
        network.departments,
        network.items,
        network.units,
        network.charge_codes,
        network.dimensions,
    ):
        master.put(records, recorded_at=KNOWN_SINCE)
    return master


def _mapped_in_the_box(name: str) -> MappedUsage:
    body = sample(name)
    sighting = a_sighting(sha256=hashlib.sha256(body).hexdigest())
    (document,) = chunked(read_message(body), sighting, case_token="", patient_token="")
    return map_usage(document, _the_box(), as_of=NOW.isoformat(), now=NOW)
