"""Segments, elements and components that are not as the message has them, each at its place."""

import pytest

from shared.canonical.diagnostic import Severity
from shared.canonical.purchase_order import PurchaseOrder
from tests.edifact import ORDER, codes, documents, findings, one_message, spots

BGM, DTM, NAD, LIN, PIA = ORDER[0], ORDER[2], ORDER[5], ORDER[8], ORDER[9]
IMD, QTY, PRI, UNS, CNT = ORDER[10], ORDER[11], ORDER[12], ORDER[17], ORDER[18]


def an_order(*changes: tuple[str, str], extra: str = "", after: int = 0) -> bytes:
    """The order of the samples with some segments changed, or one put in behind another."""
    segments = list(ORDER)
    for old, new in changes:
        segments = [new if each == old else each for each in segments]
    if extra:
        segments.insert(after, extra)
    return one_message("ORDERS", *(each for each in segments if each))


def lines_of(body: bytes) -> tuple[list[str], list[str]]:
    """Numbers of the lines that were read, and of those that are held."""
    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    return [line.number for line in order.lines], [line.number for line in order.broken]


@pytest.mark.parametrize(
    ("old", "new", "spot"),
    [
        (BGM, "BGM+2200+PO-1+9", ("VALUE_TOO_LONG", "BGM", 2, 1, 1)),
        (BGM, "BGM+220+PO-1+9+AB+X", ("ELEMENTS_TOO_MANY", "BGM", 2, 5, 0)),
        (DTM, "DTM+2:20260230:102", ("DATE_INVALID", "DTM", 4, 1, 2)),
        (DTM, "DTM+2:202601201530:102", ("DATE_FORMAT_WRONG", "DTM", 4, 1, 3)),
        (DTM, "DTM+:20260120:102", ("ELEMENT_MISSING", "DTM", 4, 1, 1)),
        (DTM, "DTM+2:20260120:102:X", ("COMPONENTS_TOO_MANY", "DTM", 4, 1, 0)),
        (NAD, "NAD+BYER+1::9", ("VALUE_TOO_LONG", "NAD", 7, 1, 0)),
        (NAD, "NAD++1::9", ("ELEMENT_MISSING", "NAD", 7, 1, 0)),
        (NAD, "NAD+BY:X+1::9", ("COMPONENT_UNEXPECTED", "NAD", 7, 1, 0)),
        (LIN, "LIN+1++10614141000018:SRV", ("CHECK_DIGIT_WRONG", "LIN", 10, 3, 1)),
        (PIA, "PIA++A:SA", ("ELEMENT_MISSING", "PIA", 11, 1, 0)),
        (PIA, "PIA+1", ("ELEMENT_MISSING", "PIA", 11, 2, 0)),
        (PIA, f"PIA+1{'+A:SA' * 6}", ("ELEMENTS_TOO_MANY", "PIA", 11, 7, 0)),
        (PIA, "PIA+1+A\x01:SA", ("CHARACTER_INVALID", "PIA", 11, 2, 1)),
        (PIA, "PIA+1+5412345678901:EN", ("CHECK_DIGIT_WRONG", "PIA", 11, 2, 1)),
        (QTY, "QTY+21:ten:BX", ("NUMBER_INVALID", "QTY", 13, 1, 2)),
        (QTY, "QTY+21:1.2.3:BX", ("NUMBER_INVALID", "QTY", 13, 1, 2)),
        (QTY, "QTY+21:1E3:BX", ("NUMBER_INVALID", "QTY", 13, 1, 2)),
        (QTY, "QTY+21:1234567890:BX", ("NUMBER_TOO_LARGE", "QTY", 13, 1, 2)),
        (QTY, "QTY+21", ("ELEMENT_MISSING", "QTY", 13, 1, 2)),
        (QTY, "", ("QUANTITY_MISSING", "LIN", 10, 0, 0)),
        (PRI, "PRI+AAA:x", ("NUMBER_INVALID", "PRI", 14, 1, 2)),
        (UNS, "UNS+X", ("CODE_UNKNOWN", "UNS", 19, 1, 0)),
        (UNS, "", ("SEGMENT_MISSING", "UNS", 20, 0, 0)),
        (BGM, "", ("SEGMENT_MISSING", "BGM", 2, 0, 0)),
        (CNT, "CNT+2:3", ("LINE_COUNT_WRONG", "CNT", 20, 1, 2)),
        (CNT, "CNT+1:15", ("HASH_TOTAL_WRONG", "CNT", 20, 1, 2)),
    ],
)
def test_what_is_wrong_is_found_at_its_place(
    old: str, new: str, spot: tuple[str, str, int, int, int]
) -> None:
    assert spot in spots(an_order((old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (QTY, "QTY+21:10,5:BX"),
        (CNT, "CNT+1:14"),
        (DTM, "DTM+2:202601201530:203"),
        (DTM, "DTM+2:260120:101"),
        (DTM, "DTM+2:20260120-20260122:718"),
        (DTM, "DTM+2:202604:616"),
        (DTM, "DTM+273:14:804"),
        (NAD, "NAD+BY+++SOMEBODY"),
    ],
)
def test_what_the_standard_allows_is_no_finding(old: str, new: str) -> None:
    assert codes(an_order((old, new))) == []


@pytest.mark.parametrize(
    ("extra", "after", "spot"),
    [
        ("ZZZ+1", 3, ("SEGMENT_UNKNOWN", "???", 5, 0, 0)),
        ("NAME OF A PATIENT", 3, ("SEGMENT_UNKNOWN", "???", 5, 0, 0)),
        ("CPS+1", 3, ("SEGMENT_NOT_IN_SET", "CPS", 5, 0, 0)),
        ("FTX+AAI+++LATE", 8, ("SEGMENT_OUT_OF_ORDER", "FTX", 10, 0, 0)),
        ("PRI+AAA:1", 1, ("DETAIL_MISPLACED", "PRI", 3, 0, 0)),
        ("BGM+220+PO-2+9", 1, ("SEGMENT_TOO_OFTEN", "BGM", 3, 0, 0)),
    ],
)
def test_a_segment_that_may_not_stand_where_it_stands_is_found(
    extra: str, after: int, spot: tuple[str, str, int, int, int]
) -> None:
    assert spots(an_order(extra=extra, after=after)) == [spot]


def test_a_line_amount_behind_the_price_is_not_taken_for_the_total() -> None:
    body = an_order(extra="MOA+203:125", after=13)

    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    assert spots(body) == [("SEGMENT_OUT_OF_ORDER", "MOA", 15, 0, 0)]
    assert (order.head.total, len(order.lines)) == (None, 2)


def test_a_segment_that_comes_too_often_is_found_once() -> None:
    body = one_message("ORDERS", *ORDER[:2], *["DTM+64:20260121:102"] * 40, *ORDER[2:])

    assert spots(body) == [("SEGMENT_TOO_OFTEN", "DTM", 38, 0, 0)]


def test_a_group_that_comes_too_often_is_found_once() -> None:
    body = one_message("ORDERS", *ORDER[:8], *["PAT+1++5:3:D:30"] * 12, *ORDER[8:])

    assert spots(body) == [("LOOP_TOO_OFTEN", "PAT", 20, 0, 0)]


def test_a_wrong_line_is_held_and_the_others_are_read() -> None:
    body = an_order((QTY, "QTY+21:ten:BX"))

    assert lines_of(body) == (["2"], ["1"])
    assert [found.severity for found in findings(body)] == [Severity.LINE]
    assert [found.position.byte for found in findings(body)] == [body.index(b"21:ten")]


def test_a_wrong_head_is_told_beside_the_lines() -> None:
    assert lines_of(an_order((DTM, "DTM+2:20261301:102"))) == (["1", "2"], [""])


def test_an_order_without_a_number_is_no_order() -> None:
    body = an_order((BGM, "BGM+220++9"))

    assert documents(body) == []
    assert codes(body) == ["DOCUMENT_UNIDENTIFIED"]


def test_a_sub_line_is_noted_and_not_carried() -> None:
    body = an_order(extra="LIN+1.1++A:SA+1:1", after=13)

    assert codes(body) == ["SUBLINE_UNREAD", "LINE_COUNT_WRONG"]
    assert lines_of(body) == (["1", "2"], [])


@pytest.mark.parametrize(
    ("directory", "code"), [("D:96A:UN", ["VALUE_TOO_LONG"]), ("D:01B:UN", [])]
)
def test_lengths_are_those_of_the_directory(directory: str, code: list[str]) -> None:
    segments = [each.replace("C-77", "C" * 60) for each in ORDER]

    assert codes(one_message("ORDERS", *segments, directory=directory)) == code


def test_no_more_is_told_of_one_message_than_people_can_read() -> None:
    body = one_message("ORDERS", *ORDER[:2], *["ZZZ+1"] * 5_000, *ORDER[2:])

    told = codes(body)
    assert told.count("SEGMENT_UNKNOWN") == 500
    assert told[-1] == "FINDINGS_TOO_MANY"
    assert findings(body)[-1].value == "4500 more"
