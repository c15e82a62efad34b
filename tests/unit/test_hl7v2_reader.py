"""DFT^P03 to usage lines: what a line means, and what happens to lines that mean nothing."""

import datetime as dt
from decimal import Decimal

import pytest

from shared.canonical.usage import Direction
from shared.formats.hl7v2.profile import FieldPlace, SenderProfile
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading, ReadContext
from tests.hl7 import a_dft, an_ft1


def codes(reading: MessageReading) -> list[str]:
    return [found.code for found in reading.diagnostics]


def faults(*segments: str) -> list[str]:
    """The codes of the lines that are held, beside one good line."""
    reading = read_message(a_dft(an_ft1("GOOD"), *segments))
    assert [line.key[2] for line in reading.lines] == ["GOOD"]
    return [line.diagnostic.code for line in reading.malformed]


def test_a_charge_is_read_in_the_senders_own_words() -> None:
    body = a_dft(an_ft1("T-1", more="|||OR^01^A^SOUTH"), "ZLW|L-1|SN-1|P-1|G-1|S-1")

    (line,) = read_message(body).lines

    assert line.key == ("EHR", "NORTH", "T-1", "charge")
    assert (line.facility, line.department, line.charge_code) == ("SOUTH", "OR", "27000004")
    assert line.quantity == Decimal(2)
    assert str(line.used_at) == "2026-03-04T09:30:00-08:00"
    assert (line.lot, line.serial) == ("L-1", "SN-1")
    assert (line.project, line.grant, line.service_line) == ("P-1", "G-1", "S-1")
    assert line.unit == ""  # the charge code's cross reference states it


@pytest.mark.parametrize(
    ("more", "facility"),
    [
        ("", "NORTH"),
        ("|||OR^01^A", "NORTH"),
        ("|||OR^01^A^SOUTH&2.16.840&ISO", "SOUTH"),
        ("|" * 19 + "EAST", "EAST"),
        ("|||OR^^^SOUTH" + "|" * 16 + "EAST", "SOUTH"),
    ],
)
def test_the_facility_is_that_of_the_place_else_the_performer_else_the_sender(
    more: str, facility: str
) -> None:
    assert read_message(a_dft(an_ft1(more=more))).lines[0].facility == facility


@pytest.mark.parametrize(
    ("kind", "quantity", "direction", "amount"),
    [
        ("CG", "3", Direction.CHARGE, "3"),
        ("CG", "-3", Direction.CREDIT, "3"),
        ("CD", "3", Direction.CREDIT, "3"),
        ("CD", "-3", Direction.CREDIT, "3"),
        ("cg", "+3", Direction.CHARGE, "3"),
        ("CG", "", Direction.CHARGE, "1"),
        ("CD", "", Direction.CREDIT, "1"),
        ("CG", "0.5", Direction.CHARGE, "0.5"),
        ("CG", ".5", Direction.CHARGE, "0.5"),
        ("CG", "5.", Direction.CHARGE, "5"),
    ],
)
def test_type_and_sign_make_a_direction_and_a_positive_quantity(
    kind: str, quantity: str, direction: Direction, amount: str
) -> None:
    (line,) = read_message(a_dft(an_ft1(kind=kind, quantity=quantity))).lines

    assert (line.direction, line.quantity) == (direction, Decimal(amount))
    assert line.key[-1] == direction.value


def test_a_partial_credit_of_its_own_id_names_the_charge_in_the_profiles_field() -> None:
    reading = read_message(a_dft(an_ft1("T-2", kind="CD", quantity="1"), "ZLW|||||||T-1"))

    (line,) = reading.lines
    assert line.key == ("EHR", "NORTH", "T-2", "credit")
    assert line.reverses == ("EHR", "NORTH", "T-1", "charge")


def test_a_credit_names_the_charge_with_its_transaction_id() -> None:
    charge, credit = read_message(a_dft(an_ft1("T-1"), an_ft1("T-1", kind="CD"))).lines

    assert charge.reverses == ()
    assert credit.reverses == charge.key
    assert credit.key != charge.key


@pytest.mark.parametrize("kind", ["PY", "AJ", "CO"])
def test_payments_and_adjustments_are_evidence(kind: str) -> None:
    reading = read_message(a_dft(an_ft1("T-9", kind=kind, code="", quantity="x"), an_ft1()))

    assert reading.evidence[0].key == ("EHR", "NORTH", "T-9", kind)
    assert len(reading.lines) == 1
    assert reading.malformed == ()


def test_a_message_of_evidence_alone_is_accepted() -> None:
    reading = read_message(a_dft(an_ft1(kind="PY")))

    assert not reading.is_refused
    assert len(reading.evidence) == 1


def test_the_alternate_code_counts_where_the_first_is_empty() -> None:
    body = a_dft(an_ft1(code="^Gloves^^27000004^Gloves^EHR"))

    assert read_message(body).lines[0].charge_code == "27000004"


def test_an_empty_department_is_left_to_mapping() -> None:
    (line,) = read_message(a_dft(an_ft1(department=""))).lines

    assert line.department == ""


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("20260304", "2026-03-04"),
        ("2026030409", "2026-03-04T09:00:00"),
        ("202603040930", "2026-03-04T09:30:00"),
        ("20260304093015.25+0530", "2026-03-04T09:30:15.250000+05:30"),
        ("20260304-0800^20260305", "2026-03-04"),
        ("20260304093000&x^20260305", "2026-03-04T09:30:00"),
    ],
)
def test_a_time_is_as_exact_as_its_sender_was(stated: str, expected: str) -> None:
    (line,) = read_message(a_dft(an_ft1(used_at=stated))).lines

    assert str(line.used_at) == expected


def test_an_offset_is_kept() -> None:
    (line,) = read_message(a_dft(an_ft1(used_at="20260331233000-0700"))).lines

    assert line.used_at.offset_minutes == -420
    assert line.used_at.day == dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    "segments",
    [
        ("PRT|1|UC||" + "|" * 15 + "L-1|",),
        ("ZLW|L-1",),
        ("OBX|1|ST|LOT^Lot||L-1",),
        ("ZLW|L-1", "OBX|1|ST|LOT^Lot||L-1"),
        ('ZLW|""', "OBX|1|ST|LOT^Lot||L-1"),
    ],
)
def test_the_lot_stands_where_the_profile_says(segments: tuple[str, ...]) -> None:
    assert read_message(a_dft(an_ft1(), *segments)).lines[0].lot == "L-1"


def test_a_serial_may_be_observed_or_take_part() -> None:
    assert read_message(a_dft(an_ft1(), "OBX|1|ST|SERIAL||SN-1")).lines[0].serial == "SN-1"
    assert read_message(a_dft(an_ft1(), "PRT|1" + "|" * 19 + "SN-1")).lines[0].serial == "SN-1"


def test_what_follows_an_ft1_belongs_to_it_alone() -> None:
    first, second = read_message(a_dft(an_ft1("T-1"), an_ft1("T-2"), "ZLW|L-2")).lines

    assert (first.lot, second.lot) == ("", "L-2")


def test_another_sender_puts_facts_elsewhere() -> None:
    place = FieldPlace(segment="ZXX", field=4, component=2)
    profile = SenderProfile(name="other", lot=(place,), unit=(FieldPlace(segment="ZXX", field=1),))
    body = a_dft(an_ft1(), "ZXX|BX|||a^L-7", "ZLW|L-1")

    (line,) = read_message(body, ReadContext(profile=profile)).lines

    assert (line.lot, line.unit) == ("L-7", "BX")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (an_ft1(""), "TRANSACTION_ID_MISSING"),
        (an_ft1('""'), "TRANSACTION_ID_MISSING"),
        (an_ft1(kind=""), "TRANSACTION_TYPE_MISSING"),
        (an_ft1(kind="ZZ"), "TRANSACTION_TYPE_UNKNOWN"),
        (an_ft1(used_at=""), "SERVICE_TIME_MISSING"),
        (an_ft1(used_at="202603"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="20260230"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="20260304250000"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="20260304093000+1500"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="20260304093000+0560"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="02030304"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="2026-03-04"), "SERVICE_TIME_INVALID"),
        (an_ft1(used_at="２０２６０３０４"), "SERVICE_TIME_INVALID"),
        (an_ft1(code="^Gloves"), "CHARGE_CODE_MISSING"),
        (an_ft1(quantity="two"), "QUANTITY_INVALID"),
        (an_ft1(quantity="1e3"), "QUANTITY_INVALID"),
        (an_ft1(quantity="1,5"), "QUANTITY_INVALID"),
        (an_ft1(quantity="NaN"), "QUANTITY_INVALID"),
        (an_ft1(quantity="٣"), "QUANTITY_INVALID"),
        (an_ft1(quantity='""'), "QUANTITY_INVALID"),
        (an_ft1(quantity="9" * 100), "QUANTITY_INVALID"),
        (an_ft1(quantity="0.000"), "QUANTITY_ZERO"),
        (an_ft1(quantity="1234567890"), "QUANTITY_TOO_LARGE"),
        (an_ft1(quantity="0.0000001"), "QUANTITY_TOO_LARGE"),
        (an_ft1("T" * 129), "VALUE_TOO_LONG"),
        (an_ft1(more="|" * 20 + "x" * 65_537), "VALUE_TOO_LONG"),
        (an_ft1(code=r"27\X00\1"), "CHARACTER_INVALID"),
        ("FT1", "TRANSACTION_TYPE_MISSING"),
    ],
)
def test_a_bad_line_is_held_with_its_reason_and_the_rest_goes_on(line: str, code: str) -> None:
    assert faults(line) == [code]


def test_a_held_line_keeps_its_own_key_where_that_can_be_read() -> None:
    body = a_dft(an_ft1("T-5", quantity="two"), an_ft1("T-6", kind="CD", used_at=""), an_ft1())

    reading = read_message(body)

    assert [line.key for line in reading.malformed] == [
        ("EHR", "NORTH", "T-5", "charge"),
        ("EHR", "NORTH", "T-6", "credit"),
    ]


def test_two_lots_on_one_line_are_for_a_person_to_part() -> None:
    assert faults(an_ft1("T-2"), "ZLW|L-1", "OBX|1|ST|LOT||L-2") == ["VALUES_SEVERAL"]


def test_a_line_break_inside_a_charge_does_not_turn_its_quantity_into_one() -> None:
    assert faults("FT1|1|T-2||20260304||CG|27000004|A text", "goes on|||5|||OR") == [
        "SEGMENT_BROKEN"
    ]


def test_a_line_break_inside_a_note_costs_nothing() -> None:
    reading = read_message(a_dft(an_ft1(), "NTE|1||a text", "goes on", "ZLW|L-1"))

    assert reading.lines[0].lot == "L-1"
    assert codes(reading) == ["SEGMENT_UNREADABLE"]


def test_an_equal_line_in_the_same_message_counts_once() -> None:
    reading = read_message(a_dft(an_ft1(quantity="2"), an_ft1(quantity="2.0")))

    assert len(reading.lines) == 1
    assert codes(reading) == ["LINE_REPEATED"]


def test_other_content_under_the_same_key_is_kept_for_the_ledger_to_judge() -> None:
    reading = read_message(a_dft(an_ft1(quantity="2"), an_ft1(quantity="3")))

    assert [line.quantity for line in reading.lines] == [Decimal(2), Decimal(3)]
