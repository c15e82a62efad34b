"""A device's barcode in PRT-10 or an OBX states lot, serial and expiry of a charge (UDI1, UDI2)."""

import pytest

from shared.canonical.requisition import Requisition
from shared.canonical.usage import UsageLine
from shared.formats.hl7v2.barcodes import LONGEST
from shared.formats.hl7v2.lines import NOTE_LIMIT
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading
from tests.hl7 import a_dft, a_header, a_message, a_requisition, an_ft1
from tests.udi import hibc

DI = "10614141000019"
PRINTED = f"(01){DI}(17)271231(10)LOT7(21)SN9"
WHOLE = ("LOT7", "SN9", "2027-12-31")


def a_prt(barcode: str, *, expires: str = "", lot: str = "", serial: str = "") -> str:
    return f"PRT|1|AD||EQUIP||||||{barcode}||||||||{expires}|{lot}|{serial}"


def a_charge(*segments: str, sent_at: str = "20260304101500-0800") -> MessageReading:
    header = a_header().replace("20260304101500-0800", sent_at)
    return read_message(a_dft(an_ft1(), *segments, header=header))


def facts_of(line: UsageLine) -> tuple[str, str, str]:
    return line.lot, line.serial, str(line.expires.day) if line.expires else ""


def codes(reading: MessageReading) -> list[str]:
    return [each.code for each in reading.diagnostics]


@pytest.mark.parametrize(
    "barcode",
    [
        PRINTED,
        PRINTED.replace("(", "").replace(")", "").replace("21SN9", "\\X1D\\21SN9"),
        f"]d201{DI}1727123110LOT7\\X1D\\21SN9",
        f"{PRINTED}^GS1^2.16.840.1.113883.3.3719^ISO",
    ],
    ids=["printed", "scanned", "with its symbology", "with its agency"],
)
def test_a_barcode_states_lot_serial_and_expiry(barcode: str) -> None:
    reading = a_charge(a_prt(barcode))

    assert facts_of(reading.lines[0]) == WHOLE
    assert reading.diagnostics == ()


@pytest.mark.parametrize("lot", [f"LOT{number}" for number in range(43)])
def test_a_hibc_barcode_in_an_observation_is_read_whatever_its_check_character(lot: str) -> None:
    reading = a_charge(f"OBX|1|ST|UDI||{hibc(f'A9991230061/$$7{lot}')}")

    assert reading.lines[0].lot == lot
    assert reading.diagnostics == ()


def test_what_is_typed_beside_it_and_equal_says_nothing_new() -> None:
    reading = a_charge(a_prt(PRINTED, lot="LOT7", serial="SN9", expires="20271231"))

    assert facts_of(reading.lines[0]) == WHOLE
    assert reading.diagnostics == ()


@pytest.mark.parametrize(
    ("lot", "serial", "facts"), [("L8", "", ("L8", "SN9")), ("", "S8", ("LOT7", "S8"))]
)
def test_what_is_typed_otherwise_counts_and_the_difference_is_noted_at_the_barcode(
    lot: str, serial: str, facts: tuple[str, str]
) -> None:
    reading = a_charge(a_prt(PRINTED, lot=lot, serial=serial))

    assert facts_of(reading.lines[0])[:2] == facts
    (note,) = reading.diagnostics
    assert (note.code, note.position.segment, note.position.field) == ("UDI_MISMATCH", "PRT", 10)


def test_of_several_devices_none_is_guessed_and_the_line_goes_on() -> None:
    reading = a_charge(a_prt(PRINTED), a_prt("(01)00614141000012(21)PUMP-9"))

    assert facts_of(reading.lines[0]) == ("", "", "")
    assert codes(reading) == ["UDI_MISMATCH"]


def test_the_two_barcodes_of_one_label_say_it_together() -> None:
    reading = a_charge(a_prt(f"(01){DI}(21)SN9"), a_prt("(17)271231(10)LOT7"))

    assert facts_of(reading.lines[0]) == WHOLE
    assert reading.diagnostics == ()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20280101", "2028-01-01"),
        ("20271230235959", "2027-12-30"),
        *((no_day, "2027-12-31") for no_day in ("202712", "2027", "20270231", "UNKNOWN")),
    ],
)
def test_the_day_that_is_typed_counts_if_it_is_one(typed: str, day: str) -> None:
    reading = a_charge(a_prt(PRINTED, expires=typed))

    assert facts_of(reading.lines[0]) == ("LOT7", "SN9", day)
    assert reading.diagnostics == ()


@pytest.mark.parametrize("number", ["PUMP-17", "0001234567", "1023", "AB^CD", "2199", "01\\X0D\\"])
def test_another_number_of_a_device_is_no_barcode(number: str) -> None:
    reading = a_charge(a_prt(number, lot="L-1"))

    assert facts_of(reading.lines[0]) == ("L-1", "", "")
    assert reading.diagnostics == ()


@pytest.mark.parametrize(
    ("barcode", "lot"),
    [
        ("(01)106141410000", ""),
        ("(01)10614141000018(10)LOT7", ""),
        (f"(01){DI}(17)279931(10)LOT7", "LOT7"),
        ("(((", ""),
        (PRINTED + "(10)" + "A" * LONGEST, ""),
    ],
    ids=["cut", "misread", "no day", "no barcode", "too long"],
)
def test_a_barcode_that_cannot_be_read_whole_is_noted_at_its_place(barcode: str, lot: str) -> None:
    body = a_dft(an_ft1(), a_prt(barcode))
    reading = read_message(body)

    assert reading.lines[0].lot == lot
    (note,) = reading.diagnostics
    assert note.code == "UDI_UNREADABLE"
    assert body[note.position.byte :].startswith(barcode.encode())
    assert DI not in str(note)


def test_many_line_ends_in_a_field_are_no_barcodes_and_cost_one_short_note() -> None:
    reading = a_charge(a_prt("(01" + "\\X0D\\" * 20_000 + ")"))

    (note,) = reading.diagnostics
    assert (note.code, note.value) == ("UDI_UNREADABLE", "BARCODE_OVERSIZED")


def test_a_hundred_notes_of_barcodes_are_told() -> None:
    lines = [part for number in range(150) for part in (an_ft1(f"T-{number}"), a_prt("(01)1"))]

    reading = read_message(a_dft(*lines))

    assert codes(reading) == ["UDI_UNREADABLE"] * NOTE_LIMIT
    assert len(reading.lines) == 150


@pytest.mark.parametrize(
    ("sent_at", "day"),
    [("19980304", "2003-06-30"), ("2026", "2003-06-30"), ("", ""), ("SOON", "")],
)
def test_the_century_is_that_around_the_time_of_the_message(sent_at: str, day: str) -> None:
    reading = a_charge(a_prt(f"(01){DI}(17)030630(10)L"), sent_at=sent_at)

    assert facts_of(reading.lines[0]) == ("L", "", day)


@pytest.mark.parametrize("sent_at", ["00000000000000", "0001", "9999", "２０２６"])
@pytest.mark.parametrize("day", ["001200", "991231", "000000", "120100"])
def test_no_time_of_a_message_makes_a_barcode_raise(sent_at: str, day: str) -> None:
    reading = a_charge(a_prt(f"(01){DI}(17){day}(10)L"), sent_at=sent_at)

    assert reading.lines[0].lot == "L"
    assert reading.lines[0].expires is None


def test_no_drug_gets_the_number_of_the_pump_that_gave_it() -> None:
    rxa = "RXA|0|1|20260304093000-0800||0093-5056^Drug^NDC|1|CAP||||OR|||||||||CP|A"
    typed = a_prt(PRINTED, lot="L-1", expires="20280101")

    given = read_message(a_message("RAS^O17^RAS_O17", "ORC|RE|P-1|F-1", rxa, typed))
    asked = read_message(a_requisition("RQD|1|27000004^Gloves^ERP|||2|EA", typed))

    assert facts_of(given.lines[0]) == ("L-1", "", "2028-01-01")
    assert isinstance(asked.document, Requisition)
    assert (asked.document.lines[0].lot, asked.document.lines[0].serial) == ("L-1", "")
