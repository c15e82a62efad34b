"""Files of messages: each message is read on its own, and what their trailers count is checked."""

from collections.abc import Iterator

import pytest

from shared.canonical.diagnostic import Diagnostic
from shared.formats.chunks import CHUNK_BYTES
from shared.formats.hl7v2.batches import pieces
from shared.formats.hl7v2.framing import BODY_LIMIT
from shared.formats.hl7v2.reader import follow, read, read_message
from shared.formats.hl7v2.reading import MessageReading
from tests.hl7 import a_batch, a_dft, a_message, a_requisition, an_ft1
from tests.x12 import chunked

ONE, TWO = a_requisition("RQD|1|SUT-001|||3|BX"), a_dft(an_ft1("T-1"))


def codes(body: bytes) -> list[str]:
    return [each.code for each in read(body) if isinstance(each, Diagnostic)]


def documents(body: bytes) -> list[str]:
    return [type(each).__name__ for each in read(body) if not isinstance(each, Diagnostic)]


def test_each_message_of_a_batch_is_read_on_its_own() -> None:
    body = a_batch(ONE, TWO, b"MSH|^~\r", ONE)

    assert documents(body) == ["Requisition", "ReadUsage", "Requisition"]
    assert codes(body) == ["MESSAGE_TYPE_UNSUPPORTED"]


def test_places_are_bytes_of_the_file() -> None:
    body = a_batch(TWO, a_dft(an_ft1("T-2", quantity="two"), an_ft1("T-3")))

    first, second = (each for each in follow(body) if isinstance(each, MessageReading))

    assert body[first.lines[0].position.byte :].startswith(b"FT1|1|T-1|")
    assert body[second.lines[0].position.byte :].startswith(b"FT1|1|T-3|")
    assert second.lines[0].position.occurrence == 2
    assert body[second.malformed[0].diagnostic.position.byte :].startswith(b"two|")


def test_messages_one_after_the_other_need_no_batch() -> None:
    assert documents(ONE + TWO + ONE) == ["Requisition", "ReadUsage", "Requisition"]
    assert codes(ONE + TWO + ONE) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (a_batch(ONE, TWO), []),
        (a_batch(ONE, TWO, stated="3"), ["BATCH_COUNT_WRONG"]),
        (a_batch(ONE, stated="one"), ["BATCH_COUNT_WRONG"]),
        (a_batch(ONE, stated="01"), []),
        (a_batch(), []),
        (a_batch().replace(b"BTS|0\r", b"BTS\r"), []),
        (a_batch(ONE).replace(b"FTS|1", b"FTS|2"), ["BATCH_COUNT_WRONG"]),
        (a_batch(ONE).replace(b"BTS|1\r", b""), ["BATCH_TRAILER_MISSING"]),
        (a_batch(ONE).replace(b"FTS|1\r", b""), ["BATCH_TRAILER_MISSING"]),
        (a_batch(ONE).replace(b"FTS|1\r", b"BHS|^~\\&|EHR\r"), ["BATCH_TRAILER_MISSING"] * 2),
        (ONE + b"BTS|1\r", []),
        (ONE + b"BTS|2\r", ["BATCH_COUNT_WRONG"]),
        (b"FHS|^~\\&|EHR\r" + ONE + b"FTS|9\r", []),  # of batches, of which there are none
    ],
)
def test_what_a_trailer_counts_is_compared_with_what_there_is(
    body: bytes, expected: list[str]
) -> None:
    assert codes(body) == expected


def test_a_wrong_count_is_told_at_its_trailer() -> None:
    body = a_batch(ONE, TWO, stated="3")

    (found,) = (each for each in read(body) if isinstance(each, Diagnostic))

    assert (found.position.segment, found.position.field, found.value) == ("BTS", 1, "2 found")
    assert body[found.position.byte :].startswith(b"BTS|3")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\x1c\r\x0b"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b"\x0b"])
def test_files_end_their_lines_and_begin_as_they_like(start: bytes, end: bytes) -> None:
    body = start + a_batch(ONE, TWO).replace(b"\r", end)

    assert (documents(body), codes(body)) == (["Requisition", "ReadUsage"], [])


def test_what_stands_before_the_first_message_is_told_of() -> None:
    assert codes(b"a letter\rof two lines\r" + ONE) == ["MSH_UNREADABLE"]
    assert documents(b"a letter\r" + ONE) == ["Requisition"]
    assert documents(b"msh" + ONE[3:] + b"  " + TWO) == ["Requisition", "ReadUsage"]


def test_a_name_that_only_begins_like_a_header_begins_no_message() -> None:
    body = TWO.replace(b"FT1|", b"MSHX|1\rBTS1|2\rFT1|", 1)

    assert documents(body) == ["ReadUsage"]


def test_a_batch_is_refused_where_one_acknowledgement_must_answer_it() -> None:
    reading = read_message(a_batch(ONE))

    assert [found.code for found in reading.diagnostics] == ["BATCH_UNSUPPORTED"]
    assert reading.document is None


@pytest.mark.parametrize("size", [1000, CHUNK_BYTES, BODY_LIMIT])
def test_a_message_beyond_the_limit_costs_itself_and_no_other(size: int) -> None:
    long = a_message("OMS^O05", "NTE|1||" + "x" * (BODY_LIMIT + size))

    for body in (ONE + long + TWO, a_batch(ONE, long, TWO)):
        assert documents(body) == ["Requisition", "ReadUsage"]
        assert codes(body) == ["BODY_TOO_LARGE"]
        assert list(follow(chunked(body, 9_999))) == list(follow(body))


def test_no_more_of_a_file_is_held_than_one_message() -> None:
    """Of a file that is no end of one message, each piece is given up as it comes."""
    asked = 0

    def endless() -> Iterator[bytes]:
        nonlocal asked
        yield ONE
        while True:
            asked += 1
            yield b"x" * CHUNK_BYTES

    found = pieces(endless())

    assert next(found).text.startswith("MSH")
    assert asked <= BODY_LIMIT // CHUNK_BYTES + 2
