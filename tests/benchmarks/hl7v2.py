"""How fast HL7 v2 is read and checked, beside the libraries that take it apart.

`python -m tests.benchmarks.hl7v2 [--segments N] [--peers PYTHON]`. All read the same file in
processes of their own, in rounds, by CPU time. Peers are packages of an environment apart from ours
(`--peers` is its interpreter); one that is not there is said to be missing. They are given message
after message, since a whole file at once costs them more.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from shared.canonical.diagnostic import Diagnostic
from shared.formats.hl7v2.reader import read
from tests.benchmarks.edi_measuring import FEW, RUNS, TIMES, Cost, memory_growth, rounds, version_of
from tests.benchmarks.hl7v2_files import Generated, Sown, generate

SEGMENTS = 60_000
OURS, OURS_CUT = "ledgerward: read and validate to documents", "ledgerward: cut into fields"
_OURS = """
from shared.formats.hl7v2.reader import read
def read_whole(path):
    with open(path, "rb") as stream:
        for each in read(stream):
            pass
"""
_OURS_CUT = """
from shared.formats.hl7v2.batches import pieces
from shared.formats.hl7v2.framing import frame_text
from shared.formats.hl7v2.message import Message
def read_whole(path):
    with open(path, "rb") as stream:
        for piece in pieces(stream):
            if piece.is_message:
                for segment in Message(frame_text(piece.text, piece.byte)).segments:
                    segment.fields
"""
_MESSAGES = """
def messages(path):
    text = open(path, encoding="latin-1", newline="").read()
    for part in text.split("\\rMSH")[1:]:
        yield "MSH" + part.partition("\\rB")[0] + "\\r"
"""
_HL7 = f"""
import hl7
{_MESSAGES}
def read_whole(path):
    for message in messages(path):
        hl7.parse(message)
"""
_HL7LW = f"""
from hl7lw import Hl7Parser
{_MESSAGES}
def read_whole(path):
    parser = Hl7Parser()
    for message in messages(path):
        parser.parse_message(message)
"""
PEERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hl7": ("parse to components", _HL7),
        "hl7lw": ("parse to fields", _HL7LW),
    }
)


def main() -> None:
    """Generate, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--segments", type=int, default=SEGMENTS)
    options.add_argument("--peers", default=sys.executable)
    stated = options.parse_args()
    made = generate(stated.segments)
    with tempfile.TemporaryDirectory() as name:
        small, once, many = (Path(name) / f"{times}.hl7" for times in (0, 1, TIMES))
        small.write_text(generate(FEW, messages=9).text, newline="")
        once.write_text(made.text, newline="")
        many.write_text(generate(stated.segments * TIMES).text, newline="")
        costs = rounds(small, once, _programs(stated.peers))
        memory = memory_growth(_OURS, small, once, many)
    lost = missed(made.sown, read(made.text.encode()))
    console = Console()
    console.print(_rates(costs, made, stated.peers))
    found = len(made.sown) - len(lost)
    console.print(f"sown errors: {len(made.sown)}, found at their segment: {found}")
    console.print(memory)


def missed(sown: Sequence[Sown], told: Iterable[object]) -> list[Sown]:
    """The sown errors that a reading does not tell of at their segment."""
    places = {(each.code, each.position.byte) for each in told if isinstance(each, Diagnostic)}
    return [
        each
        for each in sown
        if not any(code == each.code and each.start <= at <= each.end for code, at in places)
    ]


def _programs(peers: str) -> dict[str, tuple[str, str]]:
    ours = {OURS: _OURS, OURS_CUT: _OURS_CUT}
    return {
        **{name: (sys.executable, program) for name, program in ours.items()},
        **{name: (peers, program) for name, (_, program) in PEERS.items()},
    }


def _rates(costs: Mapping[str, Cost], made: Generated, peers: str) -> Table:
    counted = f"{made.segments:,} segments, {made.messages:,} messages"
    title = f"{counted}, median of {RUNS}, CPU time"
    table = Table("reader", "version", "µs a segment", "peak MiB", "ours is", title=title)
    for name in (OURS, OURS_CUT, *PEERS):
        cost = costs.get(name)
        if cost is None:
            table.add_row(name, "not installed", f"pip install {name}", "", "")
            continue
        what = f"{name}: {PEERS[name][0]}" if name in PEERS else name
        version = version_of(peers, name) if name in PEERS else ""
        each = cost.seconds / made.segments * 1e6
        ratio = "" if name == OURS else f"{cost.seconds / costs[OURS].seconds:.1f}x"
        table.add_row(what, version, f"{each:.2f}", f"{cost.peak_mib:.0f}", ratio)
    return table


if __name__ == "__main__":
    main()
