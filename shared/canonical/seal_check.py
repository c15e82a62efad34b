"""What does not agree with a seal, named: pure, the same for the journal itself and an export.

Three things vouch for each other: the seal's line (its own hash), the index (its SHA-256 is in the
seal) and the entries (their Merkle root is in the seal). Whichever still holds says which of the
others was touched, and where.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from shared.canonical.seal import index_line, read_seal, root_over

Name = tuple[str, int]


class FindingKind(StrEnum):
    """What happened to it."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it was sealed.

    `what` is entry, index or seal. `fields` are those known to differ; `line` counts from 1 in an
    export and is 0 where there is no line.
    """

    kind: FindingKind
    what: str
    document_id: str = ""
    sequence: int = 0
    fields: tuple[str, ...] = ()
    line: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its number; 0 outside of an export."""

    number: int
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One seal, what its index says, and the entries that are there."""

    seal: Row
    index: Sequence[Row]
    entries: Sequence[Row]


def findings_of(section: Section) -> tuple[Finding, ...]:
    """Everything that does not agree; nothing if every byte is as it was sealed."""
    claims = _claims(section.seal.text)
    entries, strays = _with_and_without_name(section.entries)
    root = root_over([row.text for row in entries])
    index_holds = claims.get("index_sha256") == _sha256(section.index)
    entries_hold = claims.get("root") == root
    found = list(_strays(strays)) if entries_hold or not index_holds else []
    if entries_hold:
        found += () if index_holds else _index_findings(section.index, entries)
    else:
        every = entries if found else section.entries
        found += _entry_findings(section.index, every)
    found += _seal_findings(section, claims, root, explained=bool(found))
    return tuple(found)


def _claims(line: bytes) -> Mapping[str, Any]:
    """What a seal's line says, as far as it can be read; whether it may be believed is apart."""
    try:
        values, _ = json.JSONDecoder().raw_decode(line.decode())
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _with_and_without_name(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    derived = [(row, index_line(row.text)) for row in rows]
    return (
        [row for row, index in derived if index is not None],
        [row for row, index in derived if index is None],
    )


def _strays(rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        yield Finding(
            kind=FindingKind.ADDED, what="entry", line=row.number, detail="a line that is no entry"
        )


def _entry_findings(index: Sequence[Row], entries: Sequence[Row]) -> Iterator[Finding]:
    """The index is believed: what of the entries it does not say, and what it says of none."""
    lost, strange = _unmatched(index, entries)
    if not lost and not strange:
        yield from _moved(index, entries)
    by_name = {name: row for row in strange if (name := _entry_name(row.text))}
    for row in [each for each in lost if not _is_json(each.text)]:
        yield Finding(kind=FindingKind.ALTERED, what="index", line=row.number, **_who(row))
        lost.remove(row)
        name = index_name(row.text)
        strange = [each for each in strange if name is None or each is not by_name.get(name)]
    positions = {row: at for at, row in enumerate(index)} if len(index) == len(entries) else {}
    for row in lost:
        name = index_name(row.text)
        other = by_name.get(name) if name else None
        if other not in strange and row in positions:
            other = entries[positions[row]]
        if other in strange:
            strange.remove(other)
            yield _altered(row, other, name)
        else:
            yield _named(FindingKind.MISSING, name, row.number, "no entry is as the index says")
    for row in strange:
        yield _named(FindingKind.ADDED, _entry_name(row.text), row.number, "the index knows none")


def _index_findings(index: Sequence[Row], entries: Sequence[Row]) -> Iterator[Finding]:
    """The entries hold, so the index was touched."""
    lost, strange = _unmatched(index, entries)
    for row in lost:
        yield Finding(kind=FindingKind.ALTERED, what="index", line=row.number, **_who(row))
    if not lost:
        for row in strange:
            name = _entry_name(row.text) or ("", 0)
            yield Finding(
                kind=FindingKind.MISSING, what="index", document_id=name[0], sequence=name[1]
            )
    if not lost and not strange:
        for said, _ in _swapped(index, entries):
            yield Finding(kind=FindingKind.MOVED, what="index", line=said.number, **_who(said))


def _seal_findings(
    section: Section, claims: Mapping[str, Any], root: str, *, explained: bool
) -> Iterator[Finding]:
    """The seal's own line; and a seal that is whole but says something else of what is there."""
    true = {
        "count": len(section.entries),
        "root": root,
        "index_sha256": _sha256(section.index),
    }
    differ = tuple(name for name, value in true.items() if claims.get(name) != value)
    try:
        read_seal(section.seal.text)
    except ValueError as error:
        named = () if explained else differ
        yield Finding(
            kind=FindingKind.ALTERED,
            what="seal",
            fields=named,
            line=section.seal.number,
            detail=str(error),
        )
        return
    if differ and not explained:
        yield Finding(
            kind=FindingKind.ALTERED,
            what="seal",
            fields=differ,
            line=section.seal.number,
            detail="it is the seal of something else",
        )


def _unmatched(index: Sequence[Row], entries: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Index lines that no entry makes, and entries that make no index line; copies count."""
    derived = [(row, index_line(row.text)) for row in entries]
    made, said = Counter(line for _, line in derived), Counter(row.text for row in index)
    lost = [row for row in index if _take(made, row.text)]
    strange = [row for row, line in derived if _take(said, line)]
    return lost, strange


def _take(counted: "Counter[Any]", line: bytes | None) -> bool:
    """Whether none of these is left; one is taken if there is."""
    if line is None or counted[line] <= 0:
        return True
    counted[line] -= 1
    return False


def _moved(index: Sequence[Row], entries: Sequence[Row]) -> Iterator[Finding]:
    for _, row in _swapped(index, entries):
        detail = "not where it was sealed"
        yield _named(FindingKind.MOVED, _entry_name(row.text), row.number, detail)


def _swapped(index: Sequence[Row], entries: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    pairs = zip(index, entries, strict=True)
    return ((said, row) for said, row in pairs if index_line(row.text) != said.text)


def _altered(index: Row, entry: Row, name: Name | None) -> Finding:
    fields = _differing(index.text, index_line(entry.text))
    detail = "" if fields else "its bytes, not its fields" if fields == () else "it is no JSON"
    found = _named(FindingKind.ALTERED, name, entry.number, detail)
    return replace(found, fields=fields or ())


def _differing(said: bytes, made: bytes | None) -> tuple[str, ...] | None:
    """The fields whose digests differ; None if one of the two cannot be read."""
    try:
        before, after = json.loads(said)[3], json.loads(made or b"")[3]
    except (ValueError, IndexError, TypeError, KeyError):
        return None
    names = sorted({*before, *after})
    return tuple(name for name in names if before.get(name) != after.get(name))


def _named(kind: FindingKind, name: Name | None, line: int, detail: str) -> Finding:
    document_id, sequence = name or ("", 0)
    return Finding(
        kind=kind,
        what="entry",
        document_id=document_id,
        sequence=sequence,
        line=line,
        detail=detail,
    )


def _who(row: Row) -> dict[str, Any]:
    name = index_name(row.text)
    return {"document_id": name[0], "sequence": name[1]} if name else {}


def index_name(text: bytes) -> Name | None:
    """The document and sequence that a line of an index tells of; None if it tells of none."""
    match _first_value(text):
        case [str(), str() as document_id, int() as sequence, *_]:
            return document_id, sequence
        case _:
            return None


def _entry_name(text: bytes) -> Name | None:
    match _first_value(text):
        case {"document_id": str() as document_id, "sequence": int() as sequence}:
            return document_id, sequence
        case _:
            return None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _first_value(text: bytes) -> Any:  # noqa: ANN401 - whatever stands there
    """The value that a line begins with, even if another line was joined to it."""
    try:
        return json.JSONDecoder().raw_decode(text.decode())[0]
    except (ValueError, RecursionError):
        return None


def _sha256(rows: Sequence[Row]) -> str:
    return hashlib.sha256(b"".join(row.text + b"\n" for row in rows)).hexdigest()
