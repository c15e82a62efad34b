"""What holds for every message and every file of HL7 v2, however broken: found by search."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical.codec import from_json, to_json
from shared.canonical.diagnostic import Diagnostic
from shared.canonical.usage import Direction, UsageLine
from shared.formats.hl7v2.acknowledge import acknowledge
from shared.formats.hl7v2.delimiters import STANDARD_DELIMITERS
from shared.formats.hl7v2.fields import unescaped
from shared.formats.hl7v2.message import parsed
from shared.formats.hl7v2.reader import follow, read, read_message
from shared.formats.hl7v2.reading import MessageReading
from shared.formats.hl7v2.structures import BY_EVENT, STRUCTURES
from tests.builders import NOW
from tests.golden import hl7_files
from tests.hl7 import a_header
from tests.x12 import chunked

SINGLE = [path for path in hl7_files() if "batch" not in path.stem]
EVENTS = st.sampled_from([f"{code}^{event}" for code, event in BY_EVENT])
NAMES = (
    *("ORC", "TQ1", "RQD", "RQ1", "NTE", "RXD", "RXA", "SCH", "RGS", "AIS", "AIG", "AIL", "AIP"),
    *("MFI", "MFE", "ITM", "VND", "PKG", "PCE", "IVT", "ILT", "IIM", "CDM", "PRC", "FT1", "PID"),
    *("PV1", "ZLW", "PRT", "OBX", "MSH", "BHS", "BTS", "FHS", "FTS", "FT", "9", ""),
)
VALUES = st.sampled_from(
    [
        *("", '""', "NW", "CA", "MAD", "MUP", "CG", "CP", "1", "0", "-1", "3.5", "BX", "Y", "N"),
        *(
            "20260304",
            "202603040930-0800",
            "^^^20260304",
            "A^B^C",
            "A~B",
            "A&B",
            "\\F\\",
            "\\X00\\",
        ),
        *("9" * 40, "é", "x" * 300, "^", "~", "^~\\&", "\x07", "TEST^PATIENT", "SUT-001"),
    ]
)
SEGMENTS = st.builds(
    lambda name, values: "|".join((name, *values)),
    st.sampled_from(NAMES),
    st.lists(VALUES, max_size=12),
)
ENDS = st.sampled_from(["\r", "\n", "\r\n", "\x1c\r"])


def is_sound(reading: MessageReading, length: int) -> bool:
    """Its answer is well-formed, its places are in the bytes, its document goes to JSON and back.

    A quantity that is posted is never zero.
    """
    ack = acknowledge(reading.header, reading.diagnostics, control_id="LW-1", at=NOW)
    names = [segment.name for segment in parsed(ack.body).segments]
    document = reading.document
    returns = document is None or from_json(type(document), to_json(document)) == document
    places = [found.position.byte for found in reading.diagnostics]
    return (
        names[:2] == ["MSH", "MSA"]
        and returns
        and (document is None) == reading.is_refused
        and all(0 <= place <= length for place in places)
        and all(line.quantity > 0 for line in reading.lines)
    )


@settings(max_examples=400)
@given(EVENTS, st.lists(SEGMENTS, max_size=14), ENDS, st.sampled_from(["", "\r"]))
def test_no_patchwork_of_segments_can_make_a_reader_raise(
    kind: str, segments: list[str], end: str, last: str
) -> None:
    body = (end.join((a_header(kind=kind), *segments)) + last).encode()

    assert is_sound(read_message(body), len(body))
    told = list(follow(body))
    assert list(follow(chunked(body, 7))) == told
    for each in told:
        assert isinstance(each, Diagnostic) or is_sound(each, len(body))


@settings(max_examples=300)
@given(st.sampled_from(SINGLE), st.integers(0, 1500), st.binary(min_size=1, max_size=3))
def test_no_damage_to_a_sample_can_make_a_reader_raise(
    path: Path, place: int, damage: bytes
) -> None:
    body = path.read_bytes()
    damaged = body[:place] + damage + body[place + len(damage) :]

    assert is_sound(read_message(damaged), len(damaged))


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_can_make_a_file_fail(body: bytes) -> None:
    found = [each for each in read(body) if isinstance(each, Diagnostic)]

    assert all(0 <= each.position.byte <= len(body) for each in found)


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.stem)
def test_no_cut_of_a_sample_reads_a_line_as_something_it_never_said(path: Path) -> None:
    """Of a line that the whole message holds as malformed, a cut may hide the reason."""
    body = path.read_bytes()
    whole = read_message(body)
    known = {_substance(line) for line in _lines(whole)}
    held = {line.key for line in whole.malformed}

    for end in range(len(body)):
        cut = read_message(body[:end])
        assert is_sound(cut, end)
        told = {_substance(line) for line in _lines(cut) if getattr(line, "key", ()) not in held}
        assert told <= known, body[:end]


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda each: each.name)
def test_a_flood_of_lines_is_refused_or_bounded(structure: object) -> None:
    code, event = getattr(structure, "code", ""), getattr(structure, "events", ("",))[0]
    flood = b"".join(f"{name}|1\r".encode() * 900 for name in NAMES if len(name) == 3)
    body = f"{a_header(kind=f'{code}^{event}')}\r".encode() + flood.replace(b"MSH|1\r", b"")

    reading = read_message(body)

    assert len(reading.diagnostics) <= 1_100
    assert is_sound(reading, len(body))


@given(st.text(alphabet='ab^~&\\|"XF0. ', max_size=24), st.integers(1, 4), st.integers(1, 4))
def test_a_value_is_that_of_the_one_piece_at_its_place(
    text: str, component: int, repetition: int
) -> None:
    """The fast way to a value gives what splitting everything gives."""
    fields = text.replace("|", "")
    segment = parsed(f"MSH|^~\\&|A\rZZZ|{fields}\r".encode()).segments[1]
    parts = fields.split("~")
    whole = parts[repetition - 1] if repetition <= len(parts) else ""
    pieces = whole.split("^")
    piece = pieces[component - 1] if component <= len(pieces) else ""

    expected = unescaped(piece.split("&")[0].strip(), STANDARD_DELIMITERS, "ascii").strip()

    value = segment.repeated(1, repetition, component)
    assert value == ("" if piece.split("&")[0].strip() == '""' else expected)
    assert repetition > 1 or segment.value(1, component) == value


def _lines(reading: MessageReading) -> tuple[object, ...]:
    document = reading.document
    return (*getattr(document, "lines", ()), *getattr(document, "items", ()))


def _substance(line: object) -> tuple[object, ...]:
    """What an order, money or stock depends on."""
    if isinstance(line, UsageLine):
        return (line.key, Direction(line.direction), line.charge_code, line.quantity, line.used_at)
    names = ("key", "action", "quantity", "unit", "charge_code", "description")
    return (*(getattr(line, name, None) for name in names), getattr(line, "ids", ())[:1])
