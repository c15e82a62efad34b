"""Every sample of FHIR is read to exactly what we said it means."""

from pathlib import Path

import pytest

from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.kinds import READERS
from shared.formats.fhir.recognition import is_fhir
from shared.formats.registry import claims_on
from tests.fhir import codes, fhir_as_golden, fhir_samples, readings
from tests.golden import INBOUND, expected_of

TOO_LARGE = {"LINES_TOO_MANY", "RESOURCE_TOO_LARGE", "JSON_TOO_MUCH"}
NO_JSON = {"ENCODING_UNSUPPORTED"}


def _id(path: Path) -> str:
    return path.stem


def _others() -> list[Path]:
    found = (each for each in INBOUND.glob("*/*") if each.suffix != ".json")
    return sorted(each for each in found if each.parent.name != "fhir")


@pytest.mark.parametrize("path", fhir_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert fhir_as_golden(path.read_bytes()) == expected_of(path)


@pytest.mark.parametrize("path", fhir_samples(), ids=_id)
def test_each_sample_is_recognised_by_one_format_alone(path: Path) -> None:
    assert [each.source for each in claims_on(path.read_bytes(), "")] == ["fhir"]


def test_no_sample_of_another_format_is_taken_for_fhir() -> None:
    bodies = [path.read_bytes() for path in _others()]

    assert len(bodies) > 60
    assert not any(is_fhir(body, "application/fhir+json") for body in bodies)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b'[{"resourceType": "Device"}]', b'"resourceType": "Device"', b"<Device/>"),
        *(b'{"resourceType": 7}', b'{"type": "supply.used", "x": {"resourceType": "Device"}}'),
    ],
)
def test_what_is_no_resource_for_sure_is_not_recognised(body: bytes) -> None:
    assert not is_fhir(body, "application/fhir+json")


def test_the_samples_show_every_resource_and_every_code_that_a_small_text_can_have() -> None:
    bodies = [path.read_bytes() for path in fhir_samples()]

    assert {each.kind for body in bodies for each in readings(body)} == set(READERS)
    told = {code for body in bodies for code in codes(body)}
    assert set(FHIR_CODES) - told == TOO_LARGE | NO_JSON
    written = (INBOUND / "fhir").glob("*.json")
    assert [each.name for each in written if not each.with_suffix(".fhir").exists()] == []
