"""Exactly one format recognises a message; of none or two nobody guesses, and the reasons stand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.canonical.diagnostic import Diagnostic
from shared.errors import LedgerwardError
from shared.formats import registry
from shared.formats.registry import FORMATS, Format, claims_on, recognise, why_unrecognised
from tests.golden import INBOUND

UNRECOGNISED = {"flatfile/cabinet_utf16.csv"}  # UTF-16 is known by its declared type alone


def samples() -> list[Path]:
    return sorted(path for path in INBOUND.glob("*/*") if path.suffix != ".json")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", samples(), ids=name_of)
def test_each_sample_is_recognised_by_the_format_it_is_kept_under_alone(path: Path) -> None:
    claims = claims_on(path.read_bytes(), "application/octet-stream")

    expected = [] if name_of(path) in UNRECOGNISED else [path.parent.name]
    assert [each.source for each in claims] == expected


def test_every_format_has_samples() -> None:
    assert {each.source for each in FORMATS} == {path.parent.name for path in samples()}


def test_a_message_of_no_format_is_told_what_each_of_them_looks_for() -> None:
    assert recognise(b"PK\x03\x04", "application/zip") is None
    reason = why_unrecognised(claims_on(b"PK\x03\x04", "application/zip"))
    assert reason == (
        "nothing by which a format is recognised: HL7 v2: a first segment MSH, FHS or BHS; "
        'usage event: a JSON object with a "type" that begins with "supply."; '
        "flat file: a first line with two columns of one profile, or with its fixed header; "
        "barcode: a first line that names a device of GS1, HIBCC or ICCBBA; "
        'GUDID: a JSON object that begins with "gudid"; '
        "FHIR: a JSON object with a resourceType; "
        "X12: an ISA that states its delimiters; "
        "EDIFACT: a UNA, UNB or UNH that states its delimiters"
    )


def test_a_message_that_two_formats_claim_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = replace(FORMATS[0], name="greedy", recognises=lambda _body, _type: True)
    monkeypatch.setattr(registry, "FORMATS", (*FORMATS, greedy))
    body = (INBOUND / "x12" / "invoice.edi").read_bytes()

    assert recognise(body, "") is None
    assert why_unrecognised(claims_on(body, "")) == "claimed by X12 and by greedy"


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_every_format_reads_each_of_its_samples_whole(each: Format) -> None:
    mine = [path for path in samples() if path.parent.name == each.source]
    profile = next(iter(each.profiles()), "")

    for path in mine:
        read = list(each.read(path.read_bytes(), profile))

        codes = {found.code for found in read if isinstance(found, Diagnostic)}
        assert read, path.name
        assert codes <= set(each.codes), path.name


def test_a_flat_file_finds_the_one_profile_that_fits_it(monkeypatch: pytest.MonkeyPatch) -> None:
    body = (INBOUND / "flatfile" / "cabinet_day.csv").read_bytes()
    flat = next(each for each in FORMATS if each.source == "flatfile")
    named = list(flat.read(body, "cabinet"))

    assert list(flat.read(body, "")) == named
    with pytest.raises(LedgerwardError, match="fit the file: none; name one"):
        list(flat.read(b"name,age\r\n", ""))

    def twice() -> Iterator[tuple[str, str, frozenset[str]]]:
        yield "one", ",", frozenset({"transaction", "item"})
        yield "two", ",", frozenset({"transaction", "item"})

    monkeypatch.setattr("shared.formats.flatfile.recognition.columns_of_all", twice)
    with pytest.raises(LedgerwardError, match="fit the file: one, two; name one"):
        list(flat.read(b"Transaction,Item\r\n", ""))


@pytest.mark.parametrize("source", ["flatfile", "x12", "fhir"])
def test_a_profile_that_does_not_exist_is_named(source: str) -> None:
    each = next(each for each in FORMATS if each.source == source)

    with pytest.raises(LedgerwardError, match="profile 'nobody'"):
        list(each.read(b"", "nobody"))
