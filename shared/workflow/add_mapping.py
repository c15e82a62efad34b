"""A person adds a rule: archived, applied, and every line that waited for it goes on by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from shared.canonical.codec import from_json, to_json
from shared.canonical.journal import JournalFact
from shared.canonical.message import Sighting
from shared.ports.journal import Journal
from shared.ports.master_data import MasterDataWriter, MasterRecord
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.release_parked import ReleaseParked

RECORDS: Mapping[str, type[MasterRecord]] = {
    record.__name__: record for record in get_args(MasterRecord)
}
CHAIN = "master-data"  # one journal chain of all rules that people add, by month


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A rule, the key that lines wait for it under, who entered it, and why."""

    record: MasterRecord
    key: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMapping:
    """Archived before it is applied, so that it can be driven again; applied before it releases."""

    archive: OperatorArchive
    journal: Journal
    master: MasterDataWriter
    release: ReleaseParked

    def __call__(self, entered: Entered) -> int:
        """Add one rule; returns how many lines went on at once. Others follow within a minute."""
        kind = type(entered.record).__name__
        sighting = self.archive.keep(to_json(entered), kind=kind, who=entered.who)
        self.master.put([entered.record], recorded_at=sighting.received_at)
        self.journal.append(_chain(sighting), [_fact(sighting, entered)])
        return self.release.release(entered.key)

    def again(self, sighting: Sighting, entered: Entered) -> None:
        """Put an archived rule where mapping finds it, and tell of it if nothing tells of it."""
        self.master.put([entered.record], recorded_at=sighting.received_at)
        fact, told = _fact(sighting, entered), self.journal.read(_chain(sighting))
        if fact.fact_id not in {entry.fact.fact_id for entry in told}:
            self.journal.append(_chain(sighting), [fact])


def entered_of(body: bytes, kind: str) -> Entered:
    """An archived rule read back; `kind` is the class of its record.

    Raises:
        KeyError: there is no such kind of record.
    """
    told = json.loads(body)
    record = from_json(RECORDS[kind], json.dumps(told["record"]))
    return Entered(record=record, key=told["key"], who=told["who"], reason=told["reason"])


def _chain(sighting: Sighting) -> str:
    return f"{CHAIN}:{sighting.received_at:%Y-%m}"


def _fact(sighting: Sighting, entered: Entered) -> JournalFact:
    return JournalFact(
        fact_id=f"rule:{sighting.message_id}",
        kind="rule_added",
        at=sighting.received_at.isoformat(),
        data={
            "key": entered.key,
            "who": entered.who,
            "reason": entered.reason,
            "raw_key": sighting.key,
            "sha256": sighting.sha256,
        },
        keys=(f"rule:{entered.key}",),
    )
