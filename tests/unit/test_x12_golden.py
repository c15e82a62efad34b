"""Every X12 sample is read to exactly what we said it means."""

from pathlib import Path

import pytest

from shared.formats.registry import FORMATS
from shared.formats.x12.kinds import KINDS
from shared.formats.x12.recognition import is_x12
from tests.golden import INBOUND, expected_of
from tests.x12 import x12_as_golden, x12_samples


def _id(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", x12_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert x12_as_golden(path.read_bytes()) == expected_of(path)


@pytest.mark.parametrize("path", x12_samples(), ids=_id)
def test_each_sample_is_recognised_and_no_other_format_claims_it(path: Path) -> None:
    body = path.read_bytes()
    others = [each for each in FORMATS if each.source != "x12"]

    assert is_x12(body, "text/plain")
    assert [each.name for each in others if each.recognises(body, "text/plain")] == []


def test_samples_of_other_formats_are_not_taken_for_x12() -> None:
    others = [
        path for path in INBOUND.glob("*/*") if path.parent.name != "x12" and path.suffix != ".json"
    ]

    assert [path.name for path in others if is_x12(path.read_bytes(), "text/plain")] == []


def test_the_declared_type_decides_only_where_there_is_nothing_to_read() -> None:
    assert is_x12(b"", "application/EDI-X12; charset=utf-8")
    assert not is_x12(b"ISA", "application/EDI-X12")
    assert not is_x12(b"", "text/plain")


def test_there_is_a_sample_of_every_set_and_no_json_without_one() -> None:
    text = "".join(path.read_text() for path in x12_samples())

    assert [kind for kind in KINDS if f"ST*{kind}*" not in text] == []
    written = (INBOUND / "x12").glob("*.json")
    assert [path.name for path in written if not path.with_suffix(".edi").exists()] == []
