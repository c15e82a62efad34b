"""A person decides a hold: another owner, closed, or released, always with a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.canonical.codec import to_json
from shared.canonical.hold import Hold, HoldKind
from shared.canonical.journal import JournalFact
from shared.canonical.message import Sighting
from shared.errors import LedgerwardError
from shared.holds.codes import RELEASABLE
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.parking import ParkingLot
from shared.workflow.interchange_parts import RELEASED
from shared.workflow.operator_entry import OperatorArchive

KIND = "Decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided of the holds with one code on one line. Without a new owner: closed.

    Of a release what was held counts after all.
    """

    line_id: str
    code: str
    who: str
    reason: str
    new_owner: str = ""
    is_release: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideHold:
    """A line whose blocking hold is closed is not posted: it ends rejected, with the reason.

    What is released of a partner's file is driven again from the archive: `take_again` takes in
    what lies under a key of it. It reads in the journal that it may count.
    """

    archive: OperatorArchive
    journal: Journal
    holds: HoldStore
    parking: ParkingLot
    take_again: Callable[[str], object]

    def __call__(self, decision: Decision) -> tuple[Hold, ...]:
        """Apply a decision; returns the holds it was about, none if none is open.

        Raises:
            LedgerwardError: it is a release of what no person's word alone can release.
            ThrottledError: it could not be carried out; decide again.
        """
        if decision.is_release and decision.code not in RELEASABLE:
            raise LedgerwardError(
                f"{decision.code} cannot be released, only {', '.join(sorted(RELEASABLE))}"
            )
        found = self._about(decision)
        if found:
            kept = self.archive.keep(to_json(decision), kind=KIND, who=decision.who)
            self._apply_and_tell(kept, decision, found)
        return found

    def again(self, sighting: Sighting, decision: Decision) -> bool:
        """Apply an archived decision that was lost; whether it was."""
        found = self._about(decision)
        if not found:
            return False
        told = self.journal.read(_chain(decision, found))
        if _decided(decision, sighting).fact_id in {entry.fact.fact_id for entry in told}:
            return False  # it was applied; what is open was opened after it
        self._apply_and_tell(sighting, decision, found)
        return True

    def _about(self, decision: Decision) -> tuple[Hold, ...]:
        open_holds = self.holds.of_line(decision.line_id)
        return tuple(hold for hold in open_holds if hold.code == decision.code)

    def _apply_and_tell(
        self, sighting: Sighting, decision: Decision, found: tuple[Hold, ...]
    ) -> None:
        if decision.is_release:
            self._release(sighting, decision, found)
        self._apply(decision, found)
        self.journal.append(_chain(decision, found), [_decided(decision, sighting)])

    def _apply(self, decision: Decision, found: tuple[Hold, ...]) -> None:
        line, code, reason, who = decision.line_id, decision.code, decision.reason, decision.who
        if decision.new_owner:
            self.holds.assign(line, code, decision.new_owner, reason, who=who)
            return
        if any(hold.kind is HoldKind.BLOCKING for hold in found):
            self._park_no_more(line)
        self.holds.close(line, code, reason, who=who)

    def _release(self, sighting: Sighting, decision: Decision, found: tuple[Hold, ...]) -> None:
        """First the word, then every sighting that was held: of equal ones the first counts."""
        chain = _chain(decision, found)
        self.journal.append(chain, [_fact(decision, sighting, RELEASED)])
        told = (entry.fact for entry in self.journal.read(chain))
        held = (str(fact.data["raw_key"]) for fact in told if fact.kind == "rejected")
        for raw_key in dict.fromkeys(held):
            self.take_again(raw_key)

    def _park_no_more(self, line_id: str) -> None:
        record = self.parking.records([line_id]).get(line_id)
        if record is not None and self.parking.close(line_id):
            for key in record.missing:
                self.parking.leave(key, line_id)


def _chain(decision: Decision, found: tuple[Hold, ...]) -> str:
    return found[0].document_id or f"line:{decision.line_id}"


def _decided(decision: Decision, sighting: Sighting) -> JournalFact:
    """What is told last, once it is carried out."""
    return _fact(decision, sighting, "hold_assigned" if decision.new_owner else "hold_closed")


def _fact(decision: Decision, sighting: Sighting, kind: str) -> JournalFact:
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
