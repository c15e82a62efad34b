"""The table: `python -m tests.benchmarks.exactly_once --peers PYTHON [--json]`.

PYTHON is the interpreter of an environment of its own that has the peers which this project does
not install; each row that cannot be had is named with the reason. `--class` takes one class of
target, `--row` one row, `--effects` another number of effects a cell. CPU and calls are those of
the column without a fault, which runs before all others and one cell at a time.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

from tests.benchmarks.exactly_once.cell import Figures, Plan, played
from tests.benchmarks.exactly_once.peers import ROWS, Row
from tests.benchmarks.exactly_once.peers.ours import message_of
from tests.benchmarks.exactly_once.servers import served
from tests.benchmarks.exactly_once.terms import Fault, Message
from tests.effects import an_issue

CLASSES = {
    "E2": "E2: the target enforces no reference, it can be looked at",
    "E1": "E1: the target enforces the reference",
}
FAULTS: Sequence[Fault] = tuple(fault for fault in Fault if fault is not Fault.NONE)
AT_ONCE = len(FAULTS)
ASK = "import sys, importlib.metadata as m; print(*[m.version(n) for n in sys.argv[1:]], sep='\\n')"
Line = Mapping[Fault, Figures]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is asked for. `peers` is an interpreter; empty leaves out who needs it."""

    plan: Plan
    peers: str
    classes: Sequence[str]

    def interpreter(self, row: Row) -> str:
        """Which one a row runs on."""
        return self.peers if row.is_foreign else sys.executable

    def absence(self, row: Row) -> str:
        """Why a row cannot be had; empty if it can."""
        interpreter = self.interpreter(row)
        if not interpreter:
            return f"{', '.join(row.packages)}: no --peers given"
        command = [interpreter, "-c", ASK, *row.packages]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def messages_of(count: int) -> list[Message]:
    """So many effects."""
    return [message_of(an_issue(f"TX-{number}"), number) for number in range(count)]


def measured(asked: Asked, rows: Sequence[Row]) -> dict[str, dict[str, Line]]:
    """Every cell, by class and row."""
    messages = messages_of(asked.plan.effects)
    with served("tables") as tables_port, ThreadPoolExecutor(AT_ONCE) as pool:
        play = partial(played, plan=asked.plan, messages=messages, tables_port=tables_port)
        places = [(each, row) for each in asked.classes for row in rows]
        calm = {
            (each, row.name): play(
                row, Fault.NONE, effect_class=each, interpreter=asked.interpreter(row)
            )
            for each, row in places
        }
        struck = {
            (each, row.name, fault): pool.submit(
                play, row, fault, effect_class=each, interpreter=asked.interpreter(row)
            )
            for each, row in places
            for fault in FAULTS
        }
        found: dict[str, dict[str, Line]] = {each: {} for each in asked.classes}
        for each, row in places:
            cells = {fault: struck[each, row.name, fault].result() for fault in FAULTS}
            found[each][row.name] = cells | {Fault.NONE: calm[each, row.name]}
    return found


def printed(title: str, lines: Mapping[str, Line], effects: int) -> str:
    """A table in Markdown: duplicates / stuck per 100 effects, then costs an effect."""
    heads = ["", *FAULTS, "DynamoDB calls", "CPU ms", "version"]
    rows = [heads, ["---"] * len(heads)]
    rows += [_cells(name, line, effects) for name, line in lines.items()]
    told = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{title}; duplicates / stuck per 100 effects\n\n{told}"


def _cells(name: str, line: Line, effects: int) -> list[str]:
    calm = line[Fault.NONE]
    warm = effects - effects // 10
    versions = [version for package, version in calm.versions.items() if package != "python"]
    return [
        name,
        *[_verdict(fault, line[fault], effects) for fault in FAULTS],
        f"{sum(calm.calls.values()) / effects:.2f}",
        f"{calm.cpu_seconds / warm * 1000:.2f}",
        ", ".join(versions) or "-",
    ]


def _verdict(fault: Fault, figures: Figures, effects: int) -> str:
    """Nothing where there is no claim whose reply could be lost."""
    if fault is Fault.LOST_REPLY and not figures.faults:
        return "-"
    scale = 100 / effects
    verdict = figures.verdict
    return f"{verdict.duplicates * scale:.0f} / {verdict.stuck * scale:.0f}"


def figures_of(found: Mapping[str, Mapping[str, Line]], effects: int) -> dict[str, object]:
    """All of it, for another program."""
    cells = {
        each: {
            name: {fault.value: asdict(figures) for fault, figures in line.items()}
            for name, line in lines.items()
        }
        for each, lines in found.items()
    }
    return {"effects": effects, "classes": cells}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", default="", help="an interpreter that has the peers")
    options.add_argument("--effects", type=int, default=Plan().effects)
    options.add_argument("--class", dest="classes", choices=CLASSES, action="append")
    options.add_argument("--row", default="", help="one row alone, by its name")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    asked = Asked(
        plan=Plan(effects=given.effects),
        peers=given.peers,
        classes=given.classes or tuple(CLASSES),
    )
    rows = [row for row in ROWS if given.row in ("", row.name)]
    absent = {row.name: asked.absence(row) for row in rows}
    found = measured(asked, [row for row in rows if not absent[row.name]])
    for each, lines in found.items():
        sys.stdout.write(printed(CLASSES[each], lines, given.effects) + "\n\n")
    for name, reason in absent.items():
        if reason:
            sys.stdout.write(f"{name}: not to be had here ({reason})\n")
    if given.json:
        sys.stdout.write(json.dumps(figures_of(found, given.effects)) + "\n")


if __name__ == "__main__":
    main()
