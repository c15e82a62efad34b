"""Rows of a cabinet: what they mean, and what holds one while the rest goes on."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from infra.local.cabinet import cabinet_csv
from shared.canonical.usage import Direction, MalformedLine, UsageLine
from shared.formats.flatfile.codes import FILE_CODES
from shared.formats.flatfile.lines import ROW_LIMIT
from shared.formats.flatfile.splitting import LINES_LIMIT
from tests.flatfile import (
    HEADER,
    PLAIN,
    a_return,
    a_row,
    cabinet,
    grouped,
    held_in,
    lines_of,
    raw_file,
    raw_row,
    read,
    refusals_of,
)

GOOD = raw_row(Transaction="T-9")


def test_a_withdrawal_is_a_charge_in_the_cabinets_own_words() -> None:
    (line,) = lines_of(cabinet_csv([a_row(unit="BOX", project="P-1", serial="S-1")]))

    assert line.key == ("CABINET", "NORTH", "T-1", "1", "charge")
    assert (line.direction, line.charge_code, line.quantity) == (
        Direction.CHARGE,
        "SUT-001",
        Decimal(2),
    )
    assert (line.facility, line.department, line.lot, line.serial) == ("NORTH", "OR", "L-1", "S-1")
    assert (line.unit, line.project, line.reverses) == ("BX", "P-1", ())
    assert str(line.used_at) == "2026-03-04T09:30:00"


def test_a_return_names_the_withdrawal_it_takes_back() -> None:
    (line,) = lines_of(cabinet_csv([a_return(original_line="4")]))

    assert line.direction is Direction.CREDIT
    assert line.key == ("CABINET", "NORTH", "T-2", "1", "credit")
    assert line.reverses == ("CABINET", "NORTH", "T-1", "4", "charge")


def test_a_negative_withdrawal_is_a_return_and_a_negative_return_stays_one() -> None:
    lines = lines_of(
        cabinet_csv(
            [
                a_row(quantity="-2", original_transaction="T-0", original_line="1"),
                a_return(quantity="-1"),
            ]
        )
    )

    assert [line.direction for line in lines] == [Direction.CREDIT, Direction.CREDIT]
    assert [line.quantity for line in lines] == [Decimal(2), Decimal(1)]


@pytest.mark.parametrize("missing", ["original_transaction", "original_line"])
def test_a_return_that_names_no_withdrawal_is_held(missing: str) -> None:
    body = cabinet_csv([a_return(**{missing: ""}), a_row()])

    column = missing.replace("_", " ").capitalize()
    assert held_in(body) == [(2, "REFERENCE_MISSING", column)]
    assert len(lines_of(body)) == 1


def test_without_a_kind_column_the_sign_says_what_is_a_return() -> None:
    columns = replace(cabinet().columns, kind="")
    signed = replace(cabinet(), columns=columns, withdrawals=(), returns=())
    body = cabinet_csv(
        [a_row(kind="?"), a_row(kind="?", quantity="-1", original_transaction="T-0")]
    )

    (line,) = lines_of(body, signed)

    assert line.direction is Direction.CHARGE
    assert held_in(body, signed) == [(3, "REFERENCE_MISSING", "Original line")]


def test_a_unit_code_that_the_profile_does_not_know_is_passed_on_as_stated() -> None:
    body = cabinet_csv([a_row(unit="CA"), a_row(line="2", unit="")])
    theirs = replace(cabinet(), units=MappingProxyType({"CA": "CS"}))

    assert [line.unit for line in lines_of(body)] == ["CA", ""]
    assert [line.unit for line in lines_of(body, theirs)] == ["CS", ""]


@pytest.mark.parametrize(
    ("mark", "stated", "read_as"),
    [
        (".", "2.50", "2.50"),
        (".", "1,000", None),
        (",", "2,50", "2.50"),
        (",", "1.000", None),
        (".", "1e3", None),
        (".", "２", None),
        (".", "0x10", None),
    ],
)
def test_a_decimal_mark_is_the_profiles_and_thousands_are_not_guessed_at(
    mark: str, stated: str, read_as: str | None
) -> None:
    profile = replace(cabinet(), decimal_mark=mark)
    body = cabinet_csv([a_row(quantity=stated)])

    if read_as is None:
        assert held_in(body, profile) == [(2, "QUANTITY_INVALID", "Quantity")]
    else:
        assert [str(line.quantity) for line in lines_of(body, profile)] == [read_as]


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("2026-03-04T09:30:00-0800", "2026-03-04T09:30:00-08:00"),
        ("2026-03-04T09:30:00Z", "2026-03-04T09:30:00+00:00"),
        ("2026-03-04 09:30:00", "2026-03-04T09:30:00"),
    ],
)
def test_a_time_without_an_offset_is_the_facilitys_own(stated: str, read_as: str) -> None:
    (line,) = lines_of(raw_file(raw_row(Time=stated)))

    assert str(line.used_at) == read_as


def test_a_time_in_a_declared_zone_has_its_offset_and_is_held_when_the_clock_went_back() -> None:
    profile = replace(cabinet(), zone="America/Chicago")
    body = raw_file(
        raw_row(Time="2026-03-04 09:30:00"), raw_row(Line="2", Time="2026-11-01 01:30:00")
    )

    assert [str(line.used_at) for line in lines_of(body, profile)] == ["2026-03-04T09:30:00-06:00"]
    assert held_in(body, profile) == [(3, "TIME_AMBIGUOUS", "Time")]


def test_two_formats_that_read_a_date_differently_hold_it() -> None:
    profile = replace(cabinet(), times=("%d/%m/%Y", "%m/%d/%Y"))
    body = raw_file(raw_row(Time="03/04/2026"), raw_row(Line="2", Time="13/04/2026"))

    assert held_in(body, profile) == [(2, "TIME_AMBIGUOUS", "Time")]
    assert [str(line.used_at) for line in lines_of(body, profile)] == ["2026-04-13"]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (raw_row(Transaction=""), "VALUE_MISSING", "Transaction"),
        (raw_row(Line=""), "VALUE_MISSING", "Line"),
        (raw_row(Type=""), "VALUE_MISSING", "Type"),
        (raw_row(Type="LOAN"), "KIND_UNKNOWN", "Type"),
        (raw_row(Facility=""), "VALUE_MISSING", "Facility"),
        (raw_row(Item=""), "VALUE_MISSING", "Item"),
        (raw_row(Item="=HYPERLINK(1)"), "FORMULA", "Item"),
        (raw_row(Item="+1"), "FORMULA", "Item"),
        (raw_row(Lot="-L"), "FORMULA", "Lot"),
        (raw_row(Department="@OR"), "FORMULA", "Department"),
        (raw_row(Case="=1"), "FORMULA", "Case"),
        (raw_row(Quantity="=2"), "FORMULA", "Quantity"),
        (raw_row(Quantity=""), "VALUE_MISSING", "Quantity"),
        (raw_row(Quantity="two"), "QUANTITY_INVALID", "Quantity"),
        (raw_row(Quantity="-2+3"), "QUANTITY_INVALID", "Quantity"),
        (raw_row(Quantity="0"), "QUANTITY_ZERO", "Quantity"),
        (raw_row(Quantity="1234567890"), "QUANTITY_TOO_LARGE", "Quantity"),
        (raw_row(Time=""), "VALUE_MISSING", "Time"),
        (raw_row(Time="yesterday"), "TIME_INVALID", "Time"),
        (raw_row(Time="2026-02-30 10:00:00"), "TIME_INVALID", "Time"),
        (raw_row(Lot="L" * 129), "VALUE_TOO_LONG", "Lot"),
        (raw_row(Lot="L\x07"), "CHARACTER_INVALID", "Lot"),
        (raw_row(Lot='"L\r\nM"'), "CHARACTER_INVALID", "Lot"),
        (raw_row(Lot="L\x00"), "NUL_FOUND", "Lot"),
        (raw_row(Remark="\x00"), "NUL_FOUND", ""),
        (raw_row(Lot="L").replace(b",L,", b",\xe9,"), "BYTES_UNDECODABLE", "Lot"),
        (raw_row(Remark="x").replace(b",x", b",\xff"), "BYTES_UNDECODABLE", ""),
        (raw_row(Lot='"L"1'), "QUOTE_BROKEN", "Lot"),
        (raw_row().removesuffix(b","), "ROW_TOO_SHORT", ""),
        (raw_row() + b",", "ROW_TOO_LONG", ""),
        (raw_row(Remark="r" * ROW_LIMIT), "ROW_OVERSIZED", ""),
    ],
)
def test_a_bad_row_is_held_by_row_column_and_rule_and_the_rest_goes_on(
    row: bytes, code: str, column: str
) -> None:
    body = raw_file(GOOD, row, raw_row(Transaction="T-10"))

    assert held_in(body) == [(3, code, column)]
    assert [line.key[2] for line in lines_of(body)] == ["T-9", "T-10"]
    (held,) = [row.line for row in read(body) if isinstance(row.line, MalformedLine)]
    assert held.diagnostic.rule == FILE_CODES[code].rule
    assert body[held.diagnostic.position.byte - 1 : held.diagnostic.position.byte] in b',\n"'


def test_a_bad_cell_holds_its_row_under_the_rows_own_key_and_a_shifted_row_under_none() -> None:
    bad_cell, shifted, cut = (
        read(raw_file(raw_row(Quantity="two")))[0],
        read(raw_file(raw_row() + b","))[0],
        read(raw_file() + raw_row())[0],
    )

    assert bad_cell.line.key == cut.line.key == ("CABINET", "NORTH", "T-1", "1", "charge")
    assert (shifted.line.key, shifted.transaction) == ((), None)


def test_a_patients_column_is_never_shown() -> None:
    body = raw_file(raw_row(Patient="=MRN000123", Case="x" * 200), raw_row(Case="=VISIT-9"))

    assert [code for _, code, _ in held_in(body)] == ["VALUE_TOO_LONG", "FORMULA"]
    assert "MRN000123" not in repr(read(body))
    assert "VISIT-9" not in repr(read(body))
    (row,) = read(cabinet_csv([a_row()]))
    assert (row.people.case, row.people.patient) == ("VISIT-9", "MRN000123")
    assert "VISIT-9" not in repr(row)


@pytest.mark.parametrize(
    ("body", "refusals"),
    [
        (b"", [("FILE_EMPTY", "")]),
        (b"\xef\xbb\xbf\r\n\r\n", [("FILE_EMPTY", "")]),
        ("\ufeffTransaction,Item\r\n".encode("utf-16"), [("ENCODING_WRONG", "")]),
        (b"Transaction,\xff\r\n", [("HEADER_UNREADABLE", "")]),
        (b'Transaction,"Item\r\n', [("HEADER_UNREADABLE", "")]),
        (
            raw_file(GOOD, header=PLAIN.replace("Item,", "").replace(",Lot", "")),
            [("COLUMN_MISSING", "Item"), ("COLUMN_MISSING", "Lot")],
        ),
        (
            raw_file(GOOD, header=PLAIN.replace("Remark", "item")),
            [("COLUMN_REPEATED", "Item")],
        ),
        (HEADER[:-4], [("COLUMN_MISSING", "Original line")]),
        (raw_file(raw_row(Quantity="two"), b"x,y"), [("ROWS_UNREADABLE", "")]),
    ],
)
def test_a_file_is_refused_only_if_nothing_of_it_can_be_believed(
    body: bytes, refusals: list[tuple[str, str]]
) -> None:
    assert refusals_of(body) == refusals


def test_a_file_of_more_rows_than_one_run_can_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.formats.flatfile.transactions.ROWS_LIMIT", 3)
    rows = [raw_row(Line=str(number)) for number in range(4)]

    assert refusals_of(raw_file(*rows)) == [("ROWS_TOO_MANY", "")]
    assert grouped(raw_file(*rows[:3])) == [("T-1", ["0", "1", "2"])]


def test_a_byte_order_mark_blank_rows_and_bare_line_feeds_are_no_faults() -> None:
    body = b"\xef\xbb\xbf" + raw_file(GOOD, b"", b",,,", raw_row(), end=b"\n")

    rows = read(body)

    assert [row.number for row in rows] == [2, 5]
    assert held_in(body) == []
    assert rows[1].line.position.byte == body.index(b"T-1,")  # type: ignore[union-attr]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks() -> None:
    remark = '"a, ""b""\r\nc"'
    body = raw_file(raw_row(Item='"SUT,001"', Remark=remark), raw_row(Line="2", Remark='5" tube'))

    assert [line.charge_code for line in lines_of(body)] == ["SUT,001", "SUT-001"]
    assert [row.number for row in read(body)] == [2, 3]


def test_a_stray_quote_holds_the_rows_in_doubt_and_never_the_rest_of_the_file() -> None:
    rows = [raw_row(Transaction=f"T-{number}") for number in range(100)]
    stray = raw_row(Transaction="T-X", Item='"SUT-001')

    held = held_in(raw_file(stray, *rows))

    assert held[0] == (2, "QUOTE_UNCLOSED", "Item")
    assert {code for _, code, _ in held[1:]} == {"ROW_IN_DOUBT"}
    assert [number for number, _, _ in held] == list(range(2, 2 + LINES_LIMIT))
    assert len(lines_of(raw_file(stray, *rows))) == 101 - LINES_LIMIT


def test_a_quote_that_ends_where_another_cell_begins_holds_what_lies_between() -> None:
    stray, quoted = raw_row(Remark='"5'), raw_row(Transaction="T-2", Item='"SUT,1"')

    held = held_in(raw_file(stray, GOOD, quoted, raw_row()))

    assert [number for number, _, _ in held] == [2, 3, 4]


def test_a_row_that_the_file_ends_in_is_held_whatever_it_says() -> None:
    body = raw_file(GOOD) + raw_row(Remark="all of it")

    assert held_in(body) == [(3, "ROW_CUT", "")]
    assert [line.key[2] for line in lines_of(body)] == ["T-9"]


def test_the_cut_cell_of_a_row_is_nobodys_identity() -> None:
    cut = raw_row(Transaction="T-1000").partition(b"000")[0]

    (row,) = [each for each in read(raw_file(GOOD) + cut) if each.number == 3]

    assert (row.transaction, row.line.key) == (None, ())


def test_rows_of_a_transaction_belong_together_wherever_they_stand() -> None:
    body = raw_file(
        raw_row(Transaction="A", Line="2"),
        raw_row(Transaction="B"),
        raw_row(Transaction="A", Line="1"),
        raw_row(Transaction="B", Facility="SOUTH"),
        b"neither",
    )

    assert grouped(body) == [
        ("B", ["1"]),
        ("A", ["1", "2"]),
        ("B", ["1"]),
        ("", ["ROW_TOO_SHORT"]),
    ]


def test_the_same_row_again_counts_once_and_another_under_its_name_holds_both() -> None:
    body = raw_file(
        raw_row(),
        raw_row(),
        raw_row(Transaction="C", Quantity="3"),
        raw_row(Transaction="C", Quantity="4"),
        GOOD,
    )

    assert grouped(body) == [
        ("T-1", ["1"]),
        ("C", ["ROW_CONFLICT", "ROW_CONFLICT"]),
        ("T-9", ["1"]),
    ]


def test_without_a_line_column_a_transaction_has_one_row_and_a_second_contradicts_it() -> None:
    columns = replace(cabinet().columns, line="", original_line="")
    profile = replace(cabinet(), columns=columns)

    (line,) = lines_of(raw_file(raw_row()), profile)

    assert line.key == ("CABINET", "NORTH", "T-1", "", "charge")


def test_every_code_says_its_rule_and_what_mends_it() -> None:
    assert all(entry.rule and entry.message and entry.remedy for entry in FILE_CODES.values())
    assert all(isinstance(line, UsageLine) for line in lines_of(raw_file(GOOD)))
