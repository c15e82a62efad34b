"""What an EDI reader costs beside others: processes of their own, in rounds, by CPU time."""

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.positions import EdiPosition
from tests.benchmarks.x12_files import Sown

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
FEW = 800  # segments of the file that each reads first: some of every kind
TIMES = 10  # the file for the memory figure is so many times as long
_HEAD = "import sys, time\n"
_TAIL = """
read_whole(sys.argv[1])  # what is made on first use counts as little as what imports make
started = time.process_time()
read_whole(sys.argv[2])
spent = time.process_time() - started
with open("/proc/self/status") as status:  # ru_maxrss would count what the parent held
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(spent, peak)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One reading of one file: CPU in seconds, peak memory in MiB."""

    seconds: float
    peak_mib: float


def measured(interpreter: str, program: str, small: Path, path: Path) -> Cost | None:
    """Read a file once in a fresh process, behind a small one; None if the library is not there.

    `program` defines `read_whole`, of a path.
    """
    command = [interpreter, "-c", f"{_HEAD}{program}{_TAIL}", str(small), str(path)]
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


def rounds(small: Path, path: Path, programs: Mapping[str, tuple[str, str]]) -> dict[str, Cost]:
    """The median of each program by its interpreter, in turn, so that other load falls on all."""
    costs: dict[str, list[Cost]] = {}
    for _ in range(RUNS):
        for name, (interpreter, program) in programs.items():
            cost = measured(interpreter, program, small, path)
            if cost is not None:
                costs.setdefault(name, []).append(cost)
    return {name: middle_of(all_) for name, all_ in costs.items()}


def memory_growth(program: str, small: Path, once: Path, many: Path) -> str:
    """Peak memory of ours for a file and for one `TIMES` as long, as it is printed."""
    one, ten = (measured(sys.executable, program, small, path) for path in (once, many))
    if one is None or ten is None:
        raise RuntimeError("our own reader is not there")
    growth = (ten.peak_mib / one.peak_mib - 1) * 100
    times = f"for {TIMES} times the file {ten.peak_mib:.1f} MiB ({growth:+.1f} %)"
    return f"peak memory: {one.peak_mib:.1f} MiB, {times}"


def missed(text: str, sown: Sequence[Sown], told: Iterable[object], terminator: str) -> list[Sown]:
    """The sown errors that a reading does not tell of at their segment."""
    sown_in = {(each.interchange, each.set): each for each in sown}
    found: set[Sown] = set()
    for each in told:
        if isinstance(each, Diagnostic) and isinstance(each.position, EdiPosition):
            at = each.position
            there = sown_in.get((at.interchange, at.set))
            end = text.find(terminator, there.byte) if there else 0
            if there and each.code == there.code and there.byte <= at.byte <= end:
                found.add(there)
    return [each for each in sown if each not in found]
