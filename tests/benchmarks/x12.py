"""How fast X12 is read and checked, beside the libraries that do part of the same.

`python -m tests.benchmarks.x12 [--segments N] [--peers PYTHON] [--json]`. All read the same file in
processes of their own, in rounds, by CPU time. Peers are packages of an environment apart from ours
(`--peers` is its interpreter); one that is not there is said to be missing, with how to install it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from tests.benchmarks.x12_files import Generated, Sown, generate

ROOT = Path(__file__).resolve().parents[2]
SEGMENTS = 190_000
RUNS = 3
TIMES = 10  # the file for the memory figure is so many times as long
OURS, OURS_TOKENS = "ledgerward: read and validate to documents", "ledgerward: tokenise"
_HEAD = "import sys, time\npath = sys.argv[1]\n"
_TAIL = """
spent = time.process_time() - started
with open("/proc/self/status") as status:  # ru_maxrss would count what the parent held
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(spent, peak)
"""
_OURS = """
from shared.formats.x12.reader import read
started = time.process_time()
with open(path, "rb") as stream:
    for each in read(stream):
        pass
"""
_OURS_TOKENS = """
from shared.formats.edi.splitting import split
from shared.formats.x12.header import X12Syntax
started = time.process_time()
with open(path, "rb") as stream:
    for batch in split(stream, X12Syntax()):
        for piece in batch.pieces:
            parts = piece.split("\\x1d")
"""
_DOCTOR = """
from x12doctor import diagnose
started = time.process_time()
report = diagnose(open(path, "rb").read())
"""
_PYX12 = """
import logging
import pyx12.x12file
logging.disable(logging.CRITICAL)
started = time.process_time()
for segment in pyx12.x12file.X12Reader(path):
    pass
"""
_X12SDK = """
from x12sdk.io import X12SegmentReader
started = time.process_time()
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One reading of one file: CPU in seconds, peak memory in MiB."""

    seconds: float
    peak_mib: float


def measured(interpreter: str, program: str, path: Path) -> Cost | None:
    """Read a file once in a fresh process; None if the library is not there."""
    command = [interpreter, "-c", f"{_HEAD}{program}{_TAIL}", str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if "ModuleNotFoundError" in ended.stderr:
        return None
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])
    return read_cost(ended.stdout)


def read_cost(printed: str) -> Cost:
    """Read what a program printed: seconds, KiB (Linux)."""
    seconds, peak_kib = printed.split()[-2:]
    return Cost(seconds=float(seconds), peak_mib=int(peak_kib) / 1024)


def middle_of(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        seconds=median(cost.seconds for cost in costs),
        peak_mib=median(cost.peak_mib for cost in costs),
    )


def version_of(interpreter: str, package: str) -> str:
    """The version of a peer."""
    program = f"import importlib.metadata as m; print(m.version({package!r}))"
    ended = subprocess.run(  # noqa: S603
        [interpreter, "-c", program], capture_output=True, text=True, check=False
    )
    return ended.stdout.strip()


def missed(made: Generated) -> list[Sown]:
    """The sown errors that our reader does not find at their segment."""
    from shared.canonical.diagnostic import Diagnostic  # noqa: PLC0415 - only where it is read
    from shared.formats.edi.positions import EdiPosition  # noqa: PLC0415
    from shared.formats.x12.reader import read  # noqa: PLC0415

    sown_in = {(each.interchange, each.set): each for each in made.sown}
    found: set[Sown] = set()
    for told in read(made.text.encode()):
        if isinstance(told, Diagnostic) and isinstance(told.position, EdiPosition):
            position = told.position
            sown = sown_in.get((position.interchange, position.set))
            end = made.text.find("~", sown.byte) if sown else 0
            if sown and told.code == sown.code and sown.byte <= position.byte <= end:
                found.add(sown)
    return [each for each in made.sown if each not in found]


def rounds(path: Path, peers: str) -> dict[str, list[Cost]]:
    """Measure all in turn, so that other load falls on all alike."""
    costs: dict[str, list[Cost]] = {}
    for _ in range(RUNS):
        programs = [(OURS, sys.executable, _OURS), (OURS_TOKENS, sys.executable, _OURS_TOKENS)]
        programs += [(name, peers, program) for name, (_, program) in PEERS.items()]
        for name, interpreter, program in programs:
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
    options.add_argument("--json", action="store_true")
    stated = options.parse_args()
    made = generate(stated.segments)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "day.edi"
        path.write_text(made.text)
        costs = {each: middle_of(all_) for each, all_ in rounds(path, stated.peers).items()}
        small, large = memory_growth(Path(name), stated.segments)
    lost = missed(made)
    console = Console()
    table = Table("reader", "version", "kseg/s", "peak MiB", "ours is", title=_title(made))
    for each in (OURS, OURS_TOKENS, *PEERS):
        _add_row(table, each, costs, made, stated.peers)
    console.print(table)
    console.print(
        f"sown errors: {len(made.sown)}, found at their segment: {len(made.sown) - len(lost)}"
    )
    console.print(f"peak memory: {small:.1f} MiB, for {TIMES} times the file {large:.1f} MiB")
    if stated.json:
        figures = {each: asdict(cost) for each, cost in costs.items()}
        console.print(json.dumps({"segments": made.segments, "costs": figures}), markup=False)


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
