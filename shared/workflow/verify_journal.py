"""The journal against its seals: every entry that was altered, taken away or added, named (AUD1).

What was changed after its period was sealed is found here; what is not sealed yet only by its
document's own chain. Read are the chains that are listed in a seal's hours, and those that its
index names: what was taken out of the list is found too. An entry that says no time of appending
is in no seal, and is found through the document it was put into. Not found is an entry that is not
listed and says a time in a sealed hour in which its chain has no other entry.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from shared.canonical.journal import GENESIS
from shared.canonical.seal import (
    BEGINNING,
    JournalLine,
    Seal,
    lines_between,
    read_seal,
    whole_hours,
)
from shared.canonical.seal_check import (
    Finding,
    FindingKind,
    Row,
    Section,
    findings_of,
    index_name,
)
from shared.canonical.seal_export import export_of
from shared.errors import SealBrokenError
from shared.ports.journal_lines import JournalLines
from shared.ports.seal_store import SealStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was looked at, and what is not as it was sealed."""

    seals: tuple[Seal, ...]
    entries: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A seal, and the chains that have, or should have, entries in its period."""

    seal: Seal
    index: bytes | None
    listed: frozenset[str]
    chains: Sequence[tuple[JournalLine, ...]]
    lines: Sequence[JournalLine] = field(init=False)

    def __post_init__(self) -> None:
        found = lines_between(self.chains, self.seal.since, self.seal.until)
        object.__setattr__(self, "lines", found)

    def findings(self) -> Sequence[Finding]:
        """What was altered, taken away or added; of a chain of which nothing was, if unlisted."""
        found = [*self._of_entries(), *self._of_chains()]
        told = {each.document_id for each in found} | self.listed
        return [*found, *self._unlisted(told)]

    def _of_entries(self) -> tuple[Finding, ...]:
        entries = [Row(0, line.text) for line in self.lines]
        section = Section(seal=Row(0, self.seal.line), index=_rows(self.index), entries=entries)
        if self.index is not None:
            return findings_of(section)
        lost = Finding(kind=FindingKind.MISSING, what="index", detail=f"of seal {self.seal.name}")
        return (lost, *(each for each in findings_of(section) if each.what == "entry"))

    def _of_chains(self) -> Iterator[Finding]:
        """What was put into a document's chain past every seal, and gaps in it."""
        for chain in filter(None, self.chains):
            for line in chain:
                if not line.appended:
                    yield _of_entry(FindingKind.ADDED, line.document_id, line.sequence)
            there = {line.sequence for line in chain}
            for sequence in sorted(set(range(1, max(there) + 1)) - there):
                yield _of_entry(FindingKind.MISSING, chain[0].document_id, sequence)

    def _unlisted(self, told: Container[str]) -> Iterator[Finding]:
        begin, end = whole_hours(self.seal.since, self.seal.until)
        for chain in self.chains:
            opening = next((line for line in chain if begin <= line.appended < end), None)
            if opening and opening.document_id not in told:
                yield _of_entry(FindingKind.ALTERED, opening.document_id, opening.sequence)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyJournal:
    """Reads the journal again, hour by hour. Changes nothing."""

    lines: JournalLines
    seals: SealStore

    def __call__(self, period: str = "") -> Verification:
        """Verify the periods whose name begins so (`2026-03`, `2026-03-14T12`); all if empty."""
        read: list[Seal] = []
        entries, findings = 0, list(self._gaps_and_rewritten())
        for number in self._numbers_of(period):
            seal, found = self._seal(number)
            findings += found
            if seal is None:
                continue
            read.append(seal)
            held = self._held(seal)
            entries += len(held.lines)
            findings += held.findings()
        return Verification(seals=tuple(read), entries=entries, findings=_once(findings))

    def export(self, period: str) -> tuple[Seal, bytes]:
        """One sealed period as a file.

        Raises:
            SealBrokenError: no seal has this name, several do, or it has lost its index.
        """
        found = [seal for number in self._numbers_of(period) if (seal := self._seal(number)[0])]
        if len(found) != 1:
            names = ", ".join(seal.name for seal in found) or "none"
            raise SealBrokenError(f"{period} must name one seal; it names {names}")
        (seal,) = found
        held = self._held(seal)
        if held.index is None:
            raise SealBrokenError(f"the index of seal {seal.name} is gone: verify the journal")
        return seal, export_of(seal.line, held.index, [line.text for line in held.lines])

    def _numbers_of(self, period: str) -> Sequence[int]:
        """Seals rise in time, so that a few of them tell where a period's begin."""
        hour, _, number = period.partition(".")
        numbers = self.seals.numbers()
        begin = bisect_left(numbers, hour, key=self._period_of) if hour else 0
        found = takewhile(lambda each: self._period_of(each).startswith(hour), numbers[begin:])
        return [each for each in found if not number or number == str(each)]

    def _period_of(self, number: int) -> str:
        seal, _ = self._read(number)
        return seal.period if seal else ""

    def _gaps_and_rewritten(self) -> Iterator[Finding]:
        numbers = self.seals.numbers()
        for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
            yield Finding(kind=FindingKind.MISSING, what="seal", detail=f"seal {number}")
        for number in self.seals.rewritten():
            detail = f"seal {number} was written again or removed; its first version stands"
            yield Finding(kind=FindingKind.ADDED, what="seal", detail=detail)

    def _read(self, number: int) -> tuple[Seal | None, str]:
        try:
            return read_seal(self.seals.read(number)), ""
        except (KeyError, ValueError) as error:
            return None, f"seal {number} is {error}"

    def _seal(self, number: int) -> tuple[Seal | None, tuple[Finding, ...]]:
        """A seal, and whether it goes on from the one before."""
        seal, wrong = self._read(number)
        if seal is None or seal.number != number:
            detail = wrong or f"seal {number} says that it is another"
            return None, (Finding(kind=FindingKind.ALTERED, what="seal", detail=detail),)
        before, _ = self._read(number - 1) if number > 1 else (None, "")
        told = (seal.since, seal.previous_hash, seal.previous_root)
        follows = (before.until, before.hash, before.root) if before else _NOTHING_BEFORE
        if told == follows or (before is None and number > 1):  # a missing one is told elsewhere
            return seal, ()
        detail = f"seal {number} does not go on from the one before"
        return seal, (Finding(kind=FindingKind.ALTERED, what="seal", detail=detail),)

    def _held(self, seal: Seal) -> _Held:
        index = self._index(seal)
        listed = self.lines.documents(seal.since, seal.until)
        named = [name[0] for row in _rows(index) if (name := index_name(row.text))]
        chains = tuple(self.lines.chains(dict.fromkeys((*listed, *named))))
        return _Held(seal=seal, index=index, listed=frozenset(listed), chains=chains)

    def _index(self, seal: Seal) -> bytes | None:
        try:
            return self.seals.read_index(seal)
        except KeyError:
            return None


_NOTHING_BEFORE = (BEGINNING, GENESIS, GENESIS)


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """An entry that index and chain both miss, or several periods meet, is named once."""
    named = {(each.kind, each.what, each.document_id, each.sequence): each for each in findings}
    unnamed = [each for each in findings if not each.document_id]
    return (*unnamed, *(each for each in named.values() if each.document_id))


def _rows(index: bytes | None) -> list[Row]:
    return [Row(0, text) for text in (index or b"").removesuffix(b"\n").split(b"\n") if text]


def _of_entry(kind: FindingKind, document_id: str, sequence: int) -> Finding:
    details = {
        FindingKind.ADDED: "it says no time of appending",
        FindingKind.MISSING: "the chain has no such number",
        FindingKind.ALTERED: "it opens an hour and is not listed in it",
    }
    return Finding(
        kind=kind,
        what="entry",
        document_id=document_id,
        sequence=sequence,
        fields=("seal_shard",) if kind is FindingKind.ALTERED else (),
        detail=details[kind],
    )
