"""How fast FHIR is read, beside fhir.resources, which validates the same Bundle.

`python -m tests.benchmarks.fhir [--resources N] [--peers PYTHON]`. Both read the same file in
processes of their own, in rounds, by CPU time. `--peers` is the interpreter of an environment with
fhir.resources.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shared.canonical.diagnostic import Diagnostic
from shared.formats.fhir.reader import read
from tests.benchmarks.edi_measuring import (
    RUNS,
    TIMES,
    Cost,
    memory_growth,
    rounds,
    version_of,
)
from tests.benchmarks.fhir_files import GeneratedBundle, SownError, generate

RESOURCES, FEW = 8_000, 40
PACKAGE = "fhir.resources"
OURS, THEIRS = "ledgerward: read to canonical", f"{PACKAGE}: Bundle.model_validate_json"
_OURS = """
from shared.formats.fhir.reader import read
def read_whole(path):
    with open(path, "rb") as stream:
        for each in read(stream, year=2026):
            pass
"""
_THEIRS = """
from fhir.resources.bundle import Bundle
def read_whole(path):
    Bundle.model_validate_json(open(path, "rb").read())
"""


def main() -> int:
    """Generate, measure, print; 1 if a sown error is not found."""
    options = argparse.ArgumentParser()
    options.add_argument("--resources", type=int, default=RESOURCES)
    options.add_argument("--peers", default=sys.executable)
    stated = options.parse_args()
    made = generate(stated.resources)
    with tempfile.TemporaryDirectory() as name:
        small, once, many = (Path(name) / f"{times}.json" for times in (0, 1, TIMES))
        small.write_text(generate(FEW).text)
        once.write_text(made.text)
        many.write_text(generate(stated.resources * TIMES).text)
        costs = rounds(
            small, once, {OURS: (sys.executable, _OURS), THEIRS: (stated.peers, _THEIRS)}
        )
        memory = memory_growth(_OURS, small, once, many)
    sown = generate(stated.resources, sown=True)
    year = datetime.now(UTC).year
    lost = missed(sown.sown, read(sown.text.encode(), year=year))
    console = Console()
    console.print(_table(made, costs, version_of(stated.peers, PACKAGE)))
    console.print(
        f"sown errors: {len(sown.sown)}, found at their byte: {len(sown.sown) - len(lost)}"
    )
    console.print(memory)
    return int(bool(lost))


def missed(sown: Sequence[SownError], told: Iterable[object]) -> list[SownError]:
    """The sown errors that a reading does not tell at their place and byte."""
    found = {
        (each.code, each.position.segment, each.position.byte)
        for each in told
        if isinstance(each, Diagnostic)
    }
    return [each for each in sown if (each.code, each.place, each.byte) not in found]


def _table(made: GeneratedBundle, costs: Mapping[str, Cost], version: str) -> Table:
    size = len(made.text) / 2**20
    title = f"{made.resources:,} resources in {size:.1f} MiB, median of {RUNS}, CPU time"
    table = Table("reader", "version", "µs a resource", "peak MiB", "ours is", title=title)
    for name in (OURS, THEIRS):
        if name not in costs:
            table.add_row(name, "not installed", f"pip install {PACKAGE}", "", "")
            continue
        cost = costs[name]
        each = cost.seconds / made.resources * 1e6
        ratio = "" if name == OURS else f"{cost.seconds / costs[OURS].seconds:.1f}x"
        shown = "" if name == OURS else version
        table.add_row(name, shown, f"{each:.1f}", f"{cost.peak_mib:.0f}", ratio)
    return table


if __name__ == "__main__":
    sys.exit(main())
