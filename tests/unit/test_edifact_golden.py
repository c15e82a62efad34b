"""Every EDIFACT sample is read to exactly what we said it means."""

from pathlib import Path

import pytest

from shared.formats.edifact.kinds import KINDS
from shared.formats.edifact.recognition import is_edifact
from shared.formats.registry import FORMATS
from shared.formats.x12.recognition import is_x12
from tests.edifact import edifact_as_golden, edifact_samples
from tests.golden import INBOUND, expected_of


def _id(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", edifact_samples(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert edifact_as_golden(path.read_bytes()) == expected_of(path)


@pytest.mark.parametrize("path", edifact_samples(), ids=_id)
def test_each_sample_is_recognised_and_no_other_format_claims_it(path: Path) -> None:
    body = path.read_bytes()
    others = [each for each in FORMATS if each.source != "edifact"]

    assert is_edifact(body, "text/plain")
    assert not is_x12(body, "text/plain")
    assert [each.name for each in others if each.recognises(body, "text/plain")] == []


def test_samples_of_other_formats_are_not_taken_for_edifact() -> None:
    others = [
        path
        for path in INBOUND.glob("*/*")
        if path.parent.name != "edifact" and path.suffix != ".json"
    ]

    assert [path.name for path in others if is_edifact(path.read_bytes(), "text/plain")] == []


def test_the_declared_type_decides_only_where_there_is_nothing_to_read() -> None:
    assert is_edifact(b"", "application/EDIFACT; charset=utf-8")
    assert not is_edifact(b"UNA", "application/EDIFACT")
    assert not is_edifact(b"", "text/plain")


def test_there_is_a_sample_of_every_message_and_no_json_without_one() -> None:
    text = "".join(path.read_text("latin-1") for path in edifact_samples())

    assert [kind for kind in KINDS if f"+{kind}:D:" not in text] == []
    written = (INBOUND / "edifact").glob("*.json")
    assert [path.name for path in written if not path.with_suffix(".edi").exists()] == []
