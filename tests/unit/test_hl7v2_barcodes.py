"""A device's barcode in PRT-10 or an OBX states lot, serial and expiry (UDI1, UDI2, LOT2)."""

import pytest

from shared.canonical.requisition import Requisition
from shared.canonical.usage import UsageLine
from shared.formats.hl7v2.reader import read_message
from shared.formats.hl7v2.reading import MessageReading
from tests.hl7 import a_dft, a_header, a_message, a_requisition, an_ft1

DI = "10614141000019"
PRINTED = f"(01){DI}(17)271231(10)LOT7(21)SN9"


def a_prt(barcode: str, *, expires: str = "", lot: str = "", serial: str = "") -> str:
    return f"PRT|1|AD||EQUIP||||||{barcode}||||||||{expires}|{lot}|{serial}"


def a_charge(*segments: str) -> MessageReading:
    return read_message(a_dft(an_ft1(), *segments))


def facts_of(line: UsageLine) -> tuple[str, str, str]:
    return line.lot, line.serial, str(line.expires.day) if line.expires else ""


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

    assert facts_of(reading.lines[0]) == ("LOT7", "SN9", "2027-12-31")
    assert reading.diagnostics == ()


def test_an_observation_may_hold_it_and_a_hibc_barcode_is_one() -> None:
    reading = a_charge("OBX|1|ST|UDI||+A99912345/$$52001510X3/S77%")

    assert reading.lines[0].serial == "77"


def test_what_is_typed_beside_it_and_equal_says_nothing_new() -> None:
    reading = a_charge(a_prt(PRINTED, lot="LOT7", serial="SN9", expires="20271231"))

    assert facts_of(reading.lines[0]) == ("LOT7", "SN9", "2027-12-31")


@pytest.mark.parametrize("typed", [{"lot": "LOT8"}, {"serial": "SN8"}])
def test_a_line_whose_barcode_and_typing_differ_is_held(typed: dict[str, str]) -> None:
    reading = read_message(a_dft(an_ft1(), a_prt(PRINTED, **typed), an_ft1("T-2")))

    (held,) = reading.malformed
    assert (held.number, held.diagnostic.code) == ("1", "VALUES_SEVERAL")
    assert (held.diagnostic.position.segment, held.diagnostic.position.field) == ("PRT", 10)
    assert [line.number for line in reading.lines] == ["2"]


def test_two_devices_of_one_line_leave_it_to_a_person() -> None:
    reading = read_message(
        a_dft(an_ft1(), a_prt(PRINTED), a_prt(f"(01){DI}(21)SN10"), an_ft1("T-2"))
    )

    assert [held.diagnostic.code for held in reading.malformed] == ["VALUES_SEVERAL"]


@pytest.mark.parametrize("typed", ["20280101", "20271231235959", "202712"])
def test_the_day_that_is_typed_counts_before_the_barcode_s(typed: str) -> None:
    line = a_charge(a_prt(PRINTED, expires=typed)).lines[0]

    assert line.lot == "LOT7"
    assert line.expires is None or str(line.expires.day).replace("-", "") == typed[:8]


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
    ],
)
def test_a_barcode_that_cannot_be_read_whole_is_noted_at_its_place(barcode: str, lot: str) -> None:
    body = a_dft(an_ft1(), a_prt(barcode))
    reading = read_message(body)

    assert reading.lines[0].lot == lot
    (note,) = reading.diagnostics
    assert note.code == "UDI_UNREADABLE"
    assert body[note.position.byte :].startswith(barcode.encode())
    assert DI not in str(note)


def test_an_older_message_has_the_century_of_its_own_time() -> None:
    header = a_header().replace("20260304101500-0800", "19980304")
    barcode = a_prt(f"(01){DI}(17)030630(10)L")

    (line,) = read_message(a_dft(an_ft1(), barcode, header=header)).lines

    assert facts_of(line) == ("L", "", "2003-06-30")


def test_a_message_without_a_time_has_no_day_that_a_barcode_expires() -> None:
    header = a_header().replace("20260304101500-0800", "")

    (line,) = read_message(a_dft(an_ft1(), a_prt(PRINTED), header=header)).lines

    assert facts_of(line) == ("LOT7", "SN9", "")


def test_an_administration_and_a_requisition_name_the_device_as_well() -> None:
    rxa = "RXA|0|1|20260304093000-0800||0093-5056^Drug^NDC|1|CAP||||OR|||||||||CP|A"
    given = read_message(a_message("RAS^O17^RAS_O17", "ORC|RE|P-1|F-1", rxa, a_prt(PRINTED)))
    asked = read_message(a_requisition("RQD|1|27000004^Gloves^ERP|||2|EA", a_prt(PRINTED)))

    assert facts_of(given.lines[0]) == ("LOT7", "SN9", "2027-12-31")
    assert isinstance(asked.document, Requisition)
    assert asked.document.lines[0].lot == "LOT7"
    assert asked.document.lines[0].serial == "SN9"
