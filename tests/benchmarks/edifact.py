"""How fast EDIFACT is read and checked, beside a library that only parses it.

`python -m tests.benchmarks.edifact [--segments N] [--peers PYTHON]`. Both read the same file in
processes of their own, in rounds, by CPU time. The peer is a package of an environment apart from
ours (`--peers` is its interpreter); if it is not there it is said to be missing.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shared.formats.edifact.reader import read
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
from tests.benchmarks.edifact_files import Generated, generate

SEGMENTS = 200_000
OURS, PEER = "ledgerward: read and validate to documents", "pydifact"
_OURS = """
from shared.formats.edifact.reader import read
def read_whole(path):
    with open(path, "rb") as stream:
        for each in read(stream):
            pass
"""
_PEER = """
from pydifact.parser import Parser
def read_whole(path):
    text = open(path, encoding="latin-1").read()
    for segment in Parser().parse(text):
        pass
"""


def main() -> None:
    """Generate, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--segments", type=int, default=SEGMENTS)
    options.add_argument("--peers", default=sys.executable)
    stated = options.parse_args()
    made = generate(stated.segments)
    programs = {OURS: (sys.executable, _OURS), PEER: (stated.peers, _PEER)}
    with tempfile.TemporaryDirectory() as name:
        small, once, many = (Path(name) / f"{times}.edi" for times in (0, 1, TIMES))
        small.write_text(generate(FEW, messages=1).text)
        once.write_text(made.text)
        many.write_text(generate(stated.segments * TIMES).text)
        costs = rounds(small, once, programs)
        memory = memory_growth(_OURS, small, once, many)
    lost = missed(made.text, made.sown, read(made.text.encode()), "'")
    console = Console()
    console.print(_table(costs, made, stated.peers))
    console.print(
        f"sown errors: {len(made.sown)}, found at their segment: {len(made.sown) - len(lost)}"
    )
    console.print(memory)


def _table(costs: Mapping[str, Cost], made: Generated, peers: str) -> Table:
    title = f"{made.segments:,} segments, {made.messages:,} messages, median of {RUNS}, CPU time"
    table = Table("reader", "version", "kseg/s", "peak MiB", "ours is", title=title)
    for name, what, version in (
        (OURS, OURS, ""),
        (PEER, f"{PEER}: parse", version_of(peers, PEER)),
    ):
        cost = costs.get(name)
        if cost is None:
            table.add_row(name, "not installed", f"pip install {name}", "", "")
            continue
        rate = made.segments / cost.seconds / 1000
        ratio = "" if name == OURS else f"{cost.seconds / costs[OURS].seconds:.1f}x"
        table.add_row(what, version, f"{rate:,.0f}", f"{cost.peak_mib:.0f}", ratio)
    return table


if __name__ == "__main__":
    main()
