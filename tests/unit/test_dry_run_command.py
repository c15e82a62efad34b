"""`ledgerward file dry-run` tells each line of a file once, and does nothing."""

import io
import json
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from infra.local.network.build import build_network
from shared.canonical.message import ClientScope
from shared.cli.app import program
from shared.cli.told_lines import mapped_facts
from shared.formats.flatfile.dry_run import Fate, dry_run
from shared.formats.flatfile.loading import FOLDER, every_profile
from shared.formats.flatfile.profile import FlatFileProfile
from shared.simulation.master_data import SimulatedMasterData
from shared.workflow.try_rows import TryRows
from tests.builders import KNOWN_SINCE, NOW
from tests.flatfile import PLAIN, cabinet, flat_samples, profile_of, raw_file, raw_row
from tests.golden import INBOUND

SAMPLES = INBOUND / "flatfile"
MIB = 1024 * 1024


def ran(*arguments: str) -> tuple[int, list[dict[str, Any]], dict[str, Any]]:
    ended = CliRunner().invoke(program, ["file", "dry-run", *arguments, "--json"])
    *lines, totals = map(json.loads, ended.stdout.splitlines())
    return ended.exit_code, lines, totals


def physical_lines(body: bytes) -> int:
    """As bytes of LF, or of CR where the first line has no LF, tell them apart."""
    end = b"\r" if b"\n" not in body else b"\n"
    return body.count(end) + (not body.endswith(end) and bool(body))


@pytest.mark.parametrize("path", flat_samples(), ids=lambda path: path.name)
def test_the_fates_of_a_sample_add_up_to_its_lines(path: Path) -> None:
    body = path.read_bytes()

    status, lines, totals = ran(str(path), "--profile", profile_of(body).name)

    assert totals["lines"] == physical_lines(body) == sum(totals["counts"].values())
    told = Counter[str]()
    for each in lines:
        told[each["fate"]] += each["lines"]
    assert told == {fate: count for fate, count in totals["counts"].items() if count}
    places = [
        place for each in lines for place in range(each["line"], each["line"] + each["lines"])
    ]
    assert places == [*range(1, totals["lines"] + 1)]
    is_lost = bool(totals["counts"]["held"] or totals["counts"]["refused"])
    assert status == int(is_lost or bool(totals["findings"]))


def test_a_row_says_what_it_is_and_a_held_one_what_where_which_rule_and_what_to_do() -> None:
    status, lines, totals = ran(
        str(SAMPLES / "fixed_usage.txt"), "--profile", "example_fixed_usage"
    )

    assert status == 1
    assert lines[1] == {
        "line": 2,
        "lines": 1,
        "fate": "read",
        "row": 2,
        "kind": "charge",
        "item": "SUT-001",
        "key": ["MATMGMT", "NORTH", "MM-3001", "001", "charge"],
        "sign": "+",
        "quantity": "2.00",
        "unit": "EA",
    }
    assert (lines[5]["kind"], lines[5]["sign"], lines[5]["quantity"]) == ("credit", "-", "1.00")
    assert {name: lines[7][name] for name in ("fate", "code", "at", "rule", "value", "remedy")} == {
        "fate": "held",
        "code": "FORMULA",
        "at": "row[8]-6 ITEM-NO @ byte 558",
        "rule": "text is no formula",
        "value": "=9+9",
        "remedy": "Drop the row again, mended, under the same transaction and line.",
    }
    assert totals["counts"] == {
        "read": 4,
        "held": 9,
        "repeated": 0,
        "refused": 0,
        "header": 1,
        "trailer": 0,
        "blank": 1,
    }


def test_in_words_it_says_the_same() -> None:
    ended = CliRunner().invoke(
        program, ["file", "dry-run", str(SAMPLES / "counts.csv"), "--profile", "example_counts"]
    )

    shown = ended.stdout.splitlines()
    assert shown[1].split() == [
        *("2", "read", "count", "SUT-001", "+34", "EA"),
        shown[1].split()[-1],
    ]
    assert "ROW_REPEATED at row[8] @ byte" in shown[7]
    assert "8 lines: 3 read, 3 held, 1 repeated, 1 header" in shown


def test_a_profile_that_nobody_shipped_yet_is_a_json_file(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.json"
    said = json.loads((FOLDER / "cabinet.json").read_text(encoding="utf-8"))
    theirs.write_text(json.dumps({**said, "decimal_mark": ","}), encoding="utf-8")
    sample = str(SAMPLES / "cabinet_held_rows.csv")

    _, lines, totals = ran(sample, "--profile", str(theirs))

    assert totals["profile"] == "theirs"
    assert [each["quantity"] for each in lines if each["line"] == 5] == ["1.5"]
    for name in ("nobody", str(tmp_path / "none.json")):
        ended = CliRunner().invoke(program, ["file", "dry-run", sample, "--profile", name])
        assert getattr(ended.exception, "code", "") == "PROFILE_UNKNOWN"


def test_a_trailer_that_is_not_there_is_told_and_is_no_line(tmp_path: Path) -> None:
    whole = (SAMPLES / "fixed_usage.txt").read_bytes()
    cut = tmp_path / "cut.txt"
    cut.write_bytes(b"".join(whole.splitlines(keepends=True)[:4]))

    status, lines, totals = ran(str(cut), "--profile", "example_fixed_usage")

    assert (status, totals["lines"], totals["counts"]["read"]) == (1, 4, 3)
    assert (lines[-1]["code"], lines[-1]["lines"]) == ("TRAILER_MISSING", 0)


def test_no_patient_is_told() -> None:
    for path in flat_samples():
        ended = CliRunner().invoke(
            program,
            ["file", "dry-run", str(path), "--profile", profile_of(path.read_bytes()).name],
        )
        assert not any(each in ended.output for each in ("MRN000", "VISIT000")), path.name


PIECES = st.sampled_from(
    [
        *(PLAIN.encode(), raw_row(), raw_row(Line="2", Remark='"a\nb"'), raw_row(Quantity="x")),
        *(b'"', b"\n", b"\r\n", b"\r", b"\n\n", b",", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf"),
        *(b"HDRUSAGE", b"TRL00000001", b"DTL" + b" " * 97),
    ]
)


@given(st.lists(PIECES | st.binary(max_size=6), max_size=20).map(b"".join), st.data())
def test_whatever_the_bytes_every_line_is_told_once(body: bytes, data: st.DataObject) -> None:
    profile = data.draw(st.sampled_from(list(every_profile())))

    run = dry_run(io.BytesIO(body), profile)
    places = [
        place
        for each in run.told()
        for place in range(each.first_line, each.first_line + each.lines)
    ]

    assert places == [*range(1, run.lines + 1)]
    if b"\r" not in body.replace(b"\r\n", b""):
        assert run.lines == physical_lines(body) or b"\n" not in body


@dataclass
class CountingMaster(SimulatedMasterData):
    """Counts what is asked, and what is written."""

    calls: Counter[str] = field(default_factory=Counter)

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        found = super().__getattribute__(name)
        if callable(found) and not name.startswith("_"):
            super().__getattribute__("calls")[name] += 1
        return found


def test_mapping_says_what_each_use_would_post_or_be_held_as_and_writes_nothing() -> None:
    master = CountingMaster()
    network = build_network(year=2026)
    for records in (
        *(network.facilities, network.departments, network.items, network.units),
        *(network.number_codes, network.dimensions),
    ):
        master.put(records, recorded_at=KNOWN_SINCE)
    master.calls.clear()
    body = (SAMPLES / "cabinet_day.csv").read_bytes() + raw_row(Transaction="X", Item="NONE")

    try_rows = TryRows(master=master, client=_client(), profile=cabinet(), now=NOW)
    run = dry_run(io.BytesIO(body + b"\r\n"), cabinet())
    told = [facts for each in run.told() if (facts := mapped_facts(try_rows, each))]

    assert [each["mapped"] for each in told] == ["post", "post", "post", "reverse", "post", "hold"]
    assert (told[0]["posts_item"], told[0]["posts_quantity"]) == ("SUT-001", "2 EA")
    assert [hold["code"] for hold in told[5]["holds"]] == ["ITEM_UNMAPPED"]
    assert set(master.calls) <= {
        *("facility", "department", "item", "unit", "charge_code", "dimension", "stock_source"),
    }
    assert sum(master.calls.values()) > 0


def test_a_facility_that_is_not_the_clients_is_held_as_it_would_be_at_the_edge() -> None:
    try_rows = TryRows(
        master=SimulatedMasterData(),
        client=ClientScope(client_id="c", tenant="t", facilities=()),
        profile=cabinet(),
        now=NOW + timedelta(days=1),
    )

    (_, told) = dry_run(io.BytesIO(raw_file(raw_row())), cabinet()).told()

    codes = [hold["code"] for hold in mapped_facts(try_rows, told)["holds"]]
    assert "FACILITY_UNKNOWN" in codes
    assert told.fate is Fate.READ


def _client() -> ClientScope:
    return ClientScope(client_id="cabinet", tenant="meridian", facilities=("NORTH", "SOUTH"))


class Rows(io.RawIOBase):
    """A file of so many rows that is made while it is read, from its beginning each time."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._next = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._next = 0
        return offset + whence

    def readline(self, _size: int | None = -1, /) -> bytes:
        number, self._next = self._next, self._next + 1
        if number > self._rows:
            return b""
        row = raw_row(Transaction=f"T-{number}") if number else PLAIN.encode()
        return row + b"\r\n"


def peak_of(rows: int, profile: FlatFileProfile) -> tuple[int, int]:
    """The most memory that telling so many rows takes, in bytes, and how many lines were told."""
    tracemalloc.start()
    try:
        run = dry_run(Rows(rows), profile)  # type: ignore[arg-type]
        told = sum(each.lines for each in run.told())
        return tracemalloc.get_traced_memory()[1], told
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_behind_the_most_rows_that_a_file_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.formats.flatfile.transactions.ROWS_LIMIT", 500)
    peak_of(100, cabinet())

    once, few = peak_of(1_000, cabinet())
    many, all_ = peak_of(10_000, cabinet())

    assert (few, all_) == (1_001, 10_001)
    assert many < once * 1.1
    assert once < 1 * MIB
