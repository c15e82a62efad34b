"""How fast X12 is read and checked, beside the libraries that do part of the same.

`python -m tests.benchmarks.x12 [--segments N] [--peers PYTHON] [--json]`. All read the same file in
processes of their own, in rounds, by CPU time. Peers are packages of an environment apart from ours
(`--peers` is its interpreter); one that is not there is said to be missing, with how to install it.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from shared.formats.x12.reader import read
from tests.benchmarks.edi_measuring import (
    FEW,
    RUNS,
    TIMES,
    Cost,
    memory_growth,
    missed,
    rounds,
    version_of,
)
from tests.benchmarks.x12_files import Generated, generate

SEGMENTS = 190_000
OURS, OURS_TOKENS = "ledgerward: read and validate to documents", "ledgerward: tokenise"
_OURS = """
from shared.formats.x12.reader import read
def read_whole(path):
    with open(path, "rb") as stream:
        for each in read(stream):
            pass
"""
_OURS_TOKENS = """
from shared.formats.edi.splitting import split
from shared.formats.x12.header import X12Syntax
def read_whole(path):
    with open(path, "rb") as stream:
        for batch in split(stream, X12Syntax()):
            for piece in batch.pieces:
                parts = piece.split("\\x1d")
"""
_DOCTOR = """
from x12doctor import diagnose
def read_whole(path):
    report = diagnose(open(path, "rb").read())
"""
_PYX12 = """
import logging
import pyx12.x12file
logging.disable(logging.CRITICAL)
def read_whole(path):
    for segment in pyx12.x12file.X12Reader(path):
        pass
"""
_X12SDK = """
from x12sdk.io import X12SegmentReader
def read_whole(path):
    with X12SegmentReader(path) as reader:
        for segment in reader.segments():
            pass
"""
PEERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "x12-doctor": ("diagnose", _DOCTOR),
        "pyx12": ("parse", _PYX12),
        "x12sdk": ("tokenise", _X12SDK),
    }
)


def main() -> None:
    """Generate, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--segments", type=int, default=SEGMENTS)
    options.add_argument("--peers", default=sys.executable)
    options.add_argument("--json", action="store_true")
    stated = options.parse_args()
    made = generate(stated.segments)
    with tempfile.TemporaryDirectory() as name:
        small, once, many = (Path(name) / f"{times}.edi" for times in (0, 1, TIMES))
        small.write_text(generate(FEW, sets=1).text)
        once.write_text(made.text)
        many.write_text(generate(stated.segments * TIMES).text)
        costs = rounds(small, once, _programs(stated.peers))
        memory = memory_growth(_OURS, small, once, many)
    lost = missed(made.text, made.sown, read(made.text.encode()), "~")
    console = Console()
    table = Table("reader", "version", "kseg/s", "peak MiB", "ours is", title=_title(made))
    for each in (OURS, OURS_TOKENS, *PEERS):
        _add_row(table, each, costs, made, stated.peers)
    console.print(table)
    console.print(
        f"sown errors: {len(made.sown)}, found at their segment: {len(made.sown) - len(lost)}"
    )
    console.print(memory)
    if stated.json:
        figures = {each: asdict(cost) for each, cost in costs.items()}
        console.print(json.dumps({"segments": made.segments, "costs": figures}), markup=False)


def _programs(peers: str) -> dict[str, tuple[str, str]]:
    ours = {OURS: _OURS, OURS_TOKENS: _OURS_TOKENS}
    return {
        **{name: (sys.executable, program) for name, program in ours.items()},
        **{name: (peers, program) for name, (_, program) in PEERS.items()},
    }


def _title(made: Generated) -> str:
    return f"{made.segments:,} segments, {made.sets:,} sets, median of {RUNS}, CPU time"


def _add_row(
    table: Table, name: str, costs: Mapping[str, Cost], made: Generated, peers: str
) -> None:
    cost = costs.get(name)
    if cost is None:
        table.add_row(name, "not installed", f"pip install {name}", "", "")
        return
    what = f"{name}: {PEERS[name][0]}" if name in PEERS else name
    version = version_of(peers, name) if name in PEERS else ""
    rate = made.segments / cost.seconds / 1000
    ours = costs[OURS_TOKENS if name in ("x12sdk", OURS_TOKENS) else OURS]
    ratio = "" if name in (OURS, OURS_TOKENS) else f"{cost.seconds / ours.seconds:.1f}x"
    table.add_row(what, version, f"{rate:,.0f}", f"{cost.peak_mib:.0f}", ratio)


if __name__ == "__main__":
    main()
