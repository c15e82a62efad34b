"""Builders of cabinet files for the tests."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.cabinet import RETURN, CabinetRow, cabinet_csv
from shared.canonical.usage import MalformedLine, UsageLine
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.reading import FileRow
from shared.formats.flatfile.recognition import fitting_profiles
from shared.formats.flatfile.transactions import Transaction, rows_of, survey, transactions
from tests.golden import INBOUND, plain

HEADER = cabinet_csv([])
PLAIN = (
    "Transaction,Line,Type,Facility,Department,Item,Quantity,Unit,Time,Lot,Serial,Patient,Case,"
    "Project,Grant,Service line,Original transaction,Original line,Remark"
)


def cabinet() -> FlatFileProfile:
    """The profile of cabinets."""
    profile = find_profile("cabinet")
    assert profile is not None
    return profile


def a_row(**changes: Any) -> CabinetRow:  # noqa: ANN401
    """Two sutures taken in the operating room of NORTH on 4 March 2026."""
    row: dict[str, Any] = {
        "transaction": "T-1",
        "facility": "NORTH",
        "department": "OR",
        "item": "SUT-001",
        "quantity": "2",
        "time": datetime(2026, 3, 4, 9, 30),  # noqa: DTZ001 - the cabinet's own wall clock
        "lot": "L-1",
        "patient": "MRN000123",
        "case": "VISIT-9",
    }
    return CabinetRow(**{**row, **changes})


def a_return(**changes: Any) -> CabinetRow:  # noqa: ANN401
    """One of these sutures put back."""
    row = {
        "transaction": "T-2",
        "kind": RETURN,
        "quantity": "1",
        "original_transaction": "T-1",
        "original_line": "1",
    }
    return a_row(**{**row, **changes})


def raw_row(**changes: str) -> bytes:
    """One withdrawal as a line of a file with a column that nobody reads; cells as written."""
    cells = {
        "Transaction": "T-1",
        "Line": "1",
        "Type": "WITHDRAWAL",
        "Facility": "NORTH",
        "Department": "OR",
        "Item": "SUT-001",
        "Quantity": "2",
        "Unit": "EACH",
        "Time": "2026-03-04 09:30:00",
        "Lot": "L-1",
    }
    named = {name.replace("_", " "): value for name, value in changes.items()}
    return ",".join({**cells, **named}.get(name, "") for name in PLAIN.split(",")).encode()


def raw_file(*rows: bytes, header: str = PLAIN, end: bytes = b"\r\n") -> bytes:
    """A file of such lines."""
    return b"".join(row + end for row in (header.encode(), *rows))


def read(body: bytes, profile: FlatFileProfile | None = None) -> list[FileRow]:
    """Every row of a file."""
    return list(_rows(body, profile or cabinet()))


def lines_of(body: bytes, profile: FlatFileProfile | None = None) -> list[UsageLine]:
    """The rows that were read."""
    return [row.line for row in read(body, profile) if isinstance(row.line, UsageLine)]


def held_in(body: bytes, profile: FlatFileProfile | None = None) -> list[tuple[int, str, str]]:
    """The rows that are held: number, code and column."""
    return [
        (row.number, row.line.diagnostic.code, row.line.diagnostic.position.column)
        for row in read(body, profile)
        if isinstance(row.line, MalformedLine)
    ]


def refusals_of(body: bytes) -> list[tuple[str, str]]:
    """Why a file is refused: codes and columns."""
    surveyed = survey(io.BytesIO(body), cabinet())
    assert surveyed.is_refused
    return [(found.code, found.position.column) for found in surveyed.findings]


def grouped(body: bytes) -> list[tuple[str, list[str]]]:
    """The transactions of a file, each with its lines or the codes that hold them."""
    profile = cabinet()
    surveyed = survey(io.BytesIO(body), profile)
    return [
        (
            each.name.transaction if each.name else "",
            [
                row.line.diagnostic.code if isinstance(row.line, MalformedLine) else row.line.key[3]
                for row in each.rows
            ],
        )
        for each in transactions(io.BytesIO(body), profile, surveyed)
    ]


def _rows(body: bytes, profile: FlatFileProfile) -> Iterator[FileRow]:
    _, rows = rows_of(io.BytesIO(body), profile)
    return rows


def csv_samples() -> list[Path]:
    """Every sample of a cabinet's file."""
    return sorted((INBOUND / "flatfile").glob("cabinet_*.csv"))


def flat_samples() -> list[Path]:
    """Every sample of a flat file."""
    return sorted(each for each in (INBOUND / "flatfile").iterdir() if each.suffix != ".json")


def profile_of(body: bytes) -> FlatFileProfile:
    """The profile that a sample fits; the cabinet's where it fits none."""
    (name,) = fitting_profiles(body) or ("cabinet",)
    profile = find_profile(name)
    assert profile is not None
    return profile


def file_as_golden(body: bytes) -> object:
    """A file as its JSON: rows by transaction, and nothing of the patient in it."""
    profile = profile_of(body)
    surveyed = survey(io.BytesIO(body), profile)
    found = transactions(io.BytesIO(body), profile, surveyed)
    return {
        "findings": [plain(each) for each in surveyed.findings],
        "transactions": [] if surveyed.is_refused else [_transaction(each) for each in found],
    }


def _transaction(each: Transaction) -> dict[str, object]:
    return {
        "name": plain(each.name) if each.name else None,
        "rows": {str(row.number): plain(row.line) for row in each.rows},
        "repeated": list(each.repeated),
        "cases": len({row.people.case for row in each.rows if row.people.case}),
    }
