"""How fast barcodes of devices are read, beside a library that reads those of GS1.

`python -m tests.benchmarks.udi [--barcodes N] [--peers PYTHON] [--corpus TSV]`. Both read the same
element strings, one a line, in processes of their own, in rounds, by CPU time. `--peers` is the
interpreter of an environment with biip; `--corpus` names a file with a barcode as JSON in its
second column, whose readings are compared. Exit 1 if a difference has no reason.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shared.formats.gtins import check_digit
from tests.benchmarks.edi_measuring import RUNS, Cost, rounds, version_of
from tests.benchmarks.udi_differences import REASONS, Elements, differences, ours_of
from tests.golden import INBOUND

BARCODES, FEW = 20_000, 100
YEAR = 2026
OURS = "ledgerward: read and validate to devices"
PARSE, MESSAGE = "biip: parse", "biip: GS1Message.parse"
_OURS = f"""
from shared.formats.udi.reader import read
def read_whole(path):
    for each in read(open(path, "rb").read(), year={YEAR}):
        pass
"""
_PARSE = """
import biip
def read_whole(path):
    for line in open(path, newline="\\n").read().split("\\n")[:-1]:
        biip.parse(line)
"""
_MESSAGE = """
from biip.gs1_messages import GS1Message
def read_whole(path):
    for line in open(path, newline="\\n").read().split("\\n")[:-1]:
        GS1Message.parse(line)
"""
_ELEMENTS = """
import biip, json, sys
from biip.gs1_messages import GS1Message
def elements(text):
    try:
        if text.strip().startswith("("):
            found = GS1Message.parse_hri(text.strip())
        else:
            told = biip.parse(text)
            found = told.gs1_message or told.gs1_digital_link_uri
    except biip.BiipException:
        return None
    return found and [[each.ai.ai, each.value] for each in found.element_strings]
print(json.dumps([elements(text) for text in json.load(sys.stdin)]))
"""


def main() -> int:
    """Generate, measure, compare, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--barcodes", type=int, default=BARCODES)
    options.add_argument("--peers", default=sys.executable)
    options.add_argument("--corpus", type=Path)
    stated = options.parse_args()
    programs = {
        OURS: (sys.executable, _OURS),
        PARSE: (stated.peers, _PARSE),
        MESSAGE: (stated.peers, _MESSAGE),
    }
    with tempfile.TemporaryDirectory() as name:
        small, whole = Path(name) / "small.txt", Path(name) / "whole.txt"
        small.write_text("".join(labels(FEW)))
        whole.write_text("".join(labels(stated.barcodes)))
        costs = rounds(small, whole, programs)
    console = Console()
    console.print(_rates(costs, stated.barcodes, version_of(stated.peers, "biip")))
    texts = [*_sampled(), *(_of_corpus(stated.corpus) if stated.corpus else ())]
    found = compared(texts, theirs_of(stated.peers, texts)) if PARSE in costs else Counter()
    console.print(_reasons(found, len(texts)))
    return int(any(each not in REASONS for each in found))


def labels(count: int) -> Iterator[str]:
    """Element strings of different devices: GTIN, lot, expiry and serial, one a line."""
    for number in range(count):
        digits = f"{614141 * 10**6 + number:013d}"
        expiry = f"{27 + number % 4}{number % 12 + 1:02d}{number % 28:02d}"
        yield f"01{digits}{check_digit(digits)}10LOT{number}\x1d17{expiry}21SN{number:06d}\n"


def compared(texts: Sequence[str], theirs: Sequence[Elements | None]) -> Counter[str]:
    """How many barcodes differ in which way."""
    return Counter(
        each
        for text, elements in zip(texts, theirs, strict=True)
        for each in differences(text, ours_of(text, YEAR), elements)
    )


def theirs_of(peers: str, texts: Sequence[str]) -> Sequence[Elements | None]:
    """The elements that biip reads in each; None where it refuses."""
    ended = subprocess.run(  # noqa: S603
        [peers, "-c", _ELEMENTS],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    read: Sequence[Elements | None] = json.loads(ended.stdout)
    return read


def _sampled() -> Iterator[str]:
    for path in sorted((INBOUND / "udi").glob("*.txt")):
        yield from (each.decode() for each in path.read_bytes().splitlines())


def _of_corpus(path: Path) -> Iterator[str]:
    for row in path.read_text(encoding="utf-8").split("\n")[1:]:
        if row:
            yield json.loads(row.split("\t")[1])


def _rates(costs: Mapping[str, Cost], barcodes: int, version: str) -> Table:
    title = f"{barcodes:,} element strings of four elements, median of {RUNS}, CPU time"
    table = Table("reader", "version", "µs a barcode", "ours is", title=title)
    for name in (OURS, PARSE, MESSAGE):
        if name not in costs:
            table.add_row(name, "not installed", "pip install biip", "")
            continue
        cost = costs[name].seconds / barcodes * 1e6
        ratio = "" if name == OURS else f"{costs[name].seconds / costs[OURS].seconds:.1f}x"
        table.add_row(name, "" if name == OURS else version, f"{cost:.1f}", ratio)
    return table


def _reasons(found: Counter[str], barcodes: int) -> Table:
    table = Table("difference", "barcodes", "why", title=f"differences in {barcodes} barcodes")
    for what, count in sorted(found.items()):
        table.add_row(what, str(count), REASONS.get(what, "unexplained"))
    return table


if __name__ == "__main__":
    sys.exit(main())
