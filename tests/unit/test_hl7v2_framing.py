"""Bytes to segments: ends, delimiters, character sets, escapes, and the three states of empty."""

import pytest

from shared.formats.hl7v2.framing import BODY_LIMIT, SEGMENT_LIMIT, frame
from shared.formats.hl7v2.message import Presence, Segment, parsed
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading
from shared.formats.shape import shape_of
from tests.hl7 import a_dft, a_header, an_ft1


def codes(reading: MessageReading) -> list[str]:
    return [found.code for found in reading.diagnostics]


def a_segment(text: str, *, header: str = "MSH|^~\\&|EHR|NORTH") -> Segment:
    return parsed(f"{header}\r{text}\r".encode()).segments[1]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r", "\n\r"])
def test_segments_may_end_in_any_of_the_ways_files_end_lines(end: str) -> None:
    reading = read_message(a_dft(an_ft1("T-1"), an_ft1("T-2"), end=end))

    assert [line.key[2] for line in reading.lines] == ["T-1", "T-2"]
    assert reading.diagnostics == ()


def test_mllp_framing_and_a_byte_order_mark_are_taken_off() -> None:
    body = b"\x0b\xef\xbb\xbf" + a_dft(an_ft1()) + b"\x1c\r"

    reading = read_message(body)

    assert len(reading.lines) == 1
    assert reading.diagnostics == ()


def test_an_mllp_block_end_ends_the_last_segment_as_well() -> None:
    body = b"\x0b" + a_dft(an_ft1(more="|||OR^^^SOUTH"))[:-1] + b"\x1c"

    reading = read_message(body)

    assert reading.lines[0].facility == "SOUTH"
    assert reading.diagnostics == ()


def test_segment_offsets_are_those_of_the_body() -> None:
    body = b"\x0b" + a_dft(an_ft1("T-1"), "  " + an_ft1("T-2"), end="\r\n")

    first, second = read_message(body).lines

    assert body[first.position.byte :].startswith(b"FT1|1|T-1|")
    assert body[second.position.byte :].startswith(b"FT1|1|T-2|")


def test_a_finding_points_at_the_byte_where_its_field_begins() -> None:
    body = a_dft("NTE|1||é", an_ft1(), an_ft1(quantity="lots", code="27000004^Gélule"))

    (found,) = read_message(body).malformed

    assert str(found.diagnostic.position).startswith("FT1[2]-10 @ byte ")
    assert body[found.diagnostic.position.byte :].startswith(b"lots|")


def test_delimiters_are_read_and_not_assumed() -> None:
    text = a_dft(an_ft1(more="|||OR^^^SOUTH")).decode()
    body = text.translate(str.maketrans("|^~\\&", "$%*!?")).encode()

    reading = read_message(body)

    assert reading.lines == read_message(text.encode()).lines
    assert reading.header is not None
    assert reading.header.delimiters.encoding_characters == "%*!?"


def test_a_fifth_encoding_character_is_the_truncation_character() -> None:
    framed = frame(b"MSH|^~\\&#|EHR|NORTH\r")

    assert framed.delimiters is not None
    assert framed.delimiters.truncation == "#"


def test_escape_and_subcomponent_characters_may_be_left_out() -> None:
    framed = frame(b"MSH|^~|EHR|NORTH\r")

    assert framed.delimiters is not None
    assert (framed.delimiters.escape, framed.delimiters.subcomponent) == ("", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"M",
        b"MSH",
        b"MSH|",
        b"MSHX^~\\&|EHR",
        b"MSH|||EHR",
        b"MSH|^^~&|EHR",
        b"MSH|^~\\&#!|EHR",
        b"MSH|^a\\&|EHR",
        b"PID|1||MRN000123",
        b'{"resourceType": "Bundle"}',
        "MSH|^~\\&|EHR|NORTH".encode("utf-16"),
        b"\x00" * 100,
    ],
)
def test_without_a_readable_envelope_nothing_is_read(body: bytes) -> None:
    reading = read_message(body)

    assert codes(reading) == ["MSH_UNREADABLE"]
    assert reading.header is None
    assert reading.is_refused


def test_a_batch_is_named_as_such() -> None:
    assert codes(read_message(b"FHS|^~\\&|EHR\r" + a_dft(an_ft1()))) == ["BATCH_UNSUPPORTED"]


def test_a_body_over_the_limit_is_refused_but_its_sender_is_known() -> None:
    body = a_dft(an_ft1()) + b"NTE|" + b"x" * BODY_LIMIT

    reading = read_message(body)

    assert codes(reading) == ["BODY_TOO_LARGE"]
    assert reading.header is not None
    assert reading.header.control_id == "CTL-1"
    assert reading.lines == ()


def test_a_body_at_the_limit_is_read() -> None:
    start = a_dft(an_ft1()) + b"NTE|"
    body = start + b"x" * (BODY_LIMIT - len(start) - 1) + b"\r"

    assert len(read_message(body).lines) == 1


def test_a_flood_of_tiny_segments_is_refused() -> None:
    assert codes(read_message(a_dft(an_ft1()) + b"A\r" * SEGMENT_LIMIT)) == ["SEGMENTS_TOO_MANY"]


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("8859/1", "iso8859-1"), ("8859/15", "iso8859-15")],
)
def test_a_declared_character_set_is_used(declared: str, codec: str) -> None:
    text = a_dft(an_ft1(), "ZLW|LÉ-1", header=a_header(rest=f"P|2.5.1||||||{declared}")).decode()

    reading = read_message(text.encode(codec))

    assert reading.lines[0].lot == "LÉ-1"
    assert reading.diagnostics == ()


@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_undeclared_characters_are_read_as_utf_8_or_windows_1252_with_a_note(codec: str) -> None:
    body = a_dft(an_ft1(), "ZLW|LÉ1–").decode().encode(codec)

    reading = read_message(body)

    assert reading.lines[0].lot == "LÉ1–"
    assert codes(reading) == ["CHARSET_ASSUMED"]
    assert reading.diagnostics[0].value == codec


def test_bytes_outside_the_declared_set_cost_a_note_and_no_line() -> None:
    header = a_header(rest="P|2.5.1||||||UNICODE UTF-8")
    body = a_dft(an_ft1(), "NTE|1||@", "ZLW|L-1", header=header).replace(b"@", b"\xe9")

    reading = read_message(body)

    assert reading.lines[0].lot == "L-1"
    assert codes(reading) == ["CHARSET_MISMATCH"]


@pytest.mark.parametrize("charset", ["UNICODE UTF-16", "ISO IR87", "GB 18030-2000", "KLINGON"])
def test_a_character_set_that_is_not_read_here_refuses_the_message(charset: str) -> None:
    reading = read_message(a_dft(an_ft1(), header=a_header(rest=f"P|2.5.1||||||{charset}")))

    assert codes(reading) == ["CHARSET_UNKNOWN"]
    assert reading.diagnostics[0].value == shape_of(charset)
    assert reading.diagnostics[0].position.field == 18
    assert reading.header is not None


def test_the_first_of_several_character_sets_counts() -> None:
    body = a_dft(an_ft1(), header=a_header(rest="P|2.5.1||||||UNICODE UTF-8~ISO IR87"))

    assert len(read_message(body).lines) == 1


def test_escapes_are_undone_once_and_after_splitting() -> None:
    segment = a_segment(
        r"ZZZ|a\F\b\S\c\T\d\R\e\E\f|\X4C4F54\|x\.br\y|\E\F\E\|\Zvendor\|\X4\|\H\b\N\ "
    )

    values = [segment.value(field) for field in range(1, 8)]

    assert values == [
        "a|b^c&d~e\\f",
        "LOT",
        "x\ny",
        "\\F\\",
        r"\Zvendor\\"[:-1],
        r"\X4" + "\\",
        r"\H\b\N" + "\\",
    ]


def test_three_states_of_empty_are_kept_apart() -> None:
    segment = a_segment('ZZZ||""|value')

    states = [segment.presence(field) for field in range(1, 5)]

    assert states == [Presence.EMPTY, Presence.NULL, Presence.PRESENT, Presence.ABSENT]
    assert [segment.value(field) for field in range(1, 5)] == ["", "", "value", ""]


def test_repetitions_components_and_subcomponents_are_found() -> None:
    segment = a_segment("ZZZ|a^b&c~d^ e ")

    assert segment.value(1) == "a"
    assert segment.value(1, 2) == "b"
    assert segment.repeated(1, 2, 2) == "e"
    assert segment.value(1, 3) == ""
    assert segment.repeated(1, 3) == ""


def test_msh_counts_from_its_separator() -> None:
    msh = parsed(a_dft()).segments[0]

    assert (msh.raw(1), msh.raw(2), msh.value(3)) == ("|", "^~\\&", "EHR")
    assert msh.value(9, 2) == "P03"


def test_segment_names_in_small_letters_are_no_reason_to_lose_a_line() -> None:
    body = a_dft(an_ft1()).replace(b"FT1|", b"ft1|")

    assert len(read_message(body).lines) == 1
