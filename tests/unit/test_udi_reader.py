"""Barcodes of devices, rule by rule: what each standard says, and what breaks it."""

import os
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from shared.canonical.codec import from_json, to_json
from shared.canonical.device import DeviceIdentifier, IssuingAgency
from shared.canonical.diagnostic import Diagnostic
from shared.formats.udi.application_identifiers import FORMS
from shared.formats.udi.dates import full_year, month_year, year_month_day
from shared.formats.udi.gs1 import PATIENTS
from shared.formats.udi.hibcc import MOD_43
from shared.formats.udi.reader import LONGEST_BYTES, read
from tests.udi import (
    GTIN,
    YEAR,
    changed,
    codes,
    element_string,
    hibc,
    identifiers,
    printed,
    udi_samples,
    with_digit,
)

CORPUS = os.environ.get("LEDGERWARD_CORPUS", "")
FILES = sorted(Path(CORPUS).glob("udi*/*")) if CORPUS else []
SSCC = with_digit("10614141000000001")
CHECKED = [name for name, form in FORMS.items() if form.checked and name not in PATIENTS]


@pytest.mark.parametrize(
    ("two_digits", "year", "expected"),
    [
        (0, 2050, 2100),  # d = -50
        (1, 2050, 2001),  # d = -49
        (50, 2000, 2050),  # d = 50
        (51, 2000, 1951),  # d = 51
        (77, 2026, 1977),
        (76, 2026, 2076),
        (26, 2026, 2026),
    ],
)
def test_the_century_is_that_of_the_window_around_the_year_of_the_reading(
    two_digits: int, year: int, expected: int
) -> None:
    """UDI2: d is YY less the last two digits of the year of the reading."""
    assert full_year(two_digits, year) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("280200", date(2028, 2, 29)), ("270200", date(2027, 2, 28)), ("261200", date(2026, 12, 31))],
)
def test_day_00_is_the_last_of_the_month(text: str, expected: date) -> None:
    found = year_month_day(text, YEAR)

    assert found is not None
    assert found.day == expected


@pytest.mark.parametrize("text", ["270230", "271301", "270001", "270000", "270132"])
def test_a_day_that_the_calendar_does_not_have_is_left_out_and_told(text: str) -> None:
    told = identifiers(f"01{GTIN}17{text}10L")

    assert codes(f"01{GTIN}17{text}10L") == ["DATE_INVALID"]
    assert (told[0].expires, told[0].lot) == (None, "L")
    assert dict(told[0].elements)["17"] == text


def test_a_month_is_good_to_its_end() -> None:
    found = month_year("0228", YEAR)

    assert found is not None
    assert found.day == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        f"17270331\x1d10LOT-7\x1d21SN42\x1d01{GTIN}",
        f"01{GTIN}10LOT-7\x1d1727033121SN42",
        f"\x1d21SN42\x1d01{GTIN}\x1d1727033110LOT-7\x1d",
        f"]Q301{GTIN}1727033110LOT-7\x1d21SN42",
        f" (21)SN42 (01){GTIN} (10) LOT-7 (17)270331",
        f"https://example.com/a/01/{GTIN}/10/LOT-7/21/SN42?x=1&17=270331#f",
        f"http://example.com/01/{GTIN}/10/LOT%2D7/21/SN42?17=270331",
    ],
)
def test_the_same_in_every_carrier_and_order_is_the_same_device(text: str) -> None:
    (told,) = identifiers(text)

    assert codes(text) == []
    assert (told.di, told.lot, told.serial, str(told.expires)) == (
        *(GTIN, "LOT-7", "SN42"),
        "2027-03-31",
    )
    assert told.raw == text


def test_gs1_and_hibcc_of_one_product_give_the_same_lot_serial_and_expiry() -> None:
    """UDI3; their device identifiers are equal by an approved cross-reference alone."""
    (first,) = identifiers(f"01{GTIN}1727033110LOT7\x1d21SN42")
    (second,) = identifiers(hibc("A123CATH7F1", "$$3270331LOT7", "SSN42"))

    assert [(each.lot, each.serial, str(each.expires)) for each in (first, second)] == [
        ("LOT7", "SN42", "2027-03-31")
    ] * 2
    assert (first.agency, second.agency) == (IssuingAgency.GS1, IssuingAgency.HIBCC)


@pytest.mark.parametrize(
    ("secondary", "expiry", "quantity"),
    [
        ("$$0327LOT7", "2027-03-31", None),
        ("$$1227LOT7", "2027-12-31", None),
        ("$$2033127LOT7", "2027-03-31", None),
        ("$$3270331LOT7", "2027-03-31", None),
        ("$$427033115LOT7", "2027-03-31T15:00:00", None),
        ("$$527090LOT7", "2027-03-31", None),
        ("$$62709015LOT7", "2027-03-31T15:00:00", None),
        ("$$7LOT7", None, None),
        ("$$8240327LOT7", "2027-03-31", 24),
        ("$$8243270331LOT7", "2027-03-31", 24),
        ("$$900100527090LOT7", "2027-03-31", 100),
        ("$$90010062709015LOT7", "2027-03-31T15:00:00", 100),
        ("$$9001007LOT7", None, 100),
        ("27090LOT7", "2027-03-31", None),
        ("$LOT7", None, None),
    ],
)
def test_every_form_of_secondary_data_is_read_alone_and_behind_the_primary(
    secondary: str, expiry: str | None, quantity: int | None
) -> None:
    primary = hibc("A123CATH7F1")
    link = primary[-1]
    ((alone,), (behind,)) = (
        identifiers(hibc(secondary + link)),
        identifiers(hibc("A123CATH7F1", secondary)),
    )

    for told in (alone, behind):
        assert told.lot == "LOT7"
        assert (str(told.expires) if told.expires else None) == expiry
        assert told.quantity == quantity
    assert (alone.di, alone.link, behind.di, behind.link) == ("", link, "A123CATH7F1", "")
    assert identifiers(primary)[0].link == link
    assert codes(hibc("A123CATH7F1", secondary)) == []


def test_an_isbt_128_message_is_read_by_the_lengths_of_its_structures() -> None:
    text = "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123"

    (told,) = identifiers(text)

    assert (told.di, told.serial, told.donation) == (
        *("A9999XYZ100T0944", "000025"),
        "A99971312345600",
    )
    assert (told.lot, str(told.expires), str(told.produced)) == (
        *("000000000000XYZ123", "2014-02-01"),
        "2013-02-01",
    )
    assert codes(text) == []


@pytest.mark.parametrize("name", CHECKED)
def test_every_wrong_digit_of_a_checked_number_of_gs1_is_found(name: str) -> None:
    first, last = _span(name)
    sound = with_digit("0" * (last - first - 1))
    value = "0" * first + sound + "0001"[: FORMS[name].longest - last]
    assert "UDI_CHECK_DIGIT" not in codes(printed([(name, value)]))

    for at in range(first, last):
        for wrong in changed(value, at, "0123456789"):
            assert "UDI_CHECK_DIGIT" in codes(printed([(name, wrong)])), wrong


def _span(name: str) -> tuple[int, int]:
    checked = FORMS[name].checked
    assert checked is not None
    return checked.start, checked.stop


def test_every_wrong_character_of_hibcc_is_found() -> None:
    """Mod 43 finds each change of one character, wherever it is."""
    sound = hibc("A123CATH7F1", "$$3270331LOT7", "SSN42")
    assert codes(sound) == []

    for at in range(1, len(sound)):
        for wrong in changed(sound, at, MOD_43):
            assert codes(wrong), wrong
            assert "UDI_CHECK_DIGIT" in codes(wrong), wrong


@pytest.mark.parametrize("mark", ["{GS}", "<GS>", "~", "\\F", "|"])
def test_what_a_scanner_writes_for_fnc1_is_taken_for_it_only_where_it_is_stated(mark: str) -> None:
    text = f"01{GTIN}10LOT-7{mark}21SN42{mark}17270230"

    (told,) = identifiers(text, mark)
    (found,) = (each for each in read(text, year=YEAR, fnc1_marks=(mark,)) if _is_finding(each))

    assert (told.lot, told.serial, told.raw) == ("LOT-7", "SN42", text)
    assert found.position.byte == text.index("17270230")
    assert all(each.lot != "LOT-7" for each in identifiers(text))


def _is_finding(told: object) -> bool:
    return isinstance(told, Diagnostic)


def test_a_wristband_is_not_kept_and_not_shown() -> None:
    text = "8018" + with_digit("06141411234567890"[:17]) + "7256QX-NAME\x1d"

    told = list(read(text, year=YEAR))

    assert [each.code for each in told if isinstance(each, Diagnostic)] == ["PATIENT_BARCODE"]
    assert "QX-NAME" not in repr(told)


def test_two_values_of_one_kind_are_held_and_the_same_twice_is_one() -> None:
    assert codes(f"01{GTIN}10A\x1d10B") == ["ELEMENT_REPEATED"]
    assert identifiers(f"01{GTIN}10A\x1d10B") == []
    assert [each.lot for each in identifiers(f"01{GTIN}10A\x1d10A")] == ["A"]


def test_lines_are_counted_by_their_ends_and_gs_is_none() -> None:
    body = f"\r\n01{GTIN}10A\x1d21B\r\r01{GTIN}\n\nLOT".encode()

    told = list(read(body, year=YEAR))

    assert [str(each.position) for each in told] == [
        "barcode[2] @ byte 2",
        "barcode[4] @ byte 27",
        "barcode[6] @ byte 45",
    ]


def test_what_is_made_at_the_speed_of_a_reader_has_all_the_fields_of_its_noun() -> None:
    (told,) = identifiers(f"01{GTIN}")

    assert set(vars(told)) == {each.name for each in fields(DeviceIdentifier)}


def test_a_noun_goes_through_the_codec_and_back() -> None:
    for path in udi_samples():
        for each in identifiers(path.read_bytes()):
            assert from_json(DeviceIdentifier, to_json(each)) == each


def test_hostile_lines_are_bounded() -> None:
    longest = f"01{GTIN}" + "\x1d" * (LONGEST_BYTES - 16)
    assert codes(longest) == []
    assert codes(longest + "\x1d") == ["BARCODE_OVERSIZED"]
    assert codes("0" * 5_000_000) == ["BARCODE_OVERSIZED"]
    assert codes("https://a" + "/1" * 2_000) == ["LINK_UNREADABLE"]
    assert codes("https://a?" + "17=1&" * 800) == ["LINK_UNREADABLE"]
    assert codes("(01)" * 1_000) == ["ELEMENT_CUT"]
    assert codes(hibc("A123CATH7F1", *["S"] * 2_000)) == []
    assert codes("10A\x1d" * 1_000) == ["DEVICE_UNNAMED"]


@pytest.mark.skipif(not FILES, reason="LEDGERWARD_CORPUS names no folder of barcodes")
def test_each_real_file_reads_without_raising() -> None:
    for path in FILES:
        body = path.read_bytes()
        told = list(read(body, year=YEAR))
        assert told, path
        assert all(0 <= each.position.byte <= len(body) for each in told), path


def test_element_strings_are_written_as_they_are_read() -> None:
    text = element_string([("01", GTIN), ("10", "A"), ("17", "270331"), ("00", SSCC)])

    assert text == f"01{GTIN}10A\x1d1727033100{SSCC}"
