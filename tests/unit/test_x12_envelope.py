"""Envelopes as partners write them: delimiters, padding, line ends, counts and control numbers."""

import io

import pytest

from shared.canonical.acknowledgement import InterchangeAcknowledgement
from shared.canonical.diagnostic import Severity
from shared.canonical.purchase_order import PurchaseOrder
from shared.canonical.trade import Origin
from shared.formats.edi.positions import EdiPosition
from shared.formats.x12.profile import PartnerProfile
from tests.x12 import ORDER, a_set, an_interchange, chunked, codes, documents, findings, one_set

SOUND = one_set("850", *ORDER)


def orders(body: bytes) -> list[str]:
    return [each.head.number for each in documents(body) if isinstance(each, PurchaseOrder)]


def order_in(body: bytes) -> PurchaseOrder:
    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    return order


def test_a_sound_order_is_read_without_a_finding() -> None:
    order = order_in(SOUND)

    assert codes(SOUND) == []
    assert order.origin == Origin(
        format="X12",
        kind="850",
        version="004010",
        sender="SUPPLIER1",
        receiver="HOSPITAL1",
        interchange="000000001",
        group="1",
        control="0001",
        sent_on="260115",
        byte=SOUND.index(b"ST*850"),
    )
    assert [(line.number, line.byte) for line in order.lines] == [
        ("1", SOUND.index(b"PO1*1")),
        ("2", SOUND.index(b"PO1*2")),
    ]


@pytest.mark.parametrize("delimiters", ["*>~", "|:\n", "^<\r", "\x1d\x1f\x1c", "+:'", "\x1f\x1d~"])
@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "  \r\n\t"])
def test_delimiters_are_read_off_the_header_and_never_assumed(
    delimiters: str, line_end: str
) -> None:
    if delimiters[2] in line_end:
        line_end = ""
    body = one_set("850", *ORDER, delimiters=delimiters, line_end=line_end)

    assert codes(body) == []
    assert order_in(body) == order_in(SOUND)


def test_several_interchanges_with_different_delimiters_stand_in_one_file() -> None:
    body = b"".join(
        one_set("850", f"BEG*00*SA*{number}**20260115", *ORDER[1:], delimiters=delimiters)
        for number, delimiters in (("A", "*>~"), ("B", "|:^"), ("C", "*>~"), ("D", "\x1d\x1f\n"))
    )

    assert orders(body) == ["A", "B", "C", "D"]
    assert codes(body) == []


def test_a_byte_order_mark_is_passed_over() -> None:
    body = b"\xef\xbb\xbf" + SOUND

    assert codes(body) == []
    assert order_in(body).lines[0].byte == body.index(b"PO1*1")


def test_a_header_that_is_not_padded_is_read() -> None:
    body = SOUND.replace(b"SUPPLIER1      ", b"SUPPLIER1").replace(b"          ", b"")

    assert orders(body) == ["PO-1001"]
    assert codes(body) == []


def test_a_header_without_component_separator_is_read_and_noted() -> None:
    body = SOUND.replace(b"*P*>~", b"*P*~")

    assert orders(body) == ["PO-1001"]
    assert codes(body) == ["COMPONENT_SEPARATOR_MISSING"]


def test_lines_broken_at_a_width_are_put_together() -> None:
    flat = one_set("850", *ORDER, line_end="")
    head, body = flat[:106], flat[106:]
    broken = head + b"\r\n".join(chunked(body, 40))

    assert order_in(broken) == order_in(SOUND)
    assert set(codes(broken)) == {"SEGMENT_WRAPPED"}


def test_a_repetition_separator_is_one_only_since_00402() -> None:
    order = ("BEG*00*SA*PO-U1**20260115", *ORDER[1:])
    newer = one_set("850", *order, version="005010").replace(b"*U*00401*", b"*^*00501*")

    assert orders(one_set("850", *order)) == ["PO-U1"]
    assert orders(newer) == ["PO-U1"]
    assert codes(newer.replace(b"SUTURE 3", b"SUTURE^3")) == ["REPETITION_UNEXPECTED"]
    assert order_in(newer.replace(b"SUTURE 3", b"SUTURE^3")).lines[0].description == "SUTURE^3-0"


@pytest.mark.parametrize(
    ("old", "new", "code", "is_read"),
    [
        (b"SE*12*0001", b"SE*13*0001", "SET_COUNT_WRONG", False),
        (b"SE*12*0001", b"SE*12*0002", "SET_CONTROL_MISMATCH", False),
        (b"SE*12*0001", b"SE*12*1", "CONTROL_NUMBER_PADDED", True),
        (b"SE*12*0001~\n", b"", "SET_TRAILER_MISSING", False),
        (b"ST*850*0001", b"ST*850", "SET_HEADER_INVALID", False),
        (b"ST*850*0001", b"ST*940*0001", "SET_UNSUPPORTED", False),
        (b"GE*1*1", b"GE*2*1", "GROUP_COUNT_WRONG", True),
        (b"GE*1*1", b"GE*1*7", "GROUP_CONTROL_MISMATCH", True),
        (b"GE*1*1~\n", b"", "GROUP_TRAILER_MISSING", True),
        (b"GS*PO", b"GS*PR", "GROUP_FUNCTION_WRONG", True),
        (b"*1*X*004010", b"*1*X*003010", "VERSION_UNSUPPORTED", True),
        (b"*1*X*004010", b"*1*X*004010VICS", "", True),
        (b"*1*X*004010", b"**X*004010", "GROUP_HEADER_INVALID", True),
        (b"IEA*1*000000001", b"IEA*2*000000001", "INTERCHANGE_COUNT_WRONG", True),
        (b"IEA*1*000000001", b"IEA*1*000000009", "INTERCHANGE_CONTROL_MISMATCH", True),
        (b"IEA*1*000000001", b"IEA*1*1", "CONTROL_NUMBER_PADDED", True),
        (b"IEA*1*000000001~\n", b"", "INTERCHANGE_TRAILER_MISSING", True),
        (b"IEA*1*000000001~\n", b"IEA*1*000000001", "END_UNTERMINATED", True),
        (b"IEA*1*000000001~\n", b"IEA*1*000000001~\nBYE\n", "OUTSIDE_INTERCHANGE", True),
        (b"GE*1*1", b"XX*1~\nGE*1*1", "SEGMENT_OUTSIDE_SET", True),
    ],
)
def test_what_is_wrong_with_an_envelope_is_said(
    old: bytes, new: bytes, code: str, *, is_read: bool
) -> None:
    body = SOUND.replace(old, new)

    assert code in [*codes(body), ""]
    assert bool(orders(body)) is is_read


def test_two_sets_of_one_number_are_not_both_read() -> None:
    body = an_interchange(a_set("850", *ORDER), a_set("850", *ORDER))

    assert codes(body) == ["SET_CONTROL_REPEATED"]
    assert len(orders(body)) == 1


def test_a_set_outside_a_group_is_read_and_noted() -> None:
    lines = SOUND.decode().split("~\n")
    body = "~\n".join(line for line in lines if line[:2] not in ("GS", "GE")).encode()

    assert "SET_OUTSIDE_GROUP" in codes(body)
    assert orders(body) == ["PO-1001"]


def test_a_file_that_is_cut_in_a_set_keeps_the_sets_before() -> None:
    whole = an_interchange(a_set("850", *ORDER), a_set("850", *ORDER, control="0002"))
    body = whole[: whole.rindex(b"PO1*2") + 9]

    assert orders(body) == ["PO-1001"]
    assert codes(body) == [
        "SEGMENT_CUT",
        "SET_TRAILER_MISSING",
        "GROUP_TRAILER_MISSING",
        "INTERCHANGE_TRAILER_MISSING",
    ]


def test_an_interchange_that_is_cut_does_not_swallow_the_next() -> None:
    cut = SOUND[: SOUND.index(b"PO1*2") + 9]

    for following in (SOUND, b"\n" + SOUND):
        assert orders(cut + following) == ["PO-1001"]
        assert "SET_TRAILER_MISSING" in codes(cut + following)


def test_a_text_that_looks_like_a_header_begins_no_interchange() -> None:
    inner = one_set("850", *ORDER, delimiters="|:^", line_end="").decode()
    body = one_set("850", *ORDER[:6], ORDER[6], f"PID*F****{inner[:80]}", *ORDER[8:])

    assert orders(body) == ["PO-1001"]
    assert len({found.position.interchange for found in findings(body)}) <= 1  # type: ignore[attr-defined]


def test_an_interchange_acknowledgement_is_read_where_it_stands() -> None:
    body = SOUND.replace(b"GS*PO", b"TA1*000000017*260114*0930*A*000~\nGS*PO")

    answer, _ = documents(body)
    assert answer == InterchangeAcknowledgement(
        interchange="000000017", sent_on="260114", sent_at="0930", verdict="accepted", code="000"
    )


def test_positions_name_interchange_group_set_segment_element_and_byte() -> None:
    body = SOUND + one_set("850", *ORDER).replace(b"*20260120", b"*20261320")

    (found,) = findings(body)
    assert found.code == "DATE_INVALID"
    assert found.severity is Severity.LINE
    assert found.value == "99999999"
    assert found.position == EdiPosition(
        segment="DTM",
        occurrence=0,
        field=2,
        byte=body.index(b"20261320"),
        interchange=2,
        group=1,
        set=1,
        ordinal=4,
    )
    assert str(found.position).startswith("2/1/1 DTM[4]-2 @ byte ")


def test_what_a_partner_is_tolerated_for_costs_nothing() -> None:
    body = SOUND.replace(b"SE*12*0001", b"SE*13*0001")
    tolerant = PartnerProfile(name="tolerant", tolerated=frozenset({"SET_COUNT_WRONG"}))

    assert documents(body) == []
    assert len(documents(body, tolerant)) == 1
    assert [each.severity for each in findings(body, tolerant)] == [Severity.NOTE]


@pytest.mark.parametrize("size", [1, 7, 106, 4096])
def test_a_file_reads_the_same_however_it_arrives(size: int) -> None:
    body = SOUND + one_set("850", *ORDER, delimiters="|:^") + SOUND[:300]

    assert documents(chunked(body, size)) == documents(body)
    assert findings(chunked(body, size)) == findings(body)
    assert findings(io.BytesIO(body)) == findings(body)


def test_places_stay_the_files_own_behind_a_set_that_is_cut_among_uneven_lines() -> None:
    first, second = a_set("850", *ORDER)[:-1], a_set("850", *ORDER, control="0002")
    body = an_interchange(first, second).replace(b"REF*DP*OR~\n", b"REF*DP*OR~\n\n", 1)

    (order,) = [each for each in documents(body) if isinstance(each, PurchaseOrder)]

    assert order.origin is not None
    assert order.origin.byte == body.index(b"ST*850*0002")
    assert order.lines[0].byte == body.index(b"PO1*1", order.origin.byte)


def test_a_stray_segment_is_told_the_same_whatever_the_lines_around_it() -> None:
    even = an_interchange(["XYZ*12"], a_set("850", *ORDER))
    uneven = even.replace(b"REF*DP*OR~\n", b"REF*DP*OR~\n\n", 1)

    told = [[(found.code, found.value) for found in findings(body)] for body in (even, uneven)]

    assert told[0] == told[1]
    assert told[0][0][0] == "SEGMENT_OUTSIDE_SET"
