"""Envelopes as partners write them: UNA, release, charsets, line ends, counts and references."""

import io

import pytest

from shared.canonical.diagnostic import Severity
from shared.canonical.purchase_order import PurchaseOrder
from shared.canonical.trade import Origin
from tests.edifact import (
    ORDER,
    UNA,
    a_message,
    an_interchange,
    codes,
    documents,
    findings,
    one_message,
)
from tests.x12 import chunked

SOUND = one_message("ORDERS", *ORDER)
FTX, IMD = ORDER[3], ORDER[10]


def orders(body: bytes) -> list[str]:
    return [each.head.number for each in documents(body) if isinstance(each, PurchaseOrder)]


def order_in(body: bytes) -> PurchaseOrder:
    (order,) = documents(body)
    assert isinstance(order, PurchaseOrder)
    return order


def with_text(text: str, **options: str) -> bytes:
    """The order of the samples with another text in its head."""
    said = [each.replace("DELIVER TO THEATRE", text) for each in ORDER]
    return one_message("ORDERS", *said, **options)


def test_a_sound_order_is_read_without_a_finding() -> None:
    order = order_in(SOUND)

    assert codes(SOUND) == []
    assert order.origin == Origin(
        format="EDIFACT",
        kind="ORDERS",
        version="D.96A",
        sender="SUPPLIER1",
        receiver="HOSPITAL1",
        interchange="77",
        group="",
        control="1",
        sent_on="260115",
        byte=SOUND.index(b"UNH+1"),
    )
    assert [(line.number, line.byte) for line in order.lines] == [
        ("1", SOUND.index(b"LIN+1")),
        ("2", SOUND.index(b"LIN+2")),
    ]


@pytest.mark.parametrize(
    "una", [UNA, "", "UNA=*.? ~", "UNA:+,? '", "UNA;|.! \n", "UNA\x1f\x1d.  \x1c"]
)
@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "  \r\n\t"])
def test_delimiters_are_those_of_the_service_string(una: str, line_end: str) -> None:
    body = one_message("ORDERS", *ORDER, una=una, line_end="" if una[8:9] == "\n" else line_end)

    assert codes(body) == []
    assert order_in(body) == order_in(SOUND)


def test_the_control_characters_of_level_b_need_no_service_string() -> None:
    body = one_message("ORDERS", *ORDER, una="UNA\x1f\x1d.  \x1c", charset="UNOB:3")

    assert codes(body[10:]) == []
    assert order_in(body[10:]) == order_in(SOUND)


def test_unusual_delimiters_without_a_service_string_are_guessed_and_noted() -> None:
    body = one_message("ORDERS", *ORDER, una="UNA=*.? ~")[10:]

    assert codes(body) == ["SERVICE_STRING_MISSING"]
    assert order_in(body) == order_in(SOUND)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("CALL 0?+49", "CALL 0+49"),
        ("O?'NEILL", "O'NEILL"),
        ("WHAT??", "WHAT?"),
        ("WHAT???'", "WHAT?'"),
        ("1?:2", "1:2"),
        ("?A PLAIN ONE", "A PLAIN ONE"),
        ("UNT?+3?+1?'UNZ", "UNT+3+1'UNZ"),
    ],
)
def test_a_released_character_is_text(sent: str, said: str) -> None:
    body = with_text(sent)

    assert codes(body) == []
    assert order_in(body).head.texts == (said,)
    assert order_in(b"".join(chunked(body, 3))) == order_in(body)


def test_another_release_character_is_read_off_the_service_string() -> None:
    body = with_text("A!|B", una="UNA;|.! \n", line_end="").replace(b"!!", b"!")

    assert order_in(body).head.texts == ("A|B",)


def test_elements_repeat_only_in_the_newer_syntax() -> None:
    older, newer = with_text("5*3 MM"), with_text("5*3 MM", charset="UNOC:4", una="")

    assert (codes(older), order_in(older).head.texts) == ([], ("5*3 MM",))
    assert codes(newer) == ["REPETITION_UNEXPECTED"]
    assert order_in(newer).head.texts == ("5*3 MM",)


@pytest.mark.parametrize(
    ("charset", "raw", "said", "found"),
    [
        ("UNOC:3", "NÄHT".encode("latin-1"), "NÄHT", []),
        ("UNOC:3", "NÄHT".encode(), "NÄHT", ["CHARSET_GUESSED"]),
        ("UNOC:3", "3 – 0".encode("cp1252"), "3 – 0", ["CHARSET_GUESSED"]),
        ("UNOA:3", "NÄHT".encode("latin-1"), "NÄHT", ["CHARSET_GUESSED"]),
        ("UNOD:3", "ŻEL".encode("iso8859-2"), "ŻEL", []),
        ("UNOE:3", "ШОВ".encode("iso8859-5"), "ШОВ", []),
        ("UNOF:3", "ΡΑΦΗ".encode("iso8859-7"), "ΡΑΦΗ", []),
        ("UNOY:4", "缝合线".encode(), "缝合线", []),
        ("UNOY:4", "NÄHT".encode("latin-1"), "NÄHT", ["CHARSET_GUESSED"]),
        ("UNOX:3", "NÄHT".encode(), "NÄHT", ["CHARSET_UNKNOWN"]),
    ],
)
def test_text_is_read_in_the_stated_character_set(
    charset: str, raw: bytes, said: str, found: list[str]
) -> None:
    body = with_text("THEATRE", charset=charset).replace(b"THEATRE", raw)

    assert order_in(body).head.texts == (said,)
    assert codes(body) == found


def test_two_character_sets_in_one_file_are_each_read_as_stated() -> None:
    bodies = [
        with_text("X", charset=charset).replace(b"+X'", f"+{said}'".encode(codec))
        for charset, codec, said in (("UNOC:3", "latin-1", "É"), ("UNOE:3", "iso8859-5", "Й"))
    ]

    read = documents(b"".join(bodies))

    assert [each.head.texts for each in read if isinstance(each, PurchaseOrder)] == [("É",), ("Й",)]


def test_several_interchanges_with_different_delimiters_stand_in_one_file() -> None:
    body = b"".join(
        one_message("ORDERS", f"BGM+220+{number}+9", *ORDER[1:], una=una)
        for number, una in (("A", UNA), ("B", "UNA=*.? ~"), ("C", ""), ("D", "UNA;|.! \n"))
    )

    assert orders(body) == ["A", "B", "C", "D"]
    assert codes(body) == []


def test_a_byte_order_mark_is_passed_over() -> None:
    body = b"\xef\xbb\xbf" + SOUND

    assert codes(body) == []
    assert order_in(body).lines[0].byte == body.index(b"LIN+1")


def test_lines_broken_at_a_width_are_put_together() -> None:
    flat = one_message("ORDERS", *ORDER, line_end="")
    broken = b"\r\n".join(chunked(flat, 25))

    assert order_in(broken) == order_in(SOUND)
    assert set(codes(broken)) == {"SEGMENT_WRAPPED"}


@pytest.mark.parametrize("una", [UNA, ""])
def test_messages_without_an_interchange_header_are_read_and_noted(una: str) -> None:
    lines = SOUND.decode().split("'\n")
    body = (f"{una}\n" if una else "").encode() + "'\n".join(
        [line for line in lines[1:] if not line.startswith(("UNB", "UNZ", "UNA"))]
    ).encode()

    assert codes(body) == ["INTERCHANGE_HEADER_MISSING"]
    assert order_in(body) == order_in(SOUND)


@pytest.mark.parametrize(
    ("old", "new", "code", "is_read"),
    [
        (b"UNT+21+1'", b"UNT+22+1'", "SET_COUNT_WRONG", False),
        (b"UNT+21+1'", b"UNT+21+2'", "SET_CONTROL_MISMATCH", False),
        (b"UNT+21+1'", b"UNT+21+01'", "CONTROL_NUMBER_PADDED", True),
        (b"UNT+21+1'\n", b"", "SET_TRAILER_MISSING", False),
        (b"UNH+1+", b"UNH++", "SET_HEADER_INVALID", False),
        (b"ORDERS:D", b"PRICAT:D", "SET_UNSUPPORTED", False),
        (b"D:96A", b"D:97A", "VERSION_UNSUPPORTED", True),
        (b"UNZ+1+77", b"UNZ+2+77", "INTERCHANGE_COUNT_WRONG", True),
        (b"UNZ+1+77", b"UNZ+1+78", "INTERCHANGE_CONTROL_MISMATCH", True),
        (b"UNZ+1+77", b"UNZ+1+077", "CONTROL_NUMBER_PADDED", True),
        (b"UNZ+1+77'\n", b"", "INTERCHANGE_TRAILER_MISSING", True),
        (b"UNZ+1+77'\n", b"UNZ+1+77", "END_UNTERMINATED", True),
        (b"UNZ+1+77'\n", b"UNZ+1+77'\nBYE\n", "OUTSIDE_INTERCHANGE", True),
        (b"UNZ+1", b"XXX+1'\nUNZ+1", "SEGMENT_OUTSIDE_SET", True),
        (b"SUPPLIER1:ZZZ", b"", "INTERCHANGE_HEADER_INVALID", True),
        (b"UNOC:3", b"IATB:3", "CHARSET_UNKNOWN", True),
    ],
)
def test_what_is_wrong_with_an_envelope_is_said(
    old: bytes, new: bytes, code: str, *, is_read: bool
) -> None:
    body = SOUND.replace(old, new)

    assert code in codes(body)
    assert bool(orders(body)) is is_read


@pytest.mark.parametrize(
    ("head", "trailer", "found"),
    [
        ("UNG+ORDERS+A+B+260115:1200+5+UN+D:96A", "UNE+1+5", []),
        ("UNG+ORDERS+A+B+260115:1200+5+UN+D:96A", "UNE+2+5", ["GROUP_COUNT_WRONG"]),
        ("UNG+ORDERS+A+B+260115:1200+5+UN+D:96A", "UNE+1+6", ["GROUP_CONTROL_MISMATCH"]),
        ("UNG+ORDERS+A+B+260115:1200++UN+D:96A", "UNE+1+", ["GROUP_HEADER_INVALID"]),
        ("UNG+ORDERS+A+B+260115:1200+5+UN+D:96A", "", ["GROUP_TRAILER_MISSING"]),
        ("", "UNE+1+5", ["SEGMENT_OUTSIDE_SET"]),
    ],
)
def test_groups_are_read_and_checked(head: str, trailer: str, found: list[str]) -> None:
    body = SOUND
    if head:
        body = body.replace(b"UNH+1", f"{head}'\nUNH+1".encode())
    if trailer:
        body = body.replace(b"UNZ+1", f"{trailer}'\nUNZ+1".encode())

    assert codes(body) == found
    assert order_in(body).origin is not None


def test_two_messages_of_one_reference_are_not_both_read() -> None:
    body = an_interchange(a_message("ORDERS", *ORDER), a_message("ORDERS", *ORDER))

    assert codes(body) == ["SET_CONTROL_REPEATED"]
    assert len(orders(body)) == 1


def test_a_file_may_be_held_open_or_come_in_pieces() -> None:
    whole = documents(SOUND)

    assert documents(io.BytesIO(SOUND)) == whole
    assert documents(memoryview(SOUND)) == whole
    for size in (1, 7, 64):
        assert documents(chunked(SOUND, size)) == whole


def test_a_wrong_message_costs_itself_and_not_its_neighbours() -> None:
    body = an_interchange(
        a_message("ORDERS", *ORDER),
        a_message("ORDERS", *ORDER, control="2", count=3),
        a_message("ORDERS", *ORDER, control="3"),
    )

    assert len(orders(body)) == 2
    assert [found.severity for found in findings(body)] == [Severity.MESSAGE]
    assert [found.position.byte for found in findings(body)] == [body.index(b"UNT+3+2")]
