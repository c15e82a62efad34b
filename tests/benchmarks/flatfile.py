"""How fast flat files are read and checked, beside what splits and types their columns alone.

`python -m tests.benchmarks.flatfile [--rows N] [--peers PYTHON] [--json]`. All read the same file
of a cabinet, and ours its rows at fixed places too, in processes of their own, in rounds, by CPU
time. `csv.DictReader` splits and decodes; pandas and polars read a table and make numbers and times
of two columns. None of them says which row is wrong, and where. Peers are packages of an
environment apart from ours (`--peers` is its interpreter); one that is not there is said to be
missing. Memory is ours, for the file and for one ten times as long.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from tests.benchmarks.edi_measuring import RUNS, TIMES, Cost, memory_growth, rounds, version_of

ROWS, FEW = 100_000, 100
OURS, FIXED, TOLD = "ledgerward: delimited", "ledgerward: fixed width", "ledgerward: dry run"
READER = "csv.DictReader: split"
_READ = """
from shared.formats.flatfile.loading import find_profile
from shared.formats.flatfile.transactions import rows_of
def read_whole(path):
    profile = find_profile("{profile}")
    with open(path, "rb") as stream:
        for each in rows_of(stream, profile)[1]:
            assert each.line.key
"""
_TOLD = """
from shared.formats.flatfile.dry_run import dry_run
from shared.formats.flatfile.loading import find_profile
def read_whole(path):
    with open(path, "rb") as stream:
        run = dry_run(stream, find_profile("cabinet"))
        for each in run.told():
            assert each.found is None
"""
_READER = """
import csv
def read_whole(path):
    with open(path, newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            assert row["Transaction"]
"""
_PANDAS = """
import pandas
def read_whole(path):
    table = pandas.read_csv(path, dtype=str, keep_default_na=False)
    table["Quantity"] = pandas.to_numeric(table["Quantity"])
    table["Time"] = pandas.to_datetime(table["Time"], format="%Y-%m-%d %H:%M:%S")
"""
_POLARS = """
import polars
def read_whole(path):
    table = polars.read_csv(path, infer_schema=False)
    table.with_columns(
        polars.col("Quantity").cast(polars.Decimal(15, 6)),
        polars.col("Time").str.to_datetime("%Y-%m-%d %H:%M:%S"),
    )
"""
PEERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"pandas: read and type": ("pandas", _PANDAS), "polars: read and type": ("polars", _POLARS)}
)
HEADER = (
    "Transaction,Line,Type,Facility,Department,Item,Quantity,Unit,Time,Lot,Serial,Patient,Case,"
    "Project,Grant,Service line,Original transaction,Original line,Remark"
)


def main() -> int:
    """Generate, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=ROWS)
    options.add_argument("--peers", default=sys.executable)
    options.add_argument("--json", action="store_true")
    stated = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        costs, memory = _measured(Path(name), stated.rows, stated.peers)
    console = Console(stderr=stated.json)
    console.print(_rates(costs, stated.rows, stated.peers))
    for reader, told in memory.items():
        console.print(f"{reader}: {told}")
    if stated.json:
        figures = {reader: asdict(cost) for reader, cost in costs.items()}
        sys.stdout.write(json.dumps({"rows": stated.rows, "costs": figures, **memory}) + "\n")
    return 0


def delimited(rows: int) -> Iterator[str]:
    """A cabinet's file: each row a withdrawal of its own, every tenth with a quoted remark."""
    yield HEADER + "\r\n"
    for number in range(rows):
        remark = '"said ""twice"", and again"' if not number % 10 else ""
        yield (
            f"CAB-{number // 4},{number % 4 + 1},WITHDRAWAL,NORTH,OR,SUT-{number % 900:03d},"
            f"{number % 9 + 1},EACH,2026-03-{number % 28 + 1:02d} {number % 24:02d}:30:00,"
            f"L{number % 77},,MRN{number % 999:06d},VISIT{number % 999:06d},,,,,,{remark}\r\n"
        )


def at_places(rows: int) -> Iterator[str]:
    """The same withdrawals as the profile `example_fixed_usage` places them."""
    yield "HDRUSAGE\r\n"
    for number in range(rows):
        moved = f"202603{number % 28 + 1:02d}{number % 24:02d}3000"
        identity = f"{f'CAB-{number // 4}':<10}{number % 4 + 1:>3}01N1{'OR':<8}"
        amount = f"{f'SUT-{number % 900:03d}':<12}{number % 9 + 1:>7}0{{01"
        line = f"DTL{identity}{amount}{moved}L{number % 77}"
        yield f"{line:<88}{f'V{number % 999:06d}':<12}\r\n"
    yield f"TRL{rows:08d}\r\n"


def _measured(folder: Path, rows: int, peers: str) -> tuple[Mapping[str, Cost], Mapping[str, str]]:
    paths = {
        (make.__name__, count): folder / f"{make.__name__}-{count}"
        for make in (delimited, at_places)
        for count in (FEW, rows, rows * TIMES)
    }
    for (name, count), path in paths.items():
        make = delimited if name == delimited.__name__ else at_places
        path.write_text("".join(make(count)), encoding="utf-8", newline="")
    by_commas, by_places = (
        [paths[make.__name__, count] for count in (FEW, rows, rows * TIMES)]
        for make in (delimited, at_places)
    )
    ours = {OURS: _READ.format(profile="cabinet"), TOLD: _TOLD, READER: _READER}
    programs = {name: (sys.executable, program) for name, program in ours.items()}
    programs |= {name: (peers, program) for name, (_, program) in PEERS.items()}
    fixed = _READ.format(profile="example_fixed_usage")
    costs = rounds(by_commas[0], by_commas[1], programs)
    costs |= rounds(by_places[0], by_places[1], {FIXED: (sys.executable, fixed)})
    memory = {
        OURS: memory_growth(ours[OURS], *by_commas),
        FIXED: memory_growth(fixed, *by_places),
        TOLD: memory_growth(_TOLD, *by_commas),
    }
    return costs, memory


def _rates(costs: Mapping[str, Cost], rows: int, peers: str) -> Table:
    title = f"{rows:,} rows, median of {RUNS}, CPU time"
    table = Table("reader", "version", "rows/s", "µs a row", "peak MiB", title=title)
    for name in (OURS, FIXED, TOLD, READER, *PEERS):
        version = version_of(peers, PEERS[name][0]) if name in PEERS else ""
        if name not in costs:
            table.add_row(name, "not installed", "", f"pip install {PEERS[name][0]}", "")
            continue
        cost = costs[name]
        rate, each = rows / cost.seconds, cost.seconds / rows * 1e6
        table.add_row(name, version, f"{rate:,.0f}", f"{each:.1f}", f"{cost.peak_mib:.0f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
