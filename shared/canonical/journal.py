"""The journal: one hash chain per document, and the keys by which people find it."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFact:
    """Something that happened to a document.

    `fact_id` is the same when the same thing is told twice.

    `keys` are the business keys (`kind:value`) that lead here. `data` holds identifiers, codes,
    counts.
    """

    fact_id: str
    kind: str
    at: str
    data: dict[str, object] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A fact in its place in the chain. `sequence` counts from 1; `hash` covers the one before.

    `appended` is the appender's own time (`stamp`): by it an entry belongs to a sealed period.
    """

    document_id: str
    sequence: int
    appended: str
    fact: JournalFact
    previous_hash: str
    hash: str


GENESIS = "0" * 64
HOUR_LENGTH = len("2026-03-14T12")


def stamp(moment: datetime) -> str:
    """A moment in UTC to the microsecond, always as long, so that its order is that of its text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def hour_of(moment: str) -> str:
    """The hour of UTC that a stamp says, by its text: one that somebody altered has one too."""
    return moment[:HOUR_LENGTH]


def opens_hour(appended: str, before: str) -> bool:
    """Whether an entry is the first of its chain in its hour.

    `before` is when the entry before it was appended, empty if there is none. An hour to which a
    clock goes back is opened again.
    """
    return hour_of(appended) != hour_of(before)


def data_text(fact: JournalFact) -> str:
    """A fact's data as it is kept: the hash covers every digit, and a table has its own numbers."""
    return json.dumps(fact.data, ensure_ascii=False, separators=(",", ":"))


def chained(
    document_id: str, sequence: int, fact: JournalFact, previous_hash: str, *, appended: str
) -> JournalEntry:
    """Put a fact at the end of a document's chain (AUD1)."""
    entry = JournalEntry(
        document_id=document_id,
        sequence=sequence,
        appended=appended,
        fact=fact,
        previous_hash=previous_hash,
        hash="",
    )
    return replace(entry, hash=_hash(entry))


def first_break(entries: tuple[JournalEntry, ...]) -> int | None:
    """The sequence number at which a whole chain stops verifying; None if all of it does."""
    previous = GENESIS
    for expected, entry in enumerate(entries, start=1):
        intact = entry.sequence == expected and entry.previous_hash == previous
        if not intact or entry.hash != _hash(entry):
            return expected
        previous = entry.hash
    return None


def _hash(entry: JournalEntry) -> str:
    fact = entry.fact
    body = [
        entry.document_id,
        entry.sequence,
        entry.appended,
        fact.fact_id,
        fact.kind,
        fact.at,
        fact.data,
        list(fact.keys),
        entry.previous_hash,
    ]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
