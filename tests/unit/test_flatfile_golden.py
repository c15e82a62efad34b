"""Every sample of a flat file is read to exactly what we said it means."""

import hashlib
import io
import json
from pathlib import Path

import pytest

from infra.local.network.build import build_network
from shared.formats.flatfile.documents import transaction_documents
from shared.formats.flatfile.transactions import survey, transactions
from shared.formats.registry import FORMATS, recognise
from shared.mapping.usage import MappedUsage, map_usage
from shared.simulation.master_data import SimulatedMasterData
from tests.builders import KNOWN_SINCE, NOW, a_sighting
from tests.flatfile import cabinet, file_as_golden, flat_samples
from tests.golden import INBOUND, expected_of

PATIENT_DATA = ("MRN000123", "MRN000124", "VISIT000123")
(FLAT_FILE,) = (each for each in FORMATS if each.source == "flatfile")


def _id(path: Path) -> str:
    return path.stem


def test_there_are_samples_of_good_files_and_of_bad_ones() -> None:
    names = {path.stem for path in flat_samples()}

    assert {"cabinet_day", "cabinet_held_rows", "cabinet_cut", "cabinet_column_missing"} <= names
    assert {"fixed_usage", "decimal_comma", "items", "counts"} <= names


@pytest.mark.parametrize("path", flat_samples(), ids=_id)
def test_each_sample_is_recognised_by_exactly_one_format(path: Path) -> None:
    body = path.read_bytes()

    assert [each for each in FORMATS if each.recognises(body, "text/csv")] == [FLAT_FILE]
    assert recognise(body, "text/csv; charset=utf-8") is FLAT_FILE


@pytest.mark.parametrize("path", flat_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert file_as_golden(path.read_bytes()) == expected_of(path)


@pytest.mark.parametrize("path", flat_samples(), ids=_id)
def test_no_expected_reading_holds_patient_data(path: Path) -> None:
    expected = json.dumps(expected_of(path))

    assert not any(marker in expected for marker in PATIENT_DATA)


def test_there_is_no_json_without_a_sample() -> None:
    written = {path.stem for path in (INBOUND / "flatfile").glob("*.json")}

    assert written == {path.stem for path in flat_samples()}


def test_what_names_no_columns_of_a_profile_is_recognised_by_nobody() -> None:
    assert recognise(b"name,age\r\nx,1\r\n", "text/csv") is None
    assert recognise(b"Transaction\r\nT-1\r\n", "text/plain") is None
    assert recognise(b"", "text/plain") is None
    assert recognise(b"", "text/csv") is FLAT_FILE


def test_the_day_of_a_cabinet_posts_every_withdrawal_in_the_box() -> None:
    mapped = _mapped_in_the_box("cabinet_day")

    effects = {effect.item: effect for each in mapped for effect in each.effects}
    assert [hold.code for each in mapped for hold in each.holds] == []
    assert set(effects) == {"SUT-001", "GLV-001", "CTR-001", "PAD-001"}
    assert str(effects["CTR-001"].quantity.in_base_units) == "12.5"
    assert effects["GLV-001"].quantity.factor.numerator > 1
    assert [len(each.reversals) for each in mapped] == [0, 1, 0]


def _mapped_in_the_box(name: str) -> list[MappedUsage]:
    body = (INBOUND / "flatfile" / f"{name}.csv").read_bytes()
    sighting = a_sighting(sha256=hashlib.sha256(body).hexdigest())
    profile, master = cabinet(), _the_box()
    surveyed = survey(io.BytesIO(body), profile)
    return [
        map_usage(document, master, as_of=NOW.isoformat(), now=NOW)
        for each in transactions(io.BytesIO(body), profile, surveyed)
        for document in transaction_documents(
            each, profile, sighting, case_token="", patient_token=""
        )
    ]


def _the_box() -> SimulatedMasterData:
    network = build_network(year=2026)
    master = SimulatedMasterData()
    for records in (
        network.facilities,
        network.departments,
        network.items,
        network.units,
        network.number_codes,
        network.dimensions,
    ):
        master.put(records, recorded_at=KNOWN_SINCE)
    return master
