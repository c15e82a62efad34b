"""Seals: what a period of the journal held, in bytes that are kept where nobody can change them.

A period is the time from one seal's end (`until`, exclusive) to the next's, by the appenders' own
time, and it lies within one hour of UTC unless nothing was appended before that hour. An hour and
not a day: what is not sealed yet can be changed unseen, and an hour's entries are few.

Each seal has an index beside it: a line for each entry with its leaf's hash, its name and a short
digest of each field, so that what was altered, missing or added can be named.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from shared.canonical.journal import GENESIS, JournalEntry, data_text, hour_of, stamp
from shared.canonical.merkle import leaf_hash, root_of

BEGINNING = "0001-01-01T00:00:00.000000Z"
HOUR = timedelta(hours=1)
DIGEST_LENGTH = 8  # names a field that was altered; the leaf's hash is what proves it
NAMES = ("document_id", "sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One entry as it is kept, byte for byte; `sequence` is -1 where it is no number.

    `appended` is empty where the entry says no time, so that no seal can hold it.
    """

    document_id: str
    sequence: int
    appended: str
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A period's root. `number` counts from 1; `since` is inclusive, `until` exclusive.

    `previous_hash` and `previous_root` are of the seal before, so that none can be taken away.
    `hash` is SHA-256 over the rest.
    """

    number: int
    period: str
    since: str
    until: str
    count: int
    root: str
    index_sha256: str
    previous_hash: str
    previous_root: str
    sealed_at: str
    hash: str = ""

    @property
    def name(self) -> str:
        """What people call it: the hour its period ends in, and its number."""
        return f"{self.period}.{self.number}"

    @property
    def line(self) -> bytes:
        """Its bytes."""
        return canonical_json({**asdict(self), "hash": self.own_hash})

    @property
    def own_hash(self) -> str:
        """What `hash` must be."""
        values = {name: value for name, value in asdict(self).items() if name != "hash"}
        return hashlib.sha256(canonical_json(values)).hexdigest()


def canonical_json(value: object) -> bytes:
    """One spelling for one value: ASCII, keys in order, no spaces."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def read_seal(line: bytes) -> Seal:
    """A seal from its line, whole or not.

    Raises:
        ValueError: the line is not the only spelling of a seal whose hash holds.
    """
    try:
        seal = Seal(**json.loads(line))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("not a seal") from error
    if seal.line != line:
        raise ValueError("not the seal that was made")
    return seal


def journal_line(values: Mapping[str, object]) -> JournalLine:
    """An entry's line from its attributes; `document_id` and `sequence` among them."""
    return JournalLine(
        document_id=str(values["document_id"]),
        sequence=int(str(values["sequence"])),
        appended=str(values.get("appended", "")),
        text=canonical_json(values),
    )


def line_of(entry: JournalEntry) -> JournalLine:
    """The line of an entry that nobody has touched."""
    fact = entry.fact
    values = {
        "document_id": entry.document_id,
        "sequence": entry.sequence,
        "appended": entry.appended,
        "fact": fact.fact_id,
        "kind": fact.kind,
        "at": fact.at,
        "data": data_text(fact),
        "keys": list(fact.keys),
        "previous": entry.previous_hash,
        "hash": entry.hash,
    }
    return journal_line({name: value for name, value in values.items() if value not in ("", [])})


def lines_between(
    chains: Iterable[Sequence[JournalLine]], since: str, until: str
) -> list[JournalLine]:
    """The chains' entries from `since` to before `until`: by time, then document, then sequence."""
    found = (line for chain in chains for line in chain if since <= line.appended < until)
    return sorted(found, key=attrgetter("appended", "document_id", "sequence"))


def index_line(text: bytes) -> bytes | None:
    """What the index says of an entry's line; None if the line is no entry."""
    try:
        values = json.loads(text)
        name = [values[each] for each in NAMES]
        digests = {field: _digest(value) for field, value in values.items() if field not in NAMES}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return canonical_json([leaf_hash(text).hex(), *name, digests])


def index_of(lines: Sequence[bytes]) -> bytes:
    """The index of these entries: a line each, in their order."""
    return b"".join((index_line(text) or b"") + b"\n" for text in lines)


def root_over(lines: Sequence[bytes]) -> str:
    """The Merkle root of these entries."""
    return root_of(leaf_hash(text) for text in lines).hex()


def sealed(
    lines: Sequence[bytes], *, since: str, until: str, after: Seal | None, now: datetime
) -> tuple[Seal, bytes]:
    """The seal of these entries and its index; `after` is the seal before."""
    index = index_of(lines)
    seal = Seal(
        number=after.number + 1 if after else 1,
        period=period_of(until),
        since=since,
        until=until,
        count=len(lines),
        root=root_over(lines),
        index_sha256=hashlib.sha256(index).hexdigest(),
        previous_hash=after.own_hash if after else GENESIS,
        previous_root=after.root if after else GENESIS,
        sealed_at=stamp(now),
    )
    return read_seal(seal.line), index


def period_of(until: str) -> str:
    """The hour in which a period that ends before `until` ends."""
    last = datetime.fromisoformat(until) - timedelta(microseconds=1)
    return hour_of(stamp(last))


def whole_hours(since: str, until: str) -> tuple[str, str]:
    """The bounds of the hours in which the time from `since` to before `until` lies, as text."""
    hour = hour_of(until)
    is_whole = until <= f"{hour}:00:00.000000Z"
    return hour_of(since), until if is_whole else f"{hour};"  # what follows a colon


def end_of_hour(moment: str) -> str:
    """When the hour of a moment ends.

    Raises:
        ValueError: the text is no moment.
    """
    return stamp(floor_of_hour(datetime.fromisoformat(moment)) + HOUR)


def floor_of_hour(moment: datetime) -> datetime:
    """When the hour of a moment begins."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _digest(value: Any) -> str:  # noqa: ANN401 - whatever stands there
    return hashlib.sha256(canonical_json(value)).hexdigest()[:DIGEST_LENGTH]
