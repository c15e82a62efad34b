"""Bytes that nobody should send: bounded memory, what is wrong is said, the rest is still read."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.purchase_order import PurchaseOrder
from shared.canonical.ship_notice import ShipNotice
from shared.formats.x12.reader import follow, read
from tests.x12 import ORDER, a_set, an_interchange, chunked, codes, documents, findings, one_set

SOUND = one_set("850", *ORDER)
TWO = an_interchange(a_set("850", *ORDER), a_set("850", *ORDER, control="0002"))
MIB = 1024 * 1024
CHARACTERS = st.sampled_from("*>~ISAGTEB0159\n\r^:\x00\x1d\x1f\xc3\xffPO1")


def order_numbers(body: bytes) -> list[str]:
    return [each.head.number for each in documents(body) if isinstance(each, PurchaseOrder)]


def test_a_file_cut_at_any_byte_reads_without_raising_and_says_so() -> None:
    for end in range(len(TWO) - 1):
        cut = TWO[:end]
        told = list(read(cut))
        assert not cut.strip() or any(isinstance(each, Diagnostic) for each in told), end
        whole = [each for each in told if isinstance(each, PurchaseOrder)]
        assert len(whole) == cut.count(b"SE*12*000" + b"1~") + cut.count(b"SE*12*0002~")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_raising(body: bytes) -> None:
    for each in (body, SOUND[:106] + body, SOUND[:240] + body, SOUND[:240] + body + SOUND[240:]):
        assert list(read(chunked(each, 7))) == list(read(each))
        list(follow(each))


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), CHARACTERS), max_size=8))
def test_any_damage_to_a_sound_file_is_read_without_raising(damage: list[tuple[int, str]]) -> None:
    body = bytearray(SOUND)
    for place, character in damage:
        body[place : place + 1] = character.encode("latin-1", "replace")
    told = list(read(bytes(body)))

    assert list(read(chunked(bytes(body), 64))) == told
    assert all(
        0 <= each.position.byte <= len(body) for each in told if isinstance(each, Diagnostic)
    )


@given(st.lists(st.sampled_from([*ORDER, "HL*1**S", "SE*3*0001", "ST*850*0002", "GE*1*1"])))
def test_segments_in_any_order_are_read_without_raising(segments: list[str]) -> None:
    body = one_set("850", *segments)

    assert list(read(chunked(body, 64))) == list(read(body))
    list(follow(body))


@pytest.mark.parametrize("kind", ["810", "820", "832", "846", "855", "856", "860", "997", "999"])
@given(
    st.lists(st.lists(st.text("ACEIRS019.-*> ", max_size=9), max_size=9).map("*".join), max_size=20)
)
def test_every_set_is_read_whatever_its_segments_hold(kind: str, values: list[str]) -> None:
    tags = (
        "BIG",
        "IT1",
        "TDS",
        "BPR",
        "RMR",
        "ADX",
        "LIN",
        "CTP",
        "QTY",
        "UIT",
        "HL",
        "SN1",
        "PRF",
    )
    more = (
        "PO1",
        "POC",
        "ACK",
        "SCH",
        "AK1",
        "AK2",
        "AK3",
        "AK4",
        "AK5",
        "AK9",
        "IK4",
        "CTT",
        "N1",
    )
    segments = [f"{tag}*{value}" for tag, value in zip((*tags, *more), values, strict=False)]

    for body in (one_set(kind, *segments), one_set(kind, *reversed(segments))):
        assert list(read(chunked(body, 64))) == list(read(body))
        list(follow(body))


def test_a_set_of_a_million_segments_is_passed_over_and_the_next_is_read() -> None:
    def bomb() -> Iterator[bytes]:
        head, _, tail = TWO.partition(b"CTT*2*14")
        yield head
        for _ in range(1_000):
            yield b"REF*LI*1~\n" * 1_000
        yield b"CTT*2*14" + tail

    told = list(read(bomb()))

    assert [each.code for each in told if isinstance(each, Diagnostic)] == [
        "SET_TOO_LARGE",
        "SET_COUNT_WRONG",
    ]
    assert len([each for each in told if isinstance(each, PurchaseOrder)]) == 1


def test_a_set_of_too_many_lines_is_passed_over() -> None:
    lines = [f"PO1*{number}*1*EA*1**VN*A" for number in range(60_000)]
    body = one_set("850", *ORDER[:6], *lines, "CTT*60000")

    assert codes(body + SOUND) == ["SET_TOO_LARGE"]
    assert order_numbers(body + SOUND) == ["PO-1001"]


def test_a_tree_of_ten_thousand_levels_costs_no_stack() -> None:
    nodes = [f"HL*{n}*{n - 1 or ''}*{'S' if n == 1 else 'P'}" for n in range(1, 10_001)]
    body = one_set("856", "BSN*00*S-1*20260115*1200", *nodes, "CTT*10000")

    (notice,) = documents(body)
    assert isinstance(notice, ShipNotice)
    assert len(notice.nodes) == 32
    assert set(codes(body)) == {"TREE_TOO_DEEP", "FINDINGS_TOO_MANY"}


def test_an_element_of_fifty_megabytes_costs_a_segment_and_little_memory() -> None:
    def bomb() -> Iterator[bytes]:
        head, _, tail = TWO.partition(b"PID*F")
        yield head + b"PID*F****"
        for _ in range(50):
            yield b"X" * MIB
        yield b"~\nPID*F" + tail

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
    body = SOUND.replace(b"SUT-001", f"SUT{stray}PO1{stray}9".encode())

    assert codes(body) == ["CHARACTER_INVALID"]
    assert len(findings(body)) == 1


def test_delimiters_that_change_within_a_set_cost_that_set_and_not_the_next() -> None:
    changed = SOUND[:300] + SOUND[300:].replace(b"*", b"|").replace(b"~", b"!")

    assert order_numbers(changed + SOUND) == ["PO-1001"]
    assert codes(changed + SOUND) != []


def test_headers_without_end_are_passed_over_in_one_go() -> None:
    body = b"ISA*00*" * 20_000

    assert set(codes(body)) <= {"HEADER_UNREADABLE", "OUTSIDE_INTERCHANGE", "FINDINGS_TOO_MANY"}
    assert order_numbers(body + b"~\n" + SOUND) == ["PO-1001"]


@pytest.mark.parametrize("stated", [b"\xb2", b"1" * 5_000, b"\xb9" * 30])
@pytest.mark.parametrize("trailer", [b"SE*12*0001", b"GE*1*1", b"IEA*1*000000001"])
def test_a_trailer_may_state_any_bytes_for_a_number(trailer: bytes, stated: bytes) -> None:
    tag, count, control = trailer.split(b"*")
    level = {b"SE": "SET", b"GE": "GROUP", b"IEA": "INTERCHANGE"}[tag]

    other_control = SOUND.replace(trailer, b"*".join((tag, count, stated)))
    other_count = SOUND.replace(trailer, b"*".join((tag, stated, control)))
    assert f"{level}_CONTROL_MISMATCH" in codes(other_control)
    assert f"{level}_COUNT_WRONG" in codes(other_count)


def test_a_node_without_an_id_is_not_above_itself() -> None:
    body = one_set("856", "BSN*00*S-1*20260115*1200", "HL***S", "HL*2*1*O", "CTT*2")

    (notice,) = documents(body)
    assert isinstance(notice, ShipNotice)
    assert len(notice.nodes) == 2
    assert codes(body) == ["ELEMENT_MISSING", "TREE_PARENT_MISSING"]
