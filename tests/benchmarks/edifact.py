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

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.positions import EdiPosition
from shared.formats.edifact.reader import read
from tests.benchmarks.edifact_files import Generated, generate
from tests.benchmarks.x12 import Cost, measured, middle_of, version_of
from tests.benchmarks.x12_files import Sown

SEGMENTS = 200_000
RUNS = 3
TIMES = 10  # the file for the memory figure is so many times as long
OURS, PEER = "ledgerward: read and validate to documents", "pydifact"
_OURS = """
from shared.formats.edifact.reader import read
started = time.process_time()
with open(path, "rb") as stream:
    for each in read(stream):
        pass
"""
_PEER = """
from pydifact.parser import Parser
started = time.process_time()
text = open(path, encoding="latin-1").read()
for segment in Parser().parse(text):
    pass
"""


def missed(made: Generated) -> list[Sown]:
    """The sown errors that our reader does not find at their segment."""
    sown_in = {(each.interchange, each.set): each for each in made.sown}
    found: set[Sown] = set()
    for told in read(made.text.encode()):
        if isinstance(told, Diagnostic) and isinstance(told.position, EdiPosition):
            position = told.position
            sown = sown_in.get((position.interchange, position.set))
            end = made.text.find("'", sown.byte) if sown else 0
            if sown and told.code == sown.code and sown.byte <= position.byte <= end:
                found.add(sown)
    return [each for each in made.sown if each not in found]


def rounds(path: Path, peers: str) -> dict[str, list[Cost]]:
    """Measure both in turn, so that other load falls on both alike."""
    costs: dict[str, list[Cost]] = {}
    for _ in range(RUNS):
        for name, interpreter, program in ((OURS, sys.executable, _OURS), (PEER, peers, _PEER)):
            cost = measured(interpreter, program, path)
            if cost is not None:
                costs.setdefault(name, []).append(cost)
    return costs


def memory_growth(folder: Path, least: int) -> tuple[float, float]:
    """Peak memory for a file and for one so many times as long."""
    peaks = []
    for times in (1, TIMES):
        path = folder / f"{times}.edi"
        path.write_text(generate(least * times).text)
        cost = measured(sys.executable, _OURS, path)
        peaks.append(cost.peak_mib if cost else 0.0)
    return peaks[0], peaks[1]


def main() -> None:
    """Generate, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--segments", type=int, default=SEGMENTS)
    options.add_argument("--peers", default=sys.executable)
    stated = options.parse_args()
    made = generate(stated.segments)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "day.edi"
        path.write_text(made.text)
        costs = {each: middle_of(all_) for each, all_ in rounds(path, stated.peers).items()}
        small, large = memory_growth(Path(name), stated.segments)
    lost = missed(made)
    console = Console()
    console.print(_table(costs, made, stated.peers))
    console.print(
        f"sown errors: {len(made.sown)}, found at their segment: {len(made.sown) - len(lost)}"
    )
    growth = (large / small - 1) * 100 if small else 0
    larger = f"for {TIMES} times the file {large:.1f} MiB ({growth:+.1f} %)"
    console.print(f"peak memory: {small:.1f} MiB, {larger}")


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
