"""What a parked line still lacks: asked of the rules and the books themselves, not of a memory."""

from dataclasses import dataclass

from shared.canonical.hold import HoldKind
from shared.canonical.mappable import MappableDocument, mappable_from
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.stock_report import StockReport
from shared.canonical.usage import SupplyUsage
from shared.mapping.problems import Problem
from shared.mapping.reversals import ReversalIntent, reversed_quantity
from shared.mapping.stock import StockMapping
from shared.mapping.usage import map_usage
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.master_data import MasterData
from shared.ports.parking import ParkingLot
from shared.ports.target_breaker import TargetBreaker

EFFECT_KEY = "effect#"
DOUBT_KEY = "doubt#"
WHENEVER_RECORDED = "9999-12-31T00:00:00+00:00"


def effect_key(effect_id: str) -> str:
    """The key that a reversal is parked on: its original."""
    return f"{EFFECT_KEY}{effect_id}"


def doubt_key(target: str) -> str:
    """The key that waits for the end of a recovery: what a target holds is asked for until then."""
    return f"{DOUBT_KEY}{target}"


def waits_whole(line: ParkedLine, document: MappableDocument) -> bool:
    """Whether it is a version of a case, which waits for the end of a recovery as it came."""
    is_in_doubt = any(key.startswith(DOUBT_KEY) for key in line.missing)
    return is_in_doubt and isinstance(document, SupplyUsage) and document.snapshot is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StillMissing:
    """Consistent reads: parker and adder rely on them (effect-protocol section 8).

    A rule that has arrived but does not help, as a factor that is not valid on the day of use, is
    still missing: so a line is never sent on only to come back.
    """

    master: MasterData
    ledger: EffectLedger
    parking: ParkingLot
    breakers: TargetBreaker
    target: str
    clock: Clock

    def exists(self, key: str) -> bool:
        """Whether anything stands under a key.

        An original counts once it is DONE or OFFSET, a recovery once its doubt is over.
        """
        if key.startswith(DOUBT_KEY):
            return not self.breakers.read(key.removeprefix(DOUBT_KEY)).is_doubted
        if not key.startswith(EFFECT_KEY):
            return self.master.exists(key)
        original = key.removeprefix(EFFECT_KEY)
        entry = self.ledger.read([original]).get(original)
        return self._has_ended(original, entry)

    def of(self, line: ParkedLine) -> tuple[str, ...]:
        """The keys that the line lacks at this moment; none means that it can go on."""
        document = mappable_from(line.payload)
        if isinstance(document, StockReport):
            return self._of_report(document)
        if waits_whole(line, document):
            return tuple(key for key in line.missing if not self.exists(key))
        now = self.clock.now()
        mapped = map_usage(document, self.master, as_of=WHENEVER_RECORDED, now=now)
        blocking = (hold for hold in mapped.holds if hold.kind is HoldKind.BLOCKING)
        lacking = [key for hold in blocking for key in hold.missing]
        for intent in mapped.reversals:
            lacking += self._of_reversal(intent)
        return tuple(dict.fromkeys(lacking))

    def _of_report(self, report: StockReport) -> tuple[str, ...]:
        mapping = StockMapping(
            report=report, master=self.master, as_of=WHENEVER_RECORDED, now=self.clock.now()
        )
        holds = (hold for line in mapping.lines() for hold in line.holds)
        return tuple(dict.fromkeys(key for hold in holds for key in hold.missing))

    def _of_reversal(self, intent: ReversalIntent) -> tuple[str, ...]:
        """While a recovery is under way it lacks that: nobody knows yet what others have taken."""
        target, entries = self.breakers.read_with(self.target, [intent.original_id])
        if target.is_doubted:
            return (doubt_key(self.target),)
        original = entries.get(intent.original_id)
        if not self._has_ended(intent.original_id, original):
            return (effect_key(intent.original_id),)
        if original is None:
            return ()
        found = reversed_quantity(intent, original, self.master, as_of=WHENEVER_RECORDED)
        return found.missing if isinstance(found, Problem) else ()

    def _has_ended(self, effect_id: str, entry: LedgerEntry | None) -> bool:
        if entry is not None and entry.state is EffectState.DONE:
            return True
        record = self.parking.records([effect_id]).get(effect_id)
        return record is not None and record.state is ParkedState.OFFSET
