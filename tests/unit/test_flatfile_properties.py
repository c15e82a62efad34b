"""What holds for every file, however broken: found by search, not by example."""

import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical.codec import from_json, to_json
from shared.canonical.diagnostic import Position
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.formats.flatfile.documents import people_of, transaction_documents
from shared.formats.flatfile.profile import FlatFileProfile
from shared.formats.flatfile.transactions import Transaction, rows_of, survey, transactions
from tests.builders import a_sighting
from tests.flatfile import HEADER, PLAIN, cabinet, csv_samples, lines_of, raw_file, raw_row

CANARY = "ZZCANARYZZ"
MIB = 1024 * 1024
NOWHERE = Position(segment="")
WHOLE = [path for path in csv_samples() if lines_of(path.read_bytes())]

# Pieces of real files, so that the search gets past the header.
PIECES = st.sampled_from(
    [
        *(raw_row(), raw_row(Transaction="T-2"), raw_row(Quantity="3"), raw_row()[:20]),
        *(b"T-1", b"WITHDRAWAL", b"RETURN", b"NORTH", b"2026-03-04 09:30:00", b"-1", b"=1", b"1.5"),
        *(b",", b"\r\n", b"\n", b"\r", b'"', b'""', b"\x00", b"\xff", b"\xc3\xa9", b" ", b"\t"),
        *(b"\xef\xbb\xbf", b"9" * 30, b"," * 18, b"%Y", b"\xff\xfe"),
    ]
)
FILES = st.lists(PIECES | st.binary(max_size=8), max_size=60).map(b"".join)


def transactions_of(body: bytes, profile: FlatFileProfile) -> list[Transaction]:
    surveyed = survey(io.BytesIO(body), profile)
    return list(transactions(io.BytesIO(body), profile, surveyed))


def every_row_is_in_one_transaction(body: bytes) -> bool:
    _, rows = rows_of(io.BytesIO(body), cabinet())
    found = transactions_of(body, cabinet())
    told = [row.number for each in found for row in each.rows]
    told += [number for each in found for number in each.repeated]
    return sorted(told) == [row.number for row in rows]


@given(st.binary(max_size=300))
def test_no_bytes_can_make_the_reader_raise(body: bytes) -> None:
    assert every_row_is_in_one_transaction(body)


@settings(max_examples=300)
@given(FILES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "windows-1252"]))
def test_no_patchwork_of_rows_can_make_the_reader_raise_or_lose_a_row(
    body: bytes, delimiter: str, encoding: str
) -> None:
    profile = replace(cabinet(), delimiter=delimiter, encoding=encoding)
    header = PLAIN.replace(",", delimiter).encode() + b"\r\n"

    assert every_row_is_in_one_transaction(HEADER + body)
    for each in transactions_of(header + body, profile):
        people_of(each)
        documents = transaction_documents(
            each, profile, a_sighting(), case_token="", patient_token=""
        )
        for document in documents:
            assert from_json(SupplyUsage, to_json(document)) == document


@settings(max_examples=200)
@given(st.sampled_from(WHOLE), st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_no_damage_to_a_sample_can_make_the_reader_raise_or_lose_a_row(
    path: Path, place: int, damage: bytes
) -> None:
    body = path.read_bytes()

    assert every_row_is_in_one_transaction(body[:place] + damage + body[place + len(damage) :])


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_sample_cut_anywhere_says_nothing_that_the_whole_one_does_not(path: Path) -> None:
    body = path.read_bytes()
    whole = lines_of(body)

    for length in range(len(body)):
        cut = lines_of(body[:length])
        assert cut == whole[: len(cut)], length


@settings(max_examples=50)
@given(
    st.permutations(range(6)),
    st.sampled_from([b"\r\n", b"\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_a_transaction_is_the_same_document_in_whatever_file_and_order_its_rows_come(
    order: list[int], end: bytes, mark: bytes
) -> None:
    rows = [raw_row(Transaction=f"T-{n % 2}", Line=str(n), Remark="x" * n) for n in range(6)]

    assert _ids_and_facts(mark + raw_file(*(rows[n] for n in order), end=end)) == _ids_and_facts(
        raw_file(*rows)
    )


@given(st.text(alphabet='ab,"\n\r=', max_size=12))
def test_a_patients_value_goes_nowhere_and_no_finding_shows_it(more: str) -> None:
    quoted = (CANARY + more).replace('"', '""')
    body = raw_file(
        raw_row(Patient=f'"{quoted}"', Case=f'"={quoted}"'), raw_row(Line="2", Case=f'"{quoted}"')
    )

    found = transactions_of(body, cabinet())
    documents = [
        document
        for each in found
        for document in transaction_documents(
            each, cabinet(), a_sighting(), case_token="", patient_token=""
        )
    ]

    assert len(documents) == 1
    assert CANARY not in repr(documents)
    assert CANARY not in repr(found)


def test_memory_is_flat_in_the_size_of_the_file() -> None:
    stream = _Generated(megabytes=20)

    tracemalloc.start()
    try:
        head, rows = rows_of(stream, cabinet())  # type: ignore[arg-type]
        count = sum(isinstance(row.line, UsageLine) for row in rows)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert not head.is_refused
    assert count == stream.rows
    assert most < 1 * MIB


def test_what_is_kept_of_a_file_until_its_end_is_two_digests_a_row() -> None:
    stream = _Generated(megabytes=6)

    tracemalloc.start()
    try:
        surveyed = survey(stream, cabinet())  # type: ignore[arg-type]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert surveyed.rows == stream.rows > 2_000
    assert most < stream.rows * 700


class _Generated:
    """A file that is made while it is read: wide rows, each a transaction of its own."""

    def __init__(self, *, megabytes: int) -> None:
        self._left = megabytes * MIB
        self._lines = self._made()
        self.rows = 0

    def readline(self, limit: int) -> bytes:
        line = next(self._lines, b"")
        assert len(line) < limit
        return line

    def _made(self) -> Iterator[bytes]:
        yield PLAIN.encode() + b"\r\n"
        while self._left > 0:
            self.rows += 1
            remark = '"a remark, of ""some"" length' + " and more" * 250 + '"'
            row = raw_row(Transaction=f"T-{self.rows}", Remark=remark) + b"\r\n"
            self._left -= len(row)
            yield row


def _ids_and_facts(body: bytes) -> list[tuple[str, list[UsageLine]]]:
    documents = [
        document
        for each in transactions_of(body, cabinet())
        for document in transaction_documents(
            each, cabinet(), a_sighting(), case_token="", patient_token=""
        )
    ]
    facts = [
        (document.document_id, [replace(line, position=NOWHERE) for line in document.lines])
        for document in documents
    ]
    return sorted(facts, key=lambda fact: fact[0])
