"""Every sample of barcodes is read to exactly what we said it means."""

from pathlib import Path

import pytest

from shared.formats.registry import FORMATS, claims_on
from shared.formats.udi.codes import UDI_CODES
from shared.formats.udi.recognition import is_barcode
from tests.golden import INBOUND, expected_of
from tests.udi import codes, udi_as_golden, udi_samples


def _id(path: Path) -> str:
    return path.stem


def _others() -> list[Path]:
    found = (each for each in INBOUND.glob("*/*") if each.suffix != ".json")
    return sorted(each for each in found if each.parent.name != "udi")


@pytest.mark.parametrize("path", udi_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert udi_as_golden(path.read_bytes()) == expected_of(path)


@pytest.mark.parametrize("path", udi_samples(), ids=_id)
def test_each_line_that_names_a_device_is_recognised_by_one_format_alone(path: Path) -> None:
    assert [each.source for each in claims_on(path.read_bytes(), "")] == ["udi"]
    for line in path.read_bytes().splitlines(keepends=True):
        assert [each.source for each in claims_on(line, "")] in (["udi"], [])


def test_no_sample_of_another_format_is_taken_for_barcodes_nor_any_of_its_lines() -> None:
    bodies = [path.read_bytes() for path in _others()]

    assert len(bodies) > 60
    assert not any(is_barcode(body, "text/plain") for body in bodies)
    assert not any(is_barcode(line, "") for body in bodies for line in body.splitlines())


@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n01", b"17221231", b"10ABC", b"0100614141123453", b"+1 555 0100", b"+A123", b"=A1"],
)
def test_what_names_no_device_for_sure_is_not_recognised(body: bytes) -> None:
    assert [each.source for each in FORMATS if each.recognises(body, "")] == []


def test_the_samples_show_every_code_but_that_of_a_barcode_too_long_to_print() -> None:
    told = {code for path in udi_samples() for code in codes(path.read_bytes())}

    assert set(UDI_CODES) - told == {"BARCODE_OVERSIZED"}
    written = (INBOUND / "udi").glob("*.json")
    assert [each.name for each in written if not each.with_suffix(".txt").exists()] == []
