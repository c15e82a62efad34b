"""What is made of real files, and where other readers judge otherwise.

`python -m tests.benchmarks.corpus --corpus FOLDER [--x12-peers PYTHON] [--edifact-peers PYTHON]
[--fhir-peers PYTHON] [--hl7v2-peers PYTHON]`. The folder has files of X12 in `x12*`, of EDIFACT in
`edifact*`, of FHIR in `fhir*` and of HL7 v2 in `hl7v2*`; peers are packages of an environment apart
from ours, named by its interpreter. Exit 1 if a difference is not explained in
`corpus_differences`.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edifact import reader as edifact_reader
from shared.formats.edifact.receipts import MessageReceipt
from shared.formats.fhir import reader as fhir_reader
from shared.formats.fhir.reading import FhirReading
from shared.formats.hl7v2 import reader as hl7v2_reader
from shared.formats.hl7v2.reading import MessageReading
from shared.formats.x12 import reader as x12_reader
from shared.formats.x12.receipts import SetReceipt
from tests.benchmarks.corpus_differences import JUDGES, Judge, Told
from tests.benchmarks.corpus_peers import PEERS, Peer, faults_told


def _follow_fhir(body: bytes) -> Iterator[object]:
    return fhir_reader.follow(body, year=datetime.now(UTC).year)


def hl7v2_told(body: bytes) -> Iterator[object]:
    """Each finding of a file, and behind those of a message the message."""
    for each in hl7v2_reader.follow(body):
        if isinstance(each, MessageReading):
            yield from each.diagnostics
        yield each


FOLLOW: Mapping[str, Callable[[bytes], Iterator[object]]] = MappingProxyType(
    {
        "x12": x12_reader.follow,
        "edifact": edifact_reader.follow,
        "fhir": _follow_fhir,
        "hl7v2": hl7v2_told,
    }
)
Receipt = SetReceipt | MessageReceipt | MessageReading
NO_SET, UNEXPLAINED = "none", "NOT EXPLAINED"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What one tells of a file and the other does not; `why` is empty if nobody knows."""

    peer: str
    file: str
    what: str
    why: str


@dataclass(kw_only=True)
class KindFigures:
    """What was read of one kind of set."""

    files: set[str] = field(default_factory=set)
    sets: int = 0
    documents: int = 0
    codes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One file as we read it."""

    path: Path
    told: tuple[object, ...]

    @property
    def findings(self) -> list[Diagnostic]:
        """All that was found in it."""
        return [each for each in self.told if isinstance(each, Diagnostic)]

    @property
    def places(self) -> Told:
        """Each code of a finding with the segment, and with the number of the element if any."""
        return frozenset((each.code, _place(each)) for each in self.findings)


def main() -> int:
    """Read, compare, print; 1 if a difference is not explained."""
    options = argparse.ArgumentParser()
    options.add_argument("--corpus", type=Path, required=True)
    options.add_argument("--x12-peers", default="")
    options.add_argument("--edifact-peers", default="")
    options.add_argument("--fhir-peers", default="")
    options.add_argument("--hl7v2-peers", default="")
    stated = options.parse_args()
    console = Console()
    differences: list[Difference] = []
    for standard in FOLLOW:
        readings = readings_of(stated.corpus, standard)
        console.print(_kinds_table(standard, figures_by_kind(readings)))
        for peer in PEERS:
            interpreter = getattr(stated, peer.option)
            if peer.standard == standard and interpreter and readings:
                differences += _differences_from(peer, interpreter, readings)
    for each in _difference_tables(differences):
        console.print(each)
    return int(any(not each.why for each in differences))


def readings_of(corpus: Path, standard: str) -> list[Reading]:
    """Every file of a standard."""
    paths = sorted(path for path in corpus.glob(f"{standard}*/*") if path.is_file())
    return [Reading(path=each, told=tuple(FOLLOW[standard](each.read_bytes()))) for each in paths]


def figures_by_kind(readings: Iterable[Reading]) -> Mapping[str, KindFigures]:
    """Files, sets, documents and findings of each kind; what stands in no set is of none."""
    figures: defaultdict[str, KindFigures] = defaultdict(KindFigures)
    for reading in readings:
        in_sets: Counter[str] = Counter()
        for each in reading.told:
            if isinstance(each, SetReceipt | MessageReceipt | MessageReading):
                codes = Counter(found.code for found in _findings_of(each))
                has_document = _has_document(each)
                _add(figures[_kind_of(each)], reading, codes, sets=1, documents=int(has_document))
                in_sets += codes
            elif isinstance(each, FhirReading):
                codes = Counter(
                    found.code
                    for found in reading.findings
                    if found.position.segment.startswith(each.place)
                )
                _add(figures[each.kind], reading, codes, sets=1, documents=1)
                in_sets += codes
        outside = Counter(each.code for each in reading.findings) - in_sets
        if outside:
            _add(figures[NO_SET], reading, outside, sets=0, documents=0)
    return figures


def _kind_of(each: Receipt) -> str:
    match each:
        case SetReceipt():
            return each.kind
        case MessageReceipt():
            return each.head.kind
        case MessageReading():
            header = each.header
            return f"{header.message_code}^{header.trigger_event}" if header else NO_SET


def _findings_of(each: Receipt) -> Sequence[Diagnostic]:
    return each.diagnostics if isinstance(each, MessageReading) else each.findings


def _has_document(each: Receipt) -> bool:
    return each.document is not None if isinstance(each, MessageReading) else each.has_document


def _add(
    figures: KindFigures, reading: Reading, codes: Counter[str], *, sets: int, documents: int
) -> None:
    figures.files.add(reading.path.name)
    figures.sets += sets
    figures.documents += documents
    figures.codes += codes


def _differences_from(
    peer: Peer, interpreter: str, readings: Sequence[Reading]
) -> Iterator[Difference]:
    told = faults_told(peer, interpreter, [each.path for each in readings])
    for reading in readings:
        faults = told[str(reading.path)]
        for what, why in differences(JUDGES[peer.name], reading.places, faults):
            yield Difference(peer=peer.name, file=reading.path.name, what=what, why=why)


def differences(judge: Judge, told: Told, faults: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What differs in one file, and why: what is theirs alone, then what is ours alone.

    Of a file that the peer does not read, that is the only difference.
    """
    unread = [fault for fault in faults if fault.startswith("unread")]
    if unread:
        yield from ((fault, judge.why(fault)) for fault in unread)
        return
    agreed: set[str] = set()
    for fault in dict.fromkeys(faults):
        same = judge.same_as(fault, told)
        agreed |= {code for code, _ in same}
        if not same:
            yield fault, judge.why(fault)
    for code in sorted({code for code, _ in told} - agreed):
        yield f"ours {code}", judge.why_ours(code)


def _place(found: Diagnostic) -> str:
    return f"{found.position.segment}{found.position.field or ''}"


def _kinds_table(standard: str, figures: Mapping[str, KindFigures]) -> Table:
    title = f"{standard}: what is read"
    table = Table("kind", "files", "sets", "documents", "findings by code", title=title)
    for kind, each in sorted(figures.items()):
        codes = ", ".join(f"{code} {count}" for code, count in each.codes.most_common())
        counts = (len(each.files), each.sets, each.documents)
        table.add_row(kind, *map(str, counts), codes)
    return table


def _difference_tables(found: Sequence[Difference]) -> Iterator[Table]:
    """The classes with their reasons, then the files with their classes."""
    classes = Table("peer", "difference", "files", "why", title="where others judge otherwise")
    counted = Counter((each.peer, each.what, each.why) for each in found)
    for (peer, what, why), count in sorted(counted.items()):
        classes.add_row(peer, what, str(count), why or UNEXPLAINED)
    yield classes
    by_file: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for each in found:
        by_file[each.file, each.peer].append(each.what)
    files = Table("file", "peer", "differences", title="file by file")
    for (name, peer), whats in sorted(by_file.items()):
        files.add_row(name, peer, ", ".join(whats))
    yield files


if __name__ == "__main__":
    raise SystemExit(main())
