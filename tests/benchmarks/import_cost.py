"""What a cold start pays to import each function's handler, each in a process of its own.

`python -m tests.benchmarks.import_cost [--json]`. CPU in ms and growth in modules count from after
the interpreter's start; memory is the process's peak in MiB, the interpreter's own included.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
PROBE = """
import importlib, resource, sys, time
modules, cpu = len(sys.modules), time.process_time()
importlib.import_module(sys.argv[1])
spent = time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(spent, len(sys.modules) - modules, peak)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCost:
    """One import of one handler: CPU in ms, modules loaded, peak memory in MiB."""

    cpu_ms: float
    modules: int
    peak_mib: float


def handlers() -> list[str]:
    """The module of each function, by name."""
    return [f"functions.{path.parent.name}.handler" for path in _handler_files()]


def _handler_files() -> list[Path]:
    return sorted((ROOT / "functions").glob("*/handler.py"))


def read_cost(printed: str) -> ImportCost:
    """Read what the probe printed: seconds, modules, KiB (Linux)."""
    seconds, modules, peak_kib = printed.split()
    return ImportCost(
        cpu_ms=float(seconds) * 1000, modules=int(modules), peak_mib=int(peak_kib) / 1024
    )


def middle_of(costs: Sequence[ImportCost]) -> ImportCost:
    """The median of each figure."""
    return ImportCost(
        cpu_ms=median(cost.cpu_ms for cost in costs),
        modules=int(median(cost.modules for cost in costs)),
        peak_mib=median(cost.peak_mib for cost in costs),
    )


def measured(module: str) -> ImportCost:
    """Import it once in a fresh process."""
    command = [sys.executable, "-c", PROBE, module]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return read_cost(done.stdout)


def main() -> None:
    """Measure in rounds, so that other load falls on all handlers alike, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--json", action="store_true")
    as_json: bool = options.parse_args().json
    rounds = [{module: measured(module) for module in handlers()} for _ in range(RUNS)]
    costs = {module: middle_of([done[module] for done in rounds]) for module in handlers()}
    console = Console()
    table = Table("handler", "CPU ms", "modules", "peak MiB", title=f"imports, median of {RUNS}")
    for module, cost in costs.items():
        table.add_row(module, f"{cost.cpu_ms:.0f}", str(cost.modules), f"{cost.peak_mib:.0f}")
    console.print(table)
    if as_json:
        figures = {module: asdict(cost) for module, cost in costs.items()}
        console.print(json.dumps({"runs": RUNS, "handlers": figures}), soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
