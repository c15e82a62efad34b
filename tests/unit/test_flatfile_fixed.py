"""Fixed width: columns at places, lines told apart by what they begin with, trailers that count."""

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.usage import MalformedLine, UsageLine
from shared.formats.flatfile.layout import Counted, CountedIn, FixedLayout, Selector, Span
from shared.formats.flatfile.lines import ROW_LIMIT
from shared.formats.flatfile.profile import (
    BAR_IN_CHARACTERS,
    ENCODINGS,
    SINGLE_BYTE,
    FlatFileProfile,
    ProfileColumns,
)
from shared.formats.flatfile.transactions import survey
from tests.flatfile import held_in, lines_of, read

LAYOUT = FixedLayout(
    columns={"NO": Span(2, 4), "ITEM": Span(6, 8), "QTY": Span(14, 4), "DAY": Span(18, 8)},
    length=28,
    header=Selector(1, "H"),
    trailer=Selector(1, "T"),
    count=Span(2, 4),
)
PROFILE = FlatFileProfile(
    name="fixed",
    application="STORES",
    facility="NORTH",
    columns=ProfileColumns(transaction="NO", item="ITEM", quantity="QTY", time="DAY"),
    times=("%Y%m%d",),
    fixed=LAYOUT,
)
HEADER = b"H20260304"


def a_line(number: str = "0001", item: str = "SUT-001", quantity: str = "2") -> bytes:
    return f"D{number}{item:<8}{quantity:>4}20260304   ".encode()


def a_file(*lines: bytes, end: bytes = b"\r\n") -> bytes:
    trailer = f"T{len(lines):04d}".encode()
    return b"".join(line + end for line in (HEADER, *lines, trailer))


def with_layout(**changes: object) -> FlatFileProfile:
    return replace(PROFILE, fixed=replace(LAYOUT, **changes))  # type: ignore[arg-type]


def said(line: UsageLine) -> tuple[str, str, str, str]:
    return line.key[2], line.charge_code, str(line.quantity), str(line.used_at)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_columns_stand_at_their_places_whatever_ends_a_line(end: bytes, mark: bytes) -> None:
    body = mark + a_file(a_line(), b"", a_line("0002", quantity="1.5"), end=end)

    found = lines_of(body, PROFILE)

    assert [said(line) for line in found] == [
        ("0001", "SUT-001", "2", "2026-03-04"),
        ("0002", "SUT-001", "1.5", "2026-03-04"),
    ]
    assert [line.position.byte for line in found] == [body.index(b"D0001"), body.index(b"D0002")]
    assert held_in(body, PROFILE) == [(5, "TRAILER_WRONG", "")]  # a blank line is no row


@pytest.mark.parametrize(
    ("line", "code", "column", "at"),
    [
        (a_line()[:-1], "LINE_TOO_SHORT", "", 0),
        (a_line() + b"x", "LINE_TOO_LONG", "", 0),
        (a_line(item="S\tT"), "TAB_FOUND", "ITEM", 6),
        (a_line()[:-1] + b"\t", "TAB_FOUND", "", 27),
        (a_line(item="ßßßßß\t"), "TAB_FOUND", "ITEM", 15),
        (a_line(item="S\x00T"), "NUL_FOUND", "ITEM", 5),
        (a_line(item="S\x07T"), "CHARACTER_INVALID", "ITEM", 5),
        (a_line(item="=1+1"), "FORMULA", "ITEM", 5),
        (a_line(item="@x"), "FORMULA", "ITEM", 5),
        (a_line(quantity="two"), "QUANTITY_INVALID", "QTY", 13),
        (a_line().replace(b"SUT-", b"SU\xff-"), "BYTES_UNDECODABLE", "", 7),
        (b"D" + b"x" * ROW_LIMIT, "ROW_OVERSIZED", "", 0),
    ],
)
def test_a_line_that_cannot_be_read_is_held_at_its_byte_and_the_others_go_on(
    line: bytes, code: str, column: str, at: int
) -> None:
    body = a_file(a_line("0008"), line, a_line("0009"))

    assert held_in(body, PROFILE) == [(3, code, column)]
    (held,) = [row.line for row in read(body, PROFILE) if isinstance(row.line, MalformedLine)]
    assert held.diagnostic.position.byte == body.index(line) + at
    assert [row.key[2] for row in lines_of(body, PROFILE)] == ["0008", "0009"]


def test_blanks_behind_the_last_place_are_no_fault_and_before_it_only_if_the_profile_says() -> None:
    body = a_file(a_line() + b"   ", a_line("0002").rstrip())

    assert held_in(body, PROFILE) == [(3, "LINE_TOO_SHORT", "")]
    assert held_in(body, with_layout(pads_short_lines=True)) == []


def test_the_line_that_the_file_ends_in_is_whole_if_it_is_as_long_as_it_must_be() -> None:
    profile = with_layout(trailer=None, count=None)
    begun = HEADER + b"\n" + a_line() + b"\n"

    assert held_in(begun + a_line("0002"), profile) == []
    assert held_in(begun + a_line("0002")[:-1], profile) == [(3, "ROW_CUT", "")]
    (_, cut) = read(begun + a_line("0002")[:16], profile)
    assert cut.transaction is not None
    assert cut.transaction.transaction == "0002"
    assert read(begun + a_line("0002")[:4], profile)[1].transaction is None


def test_a_trailer_counts_rows_or_lines_and_one_that_is_wrong_or_missing_is_held() -> None:
    of_lines = with_layout(counts=Counted.LINES)
    one_row = HEADER + b"\n" + a_line() + b"\n"

    assert held_in(one_row + b"T0001\n", PROFILE) == []
    assert held_in(one_row + b"T0003\n", of_lines) == []
    assert held_in(one_row + b"T0002\n", PROFILE) == [(3, "TRAILER_WRONG", "")]
    assert held_in(one_row + b"T00 1\n", PROFILE) == [(3, "TRAILER_WRONG", "")]
    assert held_in(one_row + b"T000", PROFILE) == [(3, "TRAILER_WRONG", "")]
    assert held_in(one_row, PROFILE) == [(3, "TRAILER_MISSING", "")]
    assert held_in(one_row + b"T0001\n" + a_line("0002"), PROFILE) == [(5, "TRAILER_MISSING", "")]
    assert len(lines_of(one_row, PROFILE)) == 1
    twice = one_row + b"T0001\n" + HEADER + b"\n" + a_line("0002") + b"\nT0001\n"
    assert held_in(twice, PROFILE) == []


def test_a_line_that_no_selector_knows_is_held() -> None:
    profile = with_layout(detail=Selector(1, "D"))

    assert held_in(a_file(a_line(), b"X" + a_line()[1:]), profile) == [(3, "RECORD_UNKNOWN", "")]


def test_places_count_characters_or_bytes_where_a_character_has_several() -> None:
    by_character = a_line(item="Nähße")
    by_byte = b"D0001" + "Nähße".encode().ljust(8) + b"   220260304   "

    assert lines_of(a_file(by_character), PROFILE)[0].charge_code == "Nähße"
    assert held_in(a_file(by_byte), PROFILE) == [(2, "LINE_TOO_SHORT", "")]
    in_bytes = with_layout(counted_in=CountedIn.BYTES)
    assert lines_of(a_file(by_byte), in_bytes)[0].charge_code == "Nähße"
    assert held_in(a_file(by_character), in_bytes) == [(2, "VALUE_MISSING", "QTY")]
    kana = replace(with_layout(counted_in=CountedIn.BYTES), encoding="shift_jis")
    shifted = b"D0001" + "縫合糸".encode("shift_jis").ljust(8) + b"   220260304   "
    assert lines_of(a_file(shifted), kana)[0].charge_code == "縫合糸"
    halved = b"D0001       " + "縫合".encode("shift_jis")[:3] + b"  220260304   "
    assert held_in(a_file(halved), kana)[0][1] in ("BYTES_UNDECODABLE", "QUANTITY_INVALID")


def test_a_place_behind_a_long_character_is_told_in_bytes() -> None:
    body = a_file(a_line(item="Nähße", quantity="two"))

    (held,) = [row.line for row in read(body, PROFILE) if isinstance(row.line, MalformedLine)]

    assert held.diagnostic.position.byte == body.index(b" two")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_wide_characters_is_refused(encoding: str) -> None:
    body = a_file(a_line()).decode().encode(encoding)

    surveyed = survey(io.BytesIO(body), PROFILE)

    assert surveyed.is_refused
    is_marked = encoding == "utf-16"
    assert surveyed.findings[0].code == ("ENCODING_WRONG" if is_marked else "ROWS_UNREADABLE")


@given(st.lists(st.binary(max_size=40) | st.just(a_line()), max_size=8).map(b"\n".join))
def test_no_bytes_make_the_reader_raise_or_lose_a_line(body: bytes) -> None:
    for profile in (PROFILE, with_layout(pads_short_lines=True, detail=Selector(1, "D"))):
        rows = read(body, profile)
        assert len({row.number for row in rows}) == len(rows)
        for row in rows:
            if isinstance(row.line, MalformedLine):
                assert 0 <= row.line.diagnostic.position.byte <= len(body)


ROWS = st.lists(
    st.tuples(
        st.text("ABCXYZ019-äöß", min_size=1, max_size=8).filter(
            lambda text: not text.startswith("-") and text == text.strip()
        ),
        st.integers(1, 999),
    ),
    min_size=1,
    max_size=20,
)


@given(ROWS, st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_what_is_written_at_its_places_is_read_back(
    rows: list[tuple[str, int]], end: bytes
) -> None:
    lines = [
        f"D{number:04d}{item:<8}{quantity:>4}20260304   ".encode()
        for number, (item, quantity) in enumerate(rows, start=1)
    ]

    found = lines_of(a_file(*lines, end=end), PROFILE)

    assert [(line.charge_code, int(line.quantity)) for line in found] == rows


@pytest.mark.parametrize("encoding", [each for each in ENCODINGS if each not in SINGLE_BYTE])
def test_no_byte_of_a_character_is_taken_for_what_parts_cells(encoding: str) -> None:
    marks = b',;\t"\r\n\x00' + (b"" if encoding in BAR_IN_CHARACTERS else b"|")
    begun = [b"", b"\x81", b"\x81\x30", b"\x81\x30\x81", b"\x8e", b"\x8f"]
    for before in (head + bytes([last]) for head in begun for last in range(256)):
        for mark in marks:
            text = (before + bytes([mark])).decode(encoding, errors="ignore")
            if text.encode(encoding) == before + bytes([mark]):
                assert text.endswith(chr(mark)), (before, mark)
