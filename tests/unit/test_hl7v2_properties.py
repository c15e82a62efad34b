"""What holds for every message, however broken: found by search, not by example."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical.codec import from_json, to_json
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.formats.hl7v2.acknowledge import acknowledge
from shared.formats.hl7v2.documents import chunked
from shared.formats.hl7v2.message import parsed
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading
from tests.builders import a_sighting
from tests.golden import hl7_samples, sample
from tests.hl7 import a_dft, an_ft1

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
CANARY = "ZZCANARYZZ"
WHOLE = [path for path in hl7_samples() if read_message(path.read_bytes()).lines]

# Pieces of real messages, so that the search gets past the envelope.
PIECES = st.sampled_from(
    [
        *(b"MSH|^~\\&|EHR|NORTH|L|M|2026||DFT^P03|C-1|P|2.5.1", b"MSH", b"FHS|^~\\&|", b"PID|1||M"),
        *(b"FT1|1|T-1||20260304||CG|C|||2|||OR", b"FT1|", b"FT1", b"ZLW|L-1", b"OBX|1|ST|LOT||L"),
        *(b"\r", b"\n", b"\r\n", b"\x0b", b"\x1c", b"|", b"^", b"~", b"\\", b"&", b'""', b"\\X0\\"),
        *(b"\xff", b"\xc3", b"\xc3\xa9", b"\xef\xbb\xbf", b"\x00", b"-", b"9" * 40, b"20260304"),
    ]
)
MESSAGES = st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join)


def the_ack_is_well_formed(reading: MessageReading) -> bool:
    ack = acknowledge(reading.header, reading.diagnostics, control_id="LW-1", at=AT)
    names = [segment.name for segment in parsed(ack.body).segments]
    return names[:2] == ["MSH", "MSA"] and set(names[2:]) <= {"ERR"}


@given(st.binary(max_size=300))
def test_no_bytes_can_make_the_reader_raise(body: bytes) -> None:
    assert the_ack_is_well_formed(read_message(body))


@settings(max_examples=400)
@given(MESSAGES)
def test_no_patchwork_of_segments_can_make_the_reader_raise(body: bytes) -> None:
    reading = read_message(b"MSH|^~\\&|EHR|NORTH|L|M|2026||DFT^P03|C-1|P|2.5.1\r" + body)

    assert the_ack_is_well_formed(reading)
    for document in chunked(reading, a_sighting(), case_token="", patient_token=""):
        assert from_json(SupplyUsage, to_json(document)) == document


@settings(max_examples=200)
@given(st.sampled_from(WHOLE), st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_no_damage_to_a_sample_can_make_the_reader_raise(
    path: Path, place: int, damage: bytes
) -> None:
    body = path.read_bytes()

    reading = read_message(body[:place] + damage + body[place + len(damage) :])

    assert the_ack_is_well_formed(reading)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_no_cut_of_a_sample_reads_a_line_as_something_it_never_said(path: Path) -> None:
    """Wherever a message is cut: what is still read is what the whole message says.

    Of a line that the whole message holds as malformed, a cut may hide the reason.
    """
    body = path.read_bytes()
    reading = read_message(body)
    whole = {_substance(line) for line in reading.lines}
    held = {line.key for line in reading.malformed}

    for end in range(len(body)):
        cut = read_message(body[:end])
        assert {_substance(line) for line in cut.lines if line.key not in held} <= whole
        assert the_ack_is_well_formed(cut)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_no_line_disappears_when_a_sample_is_cut_inside_it(path: Path) -> None:
    body = path.read_bytes()
    starts = [line.position.byte for line in _lines(body)]

    for start in starts[1:]:
        cut = read_message(body[: start + 5])
        assert cut.malformed[-1].diagnostic.code == "LINE_CUT"
        assert cut.malformed[-1].diagnostic.position.byte == start


@pytest.mark.parametrize("path", hl7_samples(), ids=lambda path: path.stem)
def test_patient_identifiers_reach_neither_findings_nor_documents_nor_the_ack(path: Path) -> None:
    body = _marked(path.read_bytes())
    assert CANARY.encode() in body

    reading = read_message(body)
    documents = chunked(reading, a_sighting(), case_token="", patient_token="")
    ack = acknowledge(reading.header, reading.diagnostics, control_id="LW-1", at=AT)

    shown = f"{reading!r} {[to_json(each) for each in documents]} {ack.body!r}"
    assert CANARY not in shown


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_a_patients_name_broken_over_lines_is_passed_over_by_its_place_alone(cut: int) -> None:
    pid = f"PID|1||{CANARY}^^^M||{CANARY}^{CANARY}|||||||||||||{CANARY}"
    body = a_dft(f"{pid[:cut]}\n{pid[cut:]}", an_ft1())

    reading = read_message(body)

    assert CANARY not in repr(reading.diagnostics)


def test_equal_bytes_have_one_document_id_and_other_bytes_another() -> None:
    first, second = a_dft(an_ft1("T-1")), a_dft(an_ft1("T-2"))

    ids = [_document_id(body, message) for body in (first, second) for message in ("m-1", "m-2")]

    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert all(len(each) == 26 and each.isalnum() and each.isupper() for each in ids)


def test_a_large_message_travels_in_pieces_of_two_hundred_lines() -> None:
    body = a_dft(*(an_ft1(f"T-{n}", quantity="x" if n == 3 else "1") for n in range(450)))
    reading = read_message(body)

    pieces = chunked(reading, a_sighting(), case_token="", patient_token="")

    assert [len(piece.lines) + len(piece.malformed) for piece in pieces] == [200, 200, 50]
    assert [(piece.chunk, piece.chunks) for piece in pieces] == [(1, 3), (2, 3), (3, 3)]
    assert tuple(line for piece in pieces for line in piece.lines) == reading.lines
    assert len({piece.document_id for piece in pieces}) == 1


def test_pieces_of_the_longest_lines_stay_within_a_queue_message() -> None:
    values = ["é" * 128] * 5  # as long as they may be
    lines = [s for n in range(300) for s in (an_ft1(f"{n:0128}"), "ZLW|" + "|".join(values))]
    reading = read_message(a_dft(*lines))

    pieces = chunked(reading, a_sighting(), case_token="", patient_token="")

    assert len(reading.lines) == 300
    assert max(len(to_json(piece).encode()) for piece in pieces) < 256 * 1024


def test_a_refused_message_makes_no_document() -> None:
    reading = read_message(sample("no_lines_dft"))

    assert chunked(reading, a_sighting(), case_token="", patient_token="") == ()


def _lines(body: bytes) -> tuple[UsageLine, ...]:
    return read_message(body).lines


def _substance(line: UsageLine) -> tuple[object, ...]:
    """What money and stock depend on."""
    return (line.key, line.direction, line.charge_code, line.quantity, line.used_at)


def _marked(body: bytes) -> bytes:
    """Every field of the patient's segments carries the marker."""
    separator = body[body.index(b"MSH") + 3 : body.index(b"MSH") + 4]
    end = next(each for each in (b"\r\n", b"\r", b"\n") if each in body)
    segments = body.split(end)
    for number, segment in enumerate(segments):
        if segment[:3] in (b"PID", b"PV1"):
            fields = segment.split(separator)
            marked = [f + CANARY.encode() for f in fields[1:]]
            segments[number] = separator.join([fields[0], *marked])
    return end.join(segments)


def _document_id(body: bytes, message_id: str) -> str:
    sighting = a_sighting(message_id, sha256=hashlib.sha256(body).hexdigest())
    (document,) = chunked(read_message(body), sighting, case_token="", patient_token="")
    return document.document_id
