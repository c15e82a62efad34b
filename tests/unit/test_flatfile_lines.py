"""Where lines begin and end, whatever ends them, to the byte."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.usage import MalformedLine
from shared.formats.flatfile.lines import ROW_LIMIT, Line, LineSource
from tests.flatfile import PLAIN, held_in, lines_of, raw_file, raw_row, read

OVERLONG = b"x" * (ROW_LIMIT + 3)


def all_of(body: bytes) -> list[Line]:
    source = LineSource(io.BytesIO(body))
    lines = list(iter(source.next, None))
    assert source.count == len(lines)
    return lines


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_end_in_what_the_first_one_ends_in(end: bytes) -> None:
    body = end.join([b"one", b"", b"three", b"four"])

    lines = all_of(body)

    assert [line.text for line in lines] == [b"one", b"", b"three", b"four"]
    assert [line.end for line in lines] == [end, end, end, b""]
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert [body[line.byte :][: len(line.text)] for line in lines] == [line.text for line in lines]


def test_a_cr_in_a_file_of_line_feeds_ends_nothing() -> None:
    assert [line.text for line in all_of(b"a\nb\rc\n")] == [b"a", b"b\rc"]
    assert [line.text for line in all_of(b"a\rb\n")] == [b"a\rb"]


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_an_overlong_line_costs_itself_alone(end: bytes) -> None:
    lines = all_of(b"a" + end + OVERLONG + end + b"b" + end)

    assert [(line.text, line.is_overlong) for line in lines] == [
        (b"a", False),
        (b"", True),
        (b"b", False),
    ]
    assert lines[2].byte == 1 + len(OVERLONG) + 2


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"x" * ROW_LIMIT]), max_size=12))
def test_no_byte_is_in_two_lines_or_in_none(pieces: list[bytes]) -> None:
    body = b"".join(pieces)

    lines = all_of(body)

    for line in lines:
        if not line.is_overlong:
            whole = line.text + line.end
            assert body[line.byte : line.byte + len(whole)] == whole
    begins = [line.byte for line in lines]
    ends = [line.byte + len(line.text) + len(line.end) for line in lines if not line.is_overlong]
    assert begins == sorted(set(begins))
    if not any(line.is_overlong for line in lines):
        assert [*begins[1:], len(body)] == ends or not body


def test_a_cabinet_may_end_its_lines_in_cr() -> None:
    body = raw_file(raw_row(), raw_row(Line="2", Quantity="x"), end=b"\r")

    assert [line.key[3] for line in lines_of(body)] == ["1"]
    assert held_in(body) == [(3, "QUANTITY_INVALID", "Quantity")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_cell_behind_lines_of_another_is_found_at_its_byte(end: bytes) -> None:
    header = "Remark," + PLAIN.removesuffix(",Remark")
    row = b'"a' + end + b'b",' + raw_row(Item="=1").removesuffix(b",")
    body = raw_file(row, header=header, end=end)

    (held,) = read(body)

    assert isinstance(held.line, MalformedLine)
    assert held.line.diagnostic.position.byte == body.index(b"=1")
    assert (held.number, held.first_line, held.lines) == (2, 2, 2)
