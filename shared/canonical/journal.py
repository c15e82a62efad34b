"""The journal: one hash chain per document, and the keys by which people find it."""

import hashlib
import json
from dataclasses import dataclass, field


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
    """A fact in its place in the chain. `sequence` counts from 1; `hash` covers the one before."""

    document_id: str
    sequence: int
    fact: JournalFact
    previous_hash: str
    hash: str


GENESIS = "0" * 64


def chained(document_id: str, sequence: int, fact: JournalFact, previous_hash: str) -> JournalEntry:
    """Put a fact at the end of a document's chain (AUD1)."""
    return JournalEntry(
        document_id=document_id,
        sequence=sequence,
        fact=fact,
        previous_hash=previous_hash,
        hash=_hash(document_id, sequence, fact, previous_hash),
    )


def first_break(entries: tuple[JournalEntry, ...]) -> int | None:
    """The sequence number at which a whole chain stops verifying; None if all of it does."""
    previous = GENESIS
    for expected, entry in enumerate(entries, start=1):
        intact = entry.sequence == expected and entry.previous_hash == previous
        if not intact or entry.hash != _hash(entry.document_id, expected, entry.fact, previous):
            return expected
        previous = entry.hash
    return None


def _hash(document_id: str, sequence: int, fact: JournalFact, previous_hash: str) -> str:
    body = [
        document_id,
        sequence,
        fact.fact_id,
        fact.kind,
        fact.at,
        fact.data,
        list(fact.keys),
        previous_hash,
    ]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
