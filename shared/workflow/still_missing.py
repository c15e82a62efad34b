"""What a parked line still lacks: asked of the rules and the books themselves, not of a memory."""

from dataclasses import dataclass

from shared.canonical.codec import from_json
from shared.canonical.hold import HoldKind
from shared.canonical.outcome import EffectState
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.usage import SupplyUsage
from shared.mapping.problems import Problem
from shared.mapping.reversals import ReversalIntent, reversed_quantity
from shared.mapping.usage import map_usage
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot

EFFECT_KEY = "effect#"
WHENEVER_RECORDED = "9999-12-31T00:00:00+00:00"


def effect_key(effect_id: str) -> str:
    """The key that a reversal is parked on: its original."""
    return f"{EFFECT_KEY}{effect_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StillMissing:
    """Consistent reads: parker and adder rely on them (effect-protocol section 8).

    A rule that has arrived but does not help, as a factor that is not valid on the day of use, is
    still missing: so a line is never sent on only to come back.
    """

    master: MasterData
    ledger: EffectLedger
    parking: ParkingLot
    clock: Clock

    def exists(self, key: str) -> bool:
        """Whether anything stands under a key. An original counts once it is DONE or OFFSET."""
        if not key.startswith(EFFECT_KEY):
            return self.master.exists(key)
        original = key.removeprefix(EFFECT_KEY)
        entry = self.ledger.read([original]).get(original)
        if entry is not None and entry.state is EffectState.DONE:
            return True
        record = self.parking.records([original]).get(original)
        return record is not None and record.state is ParkedState.OFFSET

    def of(self, line: ParkedLine) -> tuple[str, ...]:
        """The keys that the line lacks at this moment; none means that it can go on."""
        document = from_json(SupplyUsage, line.payload)
        now = self.clock.now()
        mapped = map_usage(document, self.master, as_of=WHENEVER_RECORDED, now=now)
        blocking = (hold for hold in mapped.holds if hold.kind is HoldKind.BLOCKING)
        lacking = [key for hold in blocking for key in hold.missing]
        for intent in mapped.reversals:
            lacking += self._of_reversal(intent)
        return tuple(dict.fromkeys(lacking))

    def _of_reversal(self, intent: ReversalIntent) -> tuple[str, ...]:
        key = effect_key(intent.original_id)
        if not self.exists(key):
            return (key,)
        original = self.ledger.read([intent.original_id]).get(intent.original_id)
        if original is None:
            return ()
        found = reversed_quantity(intent, original, self.master, as_of=WHENEVER_RECORDED)
        return found.missing if isinstance(found, Problem) else ()
