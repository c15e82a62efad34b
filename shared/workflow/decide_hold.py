"""A person decides a hold: another owner, or closed with a reason."""

from dataclasses import dataclass

from shared.canonical.codec import to_json
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.journal import JournalFact
from shared.canonical.message import Sighting
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.parking import ParkingLot
from shared.workflow.operator_entry import OperatorArchive


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided of the holds with one code on one line. Without a new owner: closed."""

    line_id: str
    code: str
    who: str
    reason: str
    new_owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideHold:
    """A line whose blocking hold is closed is not posted: it ends rejected, with the reason."""

    archive: OperatorArchive
    journal: Journal
    holds: HoldStore
    parking: ParkingLot

    def __call__(self, decision: Decision) -> tuple[Hold, ...]:
        """Apply a decision; returns the holds it was about, none if none is open."""
        found = tuple(
            hold for hold in self.holds.of_line(decision.line_id) if hold.code == decision.code
        )
        if found:
            sighting = self.archive.keep(to_json(decision), kind="Decision", who=decision.who)
            self._apply(decision, found)
            document_id = found[0].document_id or f"line:{decision.line_id}"
            self.journal.append(document_id, [_fact(decision, sighting)])
        return found

    def _apply(self, decision: Decision, found: tuple[Hold, ...]) -> None:
        line, code, reason, who = decision.line_id, decision.code, decision.reason, decision.who
        if decision.new_owner:
            self.holds.assign(line, code, decision.new_owner, reason, who=who)
            return
        if any(hold.kind is HoldKind.BLOCKING for hold in found):
            self._park_no_more(line)
        self.holds.close(line, code, reason, who=who)

    def _park_no_more(self, line_id: str) -> None:
        record = self.parking.records([line_id]).get(line_id)
        if record is not None and self.parking.close(line_id):
            for key in record.missing:
                self.parking.leave(key, line_id)


def _fact(decision: Decision, sighting: Sighting) -> JournalFact:
    kind = "hold_assigned" if decision.new_owner else "hold_closed"
    return JournalFact(
        fact_id=f"{kind}:{sighting.message_id}",
        kind=kind,
        at=sighting.received_at.isoformat(),
        data={
            "line_id": decision.line_id,
            "code": decision.code,
            "owner": decision.new_owner,
            "reason": decision.reason,
            "who": decision.who,
            "raw_key": sighting.key,
        },
    )
