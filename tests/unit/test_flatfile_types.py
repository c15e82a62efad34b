"""What a profile says of numbers, times, words and facts that a file lacks."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.cabinet import cabinet_csv
from shared.canonical.inventory_report import InventoryReport, ReportLine
from shared.canonical.item_master import ItemMasterRecord
from shared.canonical.usage import Direction
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.profile import FlatFileProfile, Negative, Sign
from shared.formats.flatfile.values import number_in
from shared.formats.registry import FORMATS
from tests.flatfile import a_row, cabinet, held_in, lines_of, raw_file, raw_row, read
from tests.golden import INBOUND

(FLAT_FILE,) = (each for each in FORMATS if each.source == "flatfile")


def with_numbers(**changes: object) -> FlatFileProfile:
    return replace(cabinet(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mark", "thousands", "stated", "read_as"),
    [
        (",", ".", "1.234.567,5", "1234567.5"),
        (",", ".", "1.234", "1234"),
        (",", ".", "-1.234,00", "-1234.00"),
        (",", ".", "1.23", None),
        (",", ".", "1234.567", None),
        (",", ".", "1,234.5", None),
        (",", " ", "12 345,6", "12345.6"),
        (".", "'", "1'000.25", "1000.25"),
        (".", ",", "1,000", "1000"),
        (".", ",", ",000", None),
    ],
)
def test_marks_for_thousands_stand_between_groups_of_three(
    mark: str, thousands: str, stated: str, read_as: str | None
) -> None:
    profile = with_numbers(decimal_mark=mark, thousands_mark=thousands)

    number = number_in(stated, "quantity", profile)

    assert number == (None if read_as is None else Decimal(read_as))


@pytest.mark.parametrize(
    ("sign", "stated", "read_as"),
    [
        (Sign.TRAILING, "12.50-", "-12.50"),
        (Sign.TRAILING, "12.50 -", "-12.50"),
        (Sign.TRAILING, "12.50+", "12.50"),
        (Sign.TRAILING, "12.50", "12.50"),
        (Sign.TRAILING, "-12.50", None),
        (Sign.TRAILING, "-", None),
        (Sign.LEADING, "12.50-", None),
        (Sign.OVERPUNCHED, "12J", "-121"),
        (Sign.OVERPUNCHED, "00{", "0"),
        (Sign.OVERPUNCHED, "00}", "0"),
        (Sign.OVERPUNCHED, "7R", "-79"),
        (Sign.OVERPUNCHED, "I", "9"),
        (Sign.OVERPUNCHED, "123", "123"),
        (Sign.OVERPUNCHED, "1S", None),
        (Sign.OVERPUNCHED, "-12", None),
        (Sign.OVERPUNCHED, "J2", None),
    ],
)
def test_a_sign_stands_where_the_profile_says(sign: Sign, stated: str, read_as: str | None) -> None:
    number = number_in(stated, "quantity", with_numbers(sign=sign))

    assert number == (None if read_as is None else Decimal(read_as))


@given(st.integers(-(10**8), 10**8), st.integers(0, 6))
def test_a_zoned_decimal_is_read_back(number: int, decimals: int) -> None:
    digits = f"{abs(number):09d}"
    signed = "}JKLMNOPQR" if number < 0 else "{ABCDEFGHI"
    profile = with_numbers(
        sign=Sign.OVERPUNCHED, implied_decimals=MappingProxyType({"quantity": decimals})
    )

    read_as = number_in(digits[:-1] + signed[int(digits[-1])], "quantity", profile)

    assert read_as == Decimal(number).scaleb(-decimals)


@given(st.decimals(-999_999_999, 999_999_999, places=2))
def test_a_number_with_marks_and_a_minus_behind_it_is_read_back(number: Decimal) -> None:
    marked = f"{abs(number):,.2f}".translate(str.maketrans(",.", ".,"))
    profile = with_numbers(decimal_mark=",", thousands_mark=".", sign=Sign.TRAILING)

    assert number_in(marked + ("-" if number < 0 else ""), "quantity", profile) == number


def test_digits_behind_an_implied_mark_and_a_mark_do_not_go_together() -> None:
    profile = with_numbers(implied_decimals=MappingProxyType({"quantity": 2}))

    assert number_in("1250", "quantity", profile) == Decimal("12.50")
    assert number_in("12.50", "quantity", profile) is None
    assert number_in("1250", "price", profile) == Decimal(1250)


@pytest.mark.parametrize(
    ("negative", "kind", "directions"),
    [
        (Negative.RETURN, "Type", [Direction.CHARGE, Direction.CREDIT]),
        (Negative.RETURN, "", [Direction.CHARGE, Direction.CREDIT]),
        (Negative.WITHDRAWAL, "", [Direction.CREDIT, Direction.CHARGE]),
        (Negative.NOTHING, "Type", [Direction.CHARGE, Direction.CHARGE]),
    ],
)
def test_what_a_negative_quantity_means_is_the_profiles(
    negative: Negative,
    kind: str,
    directions: list[Direction],
) -> None:
    columns = replace(cabinet().columns, kind=kind)
    original = {"original_transaction": "T-0", "original_line": "1"}
    body = cabinet_csv([a_row(**original), a_row(line="2", quantity="-2", **original)])

    lines = lines_of(body, replace(cabinet(), columns=columns, negative=negative))

    assert [line.direction for line in lines] == directions
    assert [line.quantity for line in lines] == [Decimal(2), Decimal(2)]


def test_words_of_a_column_are_turned_into_ours_and_an_unknown_one_holds_its_row() -> None:
    theirs = MappingProxyType({"department": MappingProxyType({"041": "OR"})})
    profile = replace(cabinet(), codes=theirs)
    body = raw_file(raw_row(Department="041"), raw_row(Line="2", Department="42"))

    assert [line.department for line in lines_of(body, profile)] == ["OR"]
    assert held_in(body, profile) == [(3, "CODE_UNKNOWN", "Department")]


def test_what_a_file_lacks_is_a_constant_of_its_profile() -> None:
    columns = replace(cabinet().columns, department="", unit="")
    constants = MappingProxyType({"department": "OR", "unit": "BOX"})

    (line,) = lines_of(
        raw_file(raw_row(Department="X", Unit="Y")),
        replace(cabinet(), columns=columns, constants=constants),
    )

    assert (line.department, line.unit) == ("OR", "BX")


def test_a_column_of_its_own_dates_reads_no_other() -> None:
    profile = replace(
        cabinet(), times=("%Y-%m-%d",), dates=MappingProxyType({"time": ("%d.%m.%Y",)})
    )
    body = raw_file(raw_row(Time="31.12.2026"), raw_row(Line="2", Time="2026-12-31"))

    assert [str(line.used_at) for line in lines_of(body, profile)] == ["2026-12-31"]
    assert held_in(body, profile) == [(3, "TIME_INVALID", "Time")]


def test_a_count_of_nothing_is_a_count_and_an_item_stands_once_for_each_vendor() -> None:
    counts = list(FLAT_FILE.read((INBOUND / "flatfile" / "counts.csv").read_bytes(), ""))
    items = read((INBOUND / "flatfile" / "items.csv").read_bytes(), _profile("example_items"))

    (first, *_) = (each for each in counts if isinstance(each, InventoryReport))
    assert [(line.location, str(line.quantity)) for line in first.lines] == [
        ("A-01", "34"),
        ("A-02", "0"),
    ]
    sold = [row.line for row in items if isinstance(row.line, ItemMasterRecord)]
    assert [each.vendors[0].supplier for each in sold[:2]] == ["Example Supplier", "Other Supplier"]


def test_a_count_without_lines_is_known_by_what_lies_where() -> None:
    profile = replace(
        _profile("example_counts"), columns=replace(_profile("example_counts").columns, line="")
    )
    body = b"Sheet,Shelf,Stock number,On shelf,Counted at,Batch,Best before\n"
    body += b"S-1,A,SUT-001,1,03/31/2026 06:05 PM,L-1,\n"

    (row,) = read(body, profile)

    assert isinstance(row.line, ReportLine)
    assert row.line.key == ("COUNTER", "NORTH", "S-1", "", "SUT-001", "A", "L-1", "")


def _profile(name: str) -> FlatFileProfile:
    profile = find_profile(name)
    assert profile is not None
    return profile
