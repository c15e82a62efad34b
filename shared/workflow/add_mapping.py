"""A person adds a rule: archived, applied, and every line that waited for it goes on by itself."""

from dataclasses import dataclass

from shared.canonical.codec import to_json
from shared.canonical.journal import JournalFact
from shared.ports.journal import Journal
from shared.ports.master_data import MasterDataWriter, MasterRecord
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.release_parked import ReleaseParked

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
        sighting = self.archive.keep(to_json(entered.record), kind=kind, who=entered.who)
        self.master.put([entered.record], recorded_at=sighting.received_at)
        fact = JournalFact(
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
        self.journal.append(f"{CHAIN}:{sighting.received_at:%Y-%m}", [fact])
        return self.release.release(entered.key)
