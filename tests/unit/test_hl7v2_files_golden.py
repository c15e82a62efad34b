"""Every sample of the other messages, and of batches, is read to exactly what it means."""

import json
from pathlib import Path

import pytest

from shared.canonical.codec import from_json, to_json
from shared.canonical.requisition import Requisition
from shared.formats.hl7v2.acknowledge import acknowledge
from shared.formats.hl7v2.loading import find_profile
from shared.formats.hl7v2.message import parsed
from shared.formats.hl7v2.reader import follow, read, read_message
from shared.formats.hl7v2.reading import MessageReading, ReadContext
from shared.formats.hl7v2.structures import STRUCTURES
from shared.formats.registry import FORMATS
from tests.builders import NOW
from tests.golden import expected_of, file_as_golden, hl7_files, hl7_samples, sample
from tests.x12 import chunked

PATIENT_DATA = ("MRN000123", "MRN000124", "ACC000123", "VISIT000123", "TEST", "EXAMPLETOWN")


def _id(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", hl7_files(), ids=_id)
def test_each_sample_reads_to_exactly_its_json(path: Path) -> None:
    assert file_as_golden(path.read_bytes()) == expected_of(path)


@pytest.mark.parametrize("path", hl7_files(), ids=_id)
def test_each_sample_is_recognised_by_exactly_one_format(path: Path) -> None:
    body = path.read_bytes()

    assert [each.name for each in FORMATS if each.recognises(body, "")] == ["HL7 v2"]


@pytest.mark.parametrize("path", hl7_files(), ids=_id)
def test_no_expected_reading_holds_patient_data(path: Path) -> None:
    expected = json.dumps(expected_of(path))

    assert not any(marker in expected for marker in PATIENT_DATA)


@pytest.mark.parametrize("path", [*hl7_files(), *hl7_samples()], ids=_id)
def test_a_file_reads_the_same_however_it_comes(path: Path) -> None:
    body = path.read_bytes()

    told = list(follow(body))

    assert list(follow(chunked(body, 1))) == told
    assert list(follow(chunked(body, 61))) == told


@pytest.mark.parametrize("path", hl7_files(), ids=_id)
def test_each_document_goes_to_json_and_back(path: Path) -> None:
    for reading in _readings(path.read_bytes()):
        if reading.document is not None:
            document = reading.document
            assert from_json(type(document), to_json(document)) == document


@pytest.mark.parametrize("path", hl7_files(), ids=_id)
def test_each_message_is_answered_with_one_err_for_each_finding_that_costs(path: Path) -> None:
    for reading in _readings(path.read_bytes()):
        ack = acknowledge(reading.header, reading.diagnostics, control_id="LW-1", at=NOW)
        names = [segment.name for segment in parsed(ack.body).segments]
        costly = [found for found in reading.diagnostics if found.severity != "note"]
        assert names == ["MSH", "MSA", *["ERR"] * len(costly)]


def test_there_is_a_sample_of_every_structure_that_is_read() -> None:
    text = "".join(path.read_text(errors="replace") for path in (*hl7_files(), *hl7_samples()))

    lacking = [each.name for each in STRUCTURES if f"|{each.code}^{each.events[0]}" not in text]
    assert lacking == []


def test_there_is_no_json_without_a_sample() -> None:
    written = [path.with_suffix(".json") for path in hl7_files()]

    assert [path.name for path in written if not path.exists()] == []


def test_a_senders_profile_reads_what_its_own_segments_say_of_a_case() -> None:
    found = find_profile("example_case_requisitions")
    assert found is not None

    (document,) = read(sample("non_stock_requisition_omn"), ReadContext(profile=found))

    assert isinstance(document, Requisition)
    (line,) = document.lines
    assert (line.serial, line.lot, str(line.expires)) == ("SN-1", "L-1", "2027-12-31")
    assert line.case == "CASE-5"
    assert line.references[1] == ("procedure", "27447", "")


def test_a_profile_says_that_the_dispense_is_the_use_and_the_administration_evidence() -> None:
    found = find_profile("example_dispensing_cabinet")
    assert found is not None
    context = ReadContext(profile=found)

    dispensed = read_message(sample("dispense_rds"), context)
    given = read_message(sample("administrations_ras"), context)

    (use,) = dispensed.lines
    assert (use.charge_code, use.unit, use.lot) == ("0093-5056", "CAP", "L-55")
    assert (str(use.quantity), str(use.expires)) == ("30", "2027-12-31")
    assert (use.department, use.service_line) == ("OR", "NURSING")
    assert given.lines == ()
    assert [line.reason for line in given.evidence].count(
        "administered: its dispense is the use"
    ) == 6


def _readings(body: bytes) -> list[MessageReading]:
    return [each for each in follow(body) if isinstance(each, MessageReading)]
