"""What waits for a key that has arrived goes on by itself (effect-protocol section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.canonical.codec import from_json
from shared.canonical.journal import JournalFact
from shared.canonical.mappable import mappable_from
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.usage import SupplyUsage
from shared.holds.opening import HoldFacts, hold_for
from shared.ports.clock import Clock
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.parking import ParkingLot
from shared.ports.queues import DocumentQueue
from shared.workflow.still_missing import EFFECT_KEY, StillMissing, waits_whole

# A rule stamped by a clock that runs ahead of ours must be seen by the mapping that it releases.
SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseParked:
    """Called with one key by whoever adds it, and each minute for all of them."""

    parking: ParkingLot
    documents: DocumentQueue
    missing: StillMissing
    holds: HoldStore
    journal: Journal
    clock: Clock

    def __call__(self) -> int:
        """Re-check every key; returns how many lines went on. What waited too long is held."""
        released = 0
        for key in list(self.parking.missing_keys()):
            if self.missing.exists(key):
                released += self.release(key)
            elif key.startswith(EFFECT_KEY):
                self._hold_overdue(key)
        return released

    def release(self, key: str) -> int:
        """Send on what lacks nothing any more; what lacks another key waits for that one."""
        lines = list(self.parking.parked_on(key))
        records = self.parking.records(lines) if lines else {}
        return sum(self.release_line(key, line_id, records.get(line_id)) for line_id in lines)

    def release_line(self, key: str, line_id: str, record: ParkedLine | None) -> bool:
        """Send one line on if it lacks nothing; its entries must stand before this is asked."""
        while record and (lacking := self.missing.of(record)):
            if set(lacking) == set(record.missing):
                return False
            record = self._waiting_for(record, lacking)
        claimed = self.parking.claim(line_id)
        if claimed is not None:  # else cancelled out, or closed by a person
            self._send_on(claimed, key)
        for each in dict.fromkeys((key, *(record.missing if record else ()))):
            self.parking.leave(each, line_id)
        return claimed is not None

    def look_again(self, parked: Sequence[ParkedLine]) -> None:
        """Release what came while these entries were written (effect-protocol section 8)."""
        keys = dict.fromkeys(key for line in parked for key in line.missing)
        arrived = {key for key in keys if self.missing.exists(key)}
        for line in parked:
            for key in arrived.intersection(line.missing):
                self.release_line(key, line.line_id, line)

    def _waiting_for(self, record: ParkedLine, lacking: tuple[str, ...]) -> ParkedLine:
        """Park it on what it lacks now, and take it off what has arrived."""
        waiting = replace(record, missing=lacking)
        self.parking.park([waiting])
        for each in record.missing:
            if each not in lacking:
                self.parking.leave(each, record.line_id)
        return waiting

    def _send_on(self, line: ParkedLine, key: str) -> None:
        now = self.clock.now()
        document = mappable_from(line.payload)
        if not waits_whole(line, document):  # its rules are those of its arrival still
            document = replace(document, released_at=(now + SKEW).isoformat())
        self.documents.send([document])
        fact = JournalFact(
            fact_id=f"released:{line.line_id}:{line.parked_at.isoformat()}:{key}",
            kind="released",
            at=now.isoformat(),
            data={"line_id": line.line_id, "key": key},
        )
        self.journal.append(line.document_id, [fact])

    def _hold_overdue(self, key: str) -> None:
        """A reversal whose original did not come within the wait is a person's business (USE7)."""
        now = self.clock.now()
        overdue = [
            line
            for line in self.parking.records(list(self.parking.parked_on(key))).values()
            if line.state is ParkedState.PARKED and line.waits_until and line.waits_until <= now
        ]
        if overdue:
            self.holds.open(
                [hold_for("REVERSAL_UNPAIRED", _facts(line), now=now) for line in overdue]
            )


def _facts(line: ParkedLine) -> HoldFacts:
    document = from_json(SupplyUsage, line.payload)
    positions = [str(each.position) for each in document.lines]
    return HoldFacts(
        line_id=line.line_id,
        document_id=line.document_id,
        message_id=document.message_id,
        position=", ".join(positions),
        detail=f"no original to take back since {line.parked_at.isoformat(timespec='minutes')}",
        facility=", ".join(each.facility for each in document.lines),
        missing=line.missing,
        payload=line.payload,
    )
