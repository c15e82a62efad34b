"""Segments and elements that are not as the set has them, each found at its place."""

import pytest

from shared.canonical.diagnostic import Severity
from shared.canonical.invoice import Invoice
from shared.canonical.purchase_order import PurchaseOrder
from shared.formats.edi.bounds import SOUND_LIMIT
from shared.formats.edi.handling import sound
from shared.formats.edi.tables import Element
from shared.formats.x12.profile import PartnerProfile
from tests.x12 import ORDER, codes, documents, findings, one_set, spots


def an_order(*changes: tuple[str, str], extra: str = "", after: int = 0) -> bytes:
    """The order of the samples with some segments changed, or one put in behind another."""
    segments = list(ORDER)
    for old, new in changes:
        segments = [new if each == old else each for each in segments]
    if extra:
        segments.insert(after, extra)
    return one_set("850", *(each for each in segments if each))


def lines_of(body: bytes) -> tuple[list[str], list[str]]:
    """Numbers of the lines that were read, and of those that are held."""
    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    return [line.number for line in order.lines], [line.number for line in order.broken]


PO1, BEG, REF, DTM, N1, PID = ORDER[6], ORDER[0], ORDER[1], ORDER[2], ORDER[3], ORDER[7]


@pytest.mark.parametrize(
    ("old", "new", "spot"),
    [
        (BEG, "BEG*00*SA*PO-1**", ("ELEMENT_MISSING", "BEG", 2, 5, 0)),
        (BEG, "BEG*0*SA*PO-1**20260115", ("VALUE_TOO_SHORT", "BEG", 2, 1, 0)),
        (BEG, f"BEG*00*SA*{'P' * 23}**20260115", ("VALUE_TOO_LONG", "BEG", 2, 3, 0)),
        (BEG, "BEG*00*SA*PO-1**20260230", ("DATE_INVALID", "BEG", 2, 5, 0)),
        (BEG, "BEG*00*SA*PO-1**20280229", ("", "", 0, 0, 0)),
        (DTM, "DTM*002*20260230", ("DATE_INVALID", "DTM", 4, 2, 0)),
        (DTM, "DTM*002*20261320", ("DATE_INVALID", "DTM", 4, 2, 0)),
        (DTM, "DTM*002*20260120*2460", ("TIME_INVALID", "DTM", 4, 3, 0)),
        (DTM, "DTM*002", ("ELEMENT_CONDITIONAL_MISSING", "DTM", 4, 2, 0)),
        (REF, "REF*DP", ("ELEMENT_CONDITIONAL_MISSING", "REF", 3, 2, 0)),
        (REF, "REF*DP*OR***X", ("ELEMENTS_TOO_MANY", "REF", 3, 5, 0)),
        (REF, "REF*DP*O>R", ("COMPONENT_UNEXPECTED", "REF", 3, 2, 0)),
        (REF, "REF*DP*O\x01R", ("CHARACTER_INVALID", "REF", 3, 2, 0)),
        (REF, "REF*DP**X*PO", ("ELEMENT_MISSING", "REF", 3, 4, 2)),
        (REF, "REF*DP**X*PO>1>AB>2>CD>3>E", ("COMPONENTS_TOO_MANY", "REF", 3, 4, 0)),
        (REF, "REF*DP**X*P>1", ("VALUE_TOO_SHORT", "REF", 3, 4, 1)),
        (PO1, "PO1*1*ten*BX*12.5*PE*VN*S", ("NUMBER_INVALID", "PO1", 8, 2, 0)),
        (PO1, "PO1*1*1.2.3*BX*12.5*PE*VN*S", ("NUMBER_INVALID", "PO1", 8, 2, 0)),
        (PO1, "PO1*1*1E3*BX*12.5*PE*VN*S", ("NUMBER_INVALID", "PO1", 8, 2, 0)),
        (PO1, "PO1*1*1234567890123456*BX*1**VN*S", ("VALUE_TOO_LONG", "PO1", 8, 2, 0)),
        (PO1, "PO1*1*1234567890*BX*1**VN*S", ("NUMBER_TOO_LARGE", "PO1", 8, 2, 0)),
        (PO1, "PO1*1**BX*1**VN*S", ("QUANTITY_MISSING", "PO1", 8, 2, 0)),
        (PO1, "PO1*1*1*BX*1**VN", ("ELEMENT_CONDITIONAL_MISSING", "PO1", 8, 7, 0)),
        (PO1, "PO1*1*1*BX*1**UP*000000000000*UP*1", ("CHECK_DIGIT_WRONG", "PO1", 8, 9, 0)),
        (PID, "PID*Q****SUTURE", ("CODE_UNKNOWN", "PID", 9, 1, 0)),
        (N1, "N1*ST**92*DOCK-1", ("", "", 0, 0, 0)),
        (N1, "N1*ST*NORTH*92", ("ELEMENT_CONDITIONAL_MISSING", "N1", 5, 4, 0)),
        (BEG, "", ("SEGMENT_MISSING", "BEG", 2, 0, 0)),
    ],
)
def test_an_element_that_is_wrong_is_found_at_its_place(
    old: str, new: str, spot: tuple[str, str, int, int, int]
) -> None:
    found = spots(an_order((old, new)))

    assert spot in [*found, ("", "", 0, 0, 0)]
    assert bool(found) is bool(spot[0])


@pytest.mark.parametrize(
    ("extra", "after", "spot"),
    [
        ("ZZZ*1", 3, ("SEGMENT_UNKNOWN", "???", 5, 0, 0)),
        ("NAME OF A PATIENT", 3, ("SEGMENT_UNKNOWN", "???", 5, 0, 0)),
        ("HL*1**S", 3, ("SEGMENT_NOT_IN_SET", "HL", 5, 0, 0)),
        ("CUR*BY*USD", 3, ("SEGMENT_OUT_OF_ORDER", "CUR", 5, 0, 0)),
        ("N4*CITY", 1, ("DETAIL_MISPLACED", "N4", 3, 0, 0)),
        ("BEG*00*SA*PO-2**20260115", 1, ("SEGMENT_TOO_OFTEN", "BEG", 3, 0, 0)),
    ],
)
def test_a_segment_that_may_not_stand_where_it_stands_is_found(
    extra: str, after: int, spot: tuple[str, str, int, int, int]
) -> None:
    assert spots(an_order(extra=extra, after=after))[0] == spot


def test_a_segment_that_comes_too_often_is_found_once() -> None:
    body = one_set("850", *ORDER[:3], *["DTM*010*20260121"] * 12, *ORDER[3:])

    assert spots(body) == [("SEGMENT_TOO_OFTEN", "DTM", 14, 0, 0)]


def test_a_loop_that_comes_too_often_is_found_once() -> None:
    body = one_set("850", *ORDER[:7], *["SAC*C*D240***1000"] * 27, *ORDER[7:])

    assert [each for each in spots(body) if each[0] == "LOOP_TOO_OFTEN"] == [
        ("LOOP_TOO_OFTEN", "SAC", 34, 0, 0)
    ]


def test_a_detail_out_of_order_is_read_all_the_same() -> None:
    body = one_set("850", *ORDER[:7], "REF*LI*7", "PID*F****LATE", *ORDER[8:])

    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    assert codes(body) == ["SEGMENT_OUT_OF_ORDER"]
    assert order.lines[0].description == "LATE"


def test_a_wrong_line_is_held_and_the_others_are_read() -> None:
    body = an_order((PO1, "PO1*1*ten*BX*12.5*PE*VN*SUT-001"))

    assert lines_of(body) == (["2"], ["1"])
    assert [found.severity for found in findings(body)] == [Severity.LINE]


def test_a_wrong_detail_holds_its_own_line() -> None:
    body = an_order((PID, "DTM*002*20261301"))

    assert lines_of(body) == (["2"], ["1"])


def test_a_wrong_head_is_told_beside_the_lines() -> None:
    assert lines_of(an_order((DTM, "DTM*002*20261301"))) == (["1", "2"], [""])


def test_an_order_without_a_number_is_no_order() -> None:
    body = an_order((BEG, "BEG*00*SA***20260115"))

    assert documents(body) == []
    assert codes(body) == ["ELEMENT_MISSING", "DOCUMENT_UNIDENTIFIED"]


@pytest.mark.parametrize(
    ("total", "code"),
    [
        ("CTT*3*14", "LINE_COUNT_WRONG"),
        ("CTT*2*15", "HASH_TOTAL_WRONG"),
        ("CTT*2*14.0", ""),
        ("CTT*2", ""),
    ],
)
def test_totals_are_checked_against_what_came(total: str, code: str) -> None:
    body = an_order(("CTT*2*14", total))

    assert codes(body) == ([code] if code else [])
    assert lines_of(body) == (["1", "2"], [])


def test_two_lines_of_one_number_are_found() -> None:
    body = an_order((ORDER[8], "PO1*1*4*EA*250*PE*VN*CTR-001"))

    assert spots(body) == [("LINE_NUMBER_REPEATED", "PO1", 10, 1, 0)]
    assert lines_of(body) == (["1", "1"], [])


def test_a_code_that_the_partner_added_is_known() -> None:
    body = an_order((PID, "PID*Q****SUTURE"))
    partner = PartnerProfile(name="partner", element_codes={"349": ("Q",)})

    assert codes(body) == ["CODE_UNKNOWN"]
    assert codes(body, partner) == []


@pytest.mark.parametrize(("version", "code"), [("004010", ["VALUE_TOO_LONG"]), ("005010", [])])
def test_lengths_are_those_of_the_version(version: str, code: list[str]) -> None:
    body = one_set("850", BEG, f"REF*DP*{'R' * 40}", *ORDER[2:], version=version)

    assert codes(body) == code


def test_values_beyond_ascii_are_read_as_utf8_or_guessed() -> None:
    utf8 = an_order((PID, "PID*F****NÄHT – 3"))
    latin1 = utf8.decode().replace("–", "-").encode("latin-1")

    for body, said, code in ((utf8, "NÄHT – 3", []), (latin1, "NÄHT - 3", ["CHARSET_GUESSED"])):
        (order,) = documents(body)
        assert isinstance(order, PurchaseOrder)
        assert order.lines[0].description == said
        assert codes(body) == code


def test_no_more_is_told_of_one_set_than_people_can_read() -> None:
    body = one_set("850", *ORDER[:2], *["ZZZ*1"] * 5_000, *ORDER[2:])

    told = codes(body)
    assert told.count("SEGMENT_UNKNOWN") == 500
    assert told[-1] == "FINDINGS_TOO_MANY"
    assert findings(body)[-1].value == "4500 more"


def test_a_line_whose_item_was_met_before_is_checked_all_the_same() -> None:
    item = "EA*2.5*PE*VN*S-1"
    lines = [f"PO1*1*10*{item}", f"PO1*2*20*{item}", f"PO1*3*ten*{item}", f"PO1*4**{item}"]
    lines += [f"PO1*{'5' * 21}*10*{item}", f"PO1*6*1234567890*{item}", f"PO1**10*{item}"]
    body = one_set("850", *ORDER[:6], *lines, "CTT*7")

    for _ in range(2):
        assert sorted(spots(body), key=lambda spot: spot[2]) == [
            ("NUMBER_INVALID", "PO1", 10, 2, 0),
            ("ELEMENT_CONDITIONAL_MISSING", "PO1", 11, 2, 0),
            ("QUANTITY_MISSING", "PO1", 11, 2, 0),
            ("VALUE_TOO_LONG", "PO1", 12, 1, 0),
            ("NUMBER_TOO_LARGE", "PO1", 13, 2, 0),
            ("QUANTITY_MISSING", "PO1", 13, 2, 0),
        ]
        assert lines_of(body)[1] == ["3", "4", "6"]


def test_what_is_kept_of_items_is_bounded() -> None:
    kept = sound(Element("234", "AN", 1, 48), str.lower)
    for number in range(SOUND_LIMIT + 1):
        assert kept[f"S-{number}"] == f"s-{number}"

    assert dict(kept) == {f"S-{SOUND_LIMIT}": f"s-{SOUND_LIMIT}"}


def test_what_is_not_sound_is_not_kept() -> None:
    kept = sound(Element("355", "ID", 2, 2, frozenset({"EA"})))

    for text in ("", "XX", "EA\x1d"):
        with pytest.raises(KeyError):
            kept[text]
    assert dict(kept) == {}


def test_what_is_out_of_order_may_meet_a_line_that_has_no_place_for_it() -> None:
    line = "IT1*1*5*EA*2.50*PE*VN*S-1"
    body = one_set("810", "BIG*20260307*INV1", line, "AMT*1*12.5", "ITD*01*3", "CTT*1")

    assert codes(body) == ["SEGMENT_MISSING", "SEGMENT_OUT_OF_ORDER"]
    (invoice,) = documents(body)
    assert isinstance(invoice, Invoice)
    assert [each.number for each in invoice.lines] == ["1"]


def test_a_line_has_room_for_ten_names_of_its_item() -> None:
    ten, eleven = (f"PO1*1*10*EA*2.5*PE{'*VN*S-1' * count}" for count in (10, 11))

    for _ in range(2):
        assert spots(one_set("850", *ORDER[:6], ten, "CTT*1")) == []
        assert spots(one_set("850", *ORDER[:6], eleven, "CTT*1")) == [
            ("ELEMENTS_TOO_MANY", "PO1", 8, 26, 0)
        ]
