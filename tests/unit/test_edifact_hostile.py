"""Bytes that nobody should send: bounded memory, what is wrong is said, the rest is still read."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.purchase_order import PurchaseOrder
from shared.canonical.ship_notice import ShipNotice
from shared.formats.edifact.kinds import KINDS
from shared.formats.edifact.reader import follow, read
from tests.edifact import (
    ORDER,
    a_message,
    an_interchange,
    codes,
    documents,
    findings,
    one_message,
)
from tests.golden import INBOUND
from tests.x12 import chunked

SOUND = one_message("ORDERS", *ORDER)
TWO = an_interchange(a_message("ORDERS", *ORDER), a_message("ORDERS", *ORDER, control="2"))
MIB = 1024 * 1024
CHARACTERS = st.sampled_from("+:'?UNABHTZSLI0159\n\r*. \x00\x1d\x1f\x1b\xc3\xff")
TAGS = (
    *("BGM", "DTM", "LIN", "PIA", "IMD", "QTY", "PRI", "MOA", "RFF", "NAD", "CTA", "COM", "TAX"),
    *("ALC", "PCD", "RTE", "PAT", "CUX", "SCC", "CPS", "PAC", "PCI", "GIN", "MEA", "TDT", "QVR"),
    *("UNS", "CNT", "UCI", "UCM", "UCS", "UCD", "UCF", "FTX"),
)


def order_numbers(body: bytes) -> list[str]:
    return [each.head.number for each in documents(body) if isinstance(each, PurchaseOrder)]


@pytest.mark.parametrize(
    ("trailer", "expected"),
    [
        (b"UNT+21+\x9b1", ["CHARSET_GUESSED", "SET_CONTROL_MISMATCH"]),
        (b"UNT+2\xe4\x9b+1", ["CHARSET_GUESSED", "NUMBER_INVALID", "SET_COUNT_WRONG"]),
        (b"UN\x9bT+21+1", ["CHARSET_GUESSED", "SEGMENT_UNKNOWN", "SET_TRAILER_MISSING"]),
    ],
)
def test_bytes_of_another_character_set_in_a_trailer_are_read_without_raising(
    trailer: bytes, expected: list[str]
) -> None:
    assert codes(SOUND.replace(b"UNT+21+1", trailer)) == expected


def test_a_file_cut_at_any_byte_reads_without_raising_and_says_so() -> None:
    for end in range(len(TWO) - 1):
        cut = TWO[:end]
        told = list(read(cut))
        assert not cut.strip() or any(isinstance(each, Diagnostic) for each in told), end
        whole = [each for each in told if isinstance(each, PurchaseOrder)]
        assert len(whole) == cut.count(b"UNT+21+1'") + cut.count(b"UNT+21+2'")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_raising(body: bytes) -> None:
    for each in (body, SOUND[:9] + body, SOUND[:90] + body, SOUND[:90] + body + SOUND[90:]):
        assert list(read(chunked(each, 7))) == list(read(each))
        list(follow(each))


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), CHARACTERS), max_size=8))
def test_any_damage_to_a_sound_file_is_read_without_raising(damage: list[tuple[int, str]]) -> None:
    body = bytearray(SOUND)
    for place, character in damage:
        body[place : place + 1] = character.encode("latin-1")
    told = list(read(bytes(body)))

    assert list(read(chunked(bytes(body), 64))) == told
    assert all(
        0 <= each.position.byte <= len(body) for each in told if isinstance(each, Diagnostic)
    )


@given(st.lists(st.sampled_from([*ORDER, "CPS+1", "UNT+3+1", "UNH+2+ORDERS:D:96A:UN", "UNZ+1+77"])))
def test_segments_in_any_order_are_read_without_raising(segments: list[str]) -> None:
    body = one_message("ORDERS", *segments)

    assert list(read(chunked(body, 64))) == list(read(body))
    list(follow(body))


@pytest.mark.parametrize("kind", KINDS)
@given(
    st.lists(st.lists(st.text("ACEIRS0129.,-+:? ", max_size=9), max_size=9).map("+".join)),
    st.sampled_from(["D:96A:UN", "D:01B:UN"]),
)
def test_every_message_is_read_whatever_its_segments_hold(
    kind: str, values: list[str], directory: str
) -> None:
    segments = [f"{tag}+{value}" for tag, value in zip(TAGS, values, strict=False)]

    for each in (segments, [*reversed(segments)]):
        body = one_message(kind, *each, directory=directory)
        assert list(read(chunked(body, 64))) == list(read(body))
        list(follow(body))


def test_a_message_of_a_million_segments_is_passed_over_and_the_next_is_read() -> None:
    def bomb() -> Iterator[bytes]:
        head, _, tail = TWO.partition(b"UNS+S")
        yield head
        for _ in range(1_000):
            yield b"RFF+LI:1'\n" * 1_000
        yield b"UNS+S" + tail

    told = list(read(bomb()))

    assert [each.code for each in told if isinstance(each, Diagnostic)] == [
        "SET_TOO_LARGE",
        "SET_COUNT_WRONG",
    ]
    assert len([each for each in told if isinstance(each, PurchaseOrder)]) == 1


def test_a_message_of_too_many_lines_is_passed_over() -> None:
    lines = [f"LIN+{number}++A:SA'QTY+21:1" for number in range(60_000)]
    body = one_message("ORDERS", *ORDER[:8], *lines, "UNS+S")

    assert codes(body + SOUND) == ["SET_TOO_LARGE", "SET_COUNT_WRONG"]
    assert order_numbers(body + SOUND) == ["PO-1001"]


def test_a_tree_of_ten_thousand_levels_costs_no_stack() -> None:
    nodes = [f"CPS+{number}+{number - 1 or ''}" for number in range(1, 10_001)]
    body = one_message("DESADV", "BGM+351+S-1+9", *nodes)

    (notice,) = documents(body)
    assert isinstance(notice, ShipNotice)
    assert len(notice.nodes) == 32
    assert set(codes(body)) == {"TREE_TOO_DEEP", "FINDINGS_TOO_MANY"}


@pytest.mark.parametrize("filling", [b"X", b"?'", b"?"])
def test_an_element_of_fifty_megabytes_costs_a_segment_and_little_memory(filling: bytes) -> None:
    def bomb() -> Iterator[bytes]:
        head, _, tail = TWO.partition(b"IMD+F")
        yield head + b"IMD+F++:::"
        for _ in range(50):
            yield filling * (MIB // len(filling))
        yield b"'\nIMD+F" + tail

    tracemalloc.start()
    told = list(read(bomb()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [each.code for each in told if isinstance(each, Diagnostic)] == [
        "SEGMENT_OVERSIZED",
        "SET_COUNT_WRONG",
    ]
    assert len([each for each in told if isinstance(each, PurchaseOrder)]) == 1
    assert peak < 8 * MIB


def test_memory_does_not_grow_with_the_file() -> None:
    def peak_of(pieces: int) -> int:
        tracemalloc.start()
        for _ in read(SOUND * 8 for _ in range(pieces)):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert len(SOUND) * 8 * 400 > MIB
    assert max(peak_of(40), peak_of(400)) < MIB // 2


def test_a_control_character_holds_its_line_and_no_other() -> None:
    (order,) = documents(SOUND.replace(b"SUT-001", b"SUT\x00001"))

    assert isinstance(order, PurchaseOrder)
    assert [line.number for line in order.lines] == ["2"]
    assert [line.number for line in order.broken] == ["1"]


@pytest.mark.parametrize("stray", ["\x1b", "\x1c", "\x1d", "\x1e", "\x1f", "\x7f"])
def test_no_value_can_smuggle_a_separator_in(stray: str) -> None:
    body = SOUND.replace(b"SUT-001", f"SUT{stray}LIN{stray}9".encode())

    assert codes(body) == ["CHARACTER_INVALID"]
    assert len(findings(body)) == 1


def test_delimiters_that_change_within_a_message_cost_that_message_and_not_the_next() -> None:
    changed = SOUND[:300] + SOUND[300:].replace(b"+", b"|").replace(b"'", b"!")

    assert order_numbers(changed + SOUND) == ["PO-1001"]
    assert codes(changed + SOUND) != []


@pytest.mark.parametrize("header", [b"UNB+", b"UNA:+.? '", b"UNB*", b"UNH+", b"UNA:+.? 'UNB+"])
def test_headers_without_end_are_passed_over_in_bounded_time(header: bytes) -> None:
    body = header * 20_000

    told = codes(body)
    assert told != []
    assert order_numbers(body + b"'\n" + SOUND) == ["PO-1001"]


def test_a_node_without_an_id_is_not_above_itself() -> None:
    body = one_message("DESADV", "BGM+351+S-1+9", "CPS+", "CPS+2+1")

    (notice,) = documents(body)
    assert isinstance(notice, ShipNotice)
    assert len(notice.nodes) == 2
    assert codes(body) == ["ELEMENT_MISSING", "TREE_PARENT_MISSING"]


@pytest.mark.parametrize(
    "wrong", [(b"UNS+S'", b"UN.+S'"), (b"MOA+204:24'", b"CNT+2:2'MOA+204:24'")]
)
def test_figures_whose_tax_or_charge_belongs_to_a_part_that_has_ended_are_out_of_order(
    wrong: tuple[bytes, bytes],
) -> None:
    body = (INBOUND / "edifact" / "invoice.edi").read_bytes().replace(*wrong)

    found = [each for each in read(body) if isinstance(each, Diagnostic)]

    assert "SEGMENT_OUT_OF_ORDER" in {each.code for each in found}
