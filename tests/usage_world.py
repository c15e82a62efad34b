"""The whole path behind the edge in memory: documents in, the ERP's documents out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from shared.canonical.effect import Effect
from shared.canonical.journal import JournalFact
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.ports.master_data import MasterRecord
from shared.simulation.books import SimulatedBooks
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.edge import SimulatedRawArchive
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.master_data import SimulatedMasterData
from shared.simulation.parking import SimulatedParkingLot
from shared.simulation.queues import (
    SimulatedDocumentQueue,
    SimulatedEffectQueue,
    SimulatedEventPublisher,
    SimulatedStatusQueue,
)
from shared.simulation.snapshot_heads import SimulatedSnapshotHeads
from shared.simulation.stock_store import SimulatedStockStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.add_mapping import AddMapping, Entered
from shared.workflow.decide_effect import DecideEffect
from shared.workflow.decide_hold import DecideHold, Decision
from shared.workflow.idle_versions import IdleVersions
from shared.workflow.map_usage import MapUsage
from shared.workflow.mapped_document import Mapping
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.post_effect import PostEffect
from shared.workflow.publish_outcome import LedgerChange, PublishOutcome
from shared.workflow.read_positions import ReadPositions
from shared.workflow.recall_reversals import RecallReversals
from shared.workflow.record_stock import RecordStock
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.snapshot_lines import SnapshotLines
from shared.workflow.still_missing import StillMissing
from shared.workflow.take_back import TakeBack
from shared.workflow.target_holdings import TargetHoldings
from shared.workflow.waiting_reversals import WaitingReversals
from tests.builders import NOW, a_master
from tests.effects import a_pace, tokens

WAIT = timedelta(hours=72)


@dataclass
class UsageWorld:
    """Steps on ports that a test may replace; queues are drained by `run_until_quiet`."""

    master: SimulatedMasterData = field(default_factory=a_master)
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))
    journal: SimulatedJournal = field(default_factory=SimulatedJournal)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    parking: SimulatedParkingLot = field(default_factory=SimulatedParkingLot)
    ledger: SimulatedEffectLedger = field(default_factory=SimulatedEffectLedger)
    erp: SimulatedErp = field(default_factory=SimulatedErp)
    documents: SimulatedDocumentQueue = field(default_factory=SimulatedDocumentQueue)
    effects: SimulatedEffectQueue = field(default_factory=SimulatedEffectQueue)
    statuses: SimulatedStatusQueue = field(default_factory=SimulatedStatusQueue)
    events: SimulatedEventPublisher = field(default_factory=SimulatedEventPublisher)
    archive: SimulatedRawArchive = field(default_factory=SimulatedRawArchive)
    stock: SimulatedStockStore = field(default_factory=SimulatedStockStore)
    lines: dict[str, SupplyUsage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.breakers = SimulatedTargetBreaker(ledger=self.ledger)
        missing = StillMissing(
            master=self.master,
            ledger=self.ledger,
            parking=self.parking,
            breakers=self.breakers,
            target="erp",
            clock=self.clock,
        )
        self.release = ReleaseParked(
            parking=self.parking,
            documents=self.documents,
            missing=missing,
            holds=self.holds,
            journal=self.journal,
            clock=self.clock,
        )
        pair = PairReversal(
            ledger=self.ledger,
            parking=self.parking,
            holds=self.holds,
            master=self.master,
            breakers=self.breakers,
            target="erp",
            clock=self.clock,
            wait=WAIT,
        )
        self.heads = SimulatedSnapshotHeads(ledger=self.ledger, breakers=self.breakers)
        snapshots = SnapshotLines(
            heads=self.heads,
            master=self.master,
            ledger=self.ledger,
            parking=self.parking,
            take_back=TakeBack(
                ledger=self.ledger, parking=self.parking, pair=pair, clock=self.clock
            ),
            idle=IdleVersions(heads=self.heads, parking=self.parking, holds=self.holds),
            target="erp",
            clock=self.clock,
        )
        self.map = MapUsage(
            journal=self.journal,
            master=self.master,
            holds=self.holds,
            parking=self.parking,
            ledger=self.ledger,
            pair=pair,
            snapshots=snapshots,
            release=self.release,
            effects=self.effects,
            statuses=self.statuses,
            clock=self.clock,
        )
        self.record = RecordStock(
            journal=self.journal,
            master=self.master,
            holds=self.holds,
            parking=self.parking,
            stock=self.stock,
            release=self.release,
            clock=self.clock,
        )
        self.positions = ReadPositions(stock=self.stock, ledger=self.ledger, clock=self.clock)
        self.erp.clock = self.clock
        self.post = PostEffect(
            target="erp",
            connector=self.erp,
            breakers=self.breakers,
            pace=a_pace(self.clock),
            ledger=self.ledger,
            holds=self.holds,
            clock=self.clock,
            new_token=tokens(),
        )
        self.publish = PublishOutcome(
            journal=self.journal,
            holds=self.holds,
            release=self.release,
            events=self.events,
            statuses=self.statuses,
        )
        ids = count(1)
        operators = OperatorArchive(
            archive=self.archive,
            clock=self.clock,
            tenant="meridian",
            new_id=lambda: f"entry-{next(ids)}",
        )
        self.add = AddMapping(
            archive=operators,
            journal=self.journal,
            master=self.master,
            release=self.release,
        )
        self.decide = DecideHold(
            archive=operators,
            journal=self.journal,
            holds=self.holds,
            parking=self.parking,
            take_again=list[str]().append,
        )
        self.recall = RecallReversals(
            target="erp",
            holdings=TargetHoldings(connector=self.erp, books=SimulatedBooks(self.erp)),
            heads=self.heads,
            journal=self.journal,
            master=self.master,
            ledger=self.ledger,
            parking=self.parking,
            breakers=self.breakers,
            clock=self.clock,
        )
        self.judge = DecideEffect(
            archive=operators,
            journal=self.journal,
            ledger=self.ledger,
            holds=self.holds,
            connector=self.erp,
            clock=self.clock,
            reversals=WaitingReversals(parking=self.parking, holds=self.holds),
            source_line=lambda effect: self.lines.get(effect.effect_id),
            documents=self.documents,
        )

    def receive(self, *documents: SupplyUsage) -> Mapping:
        """Documents arrive and are mapped; the last one's mapping."""
        self.sight(*documents)
        mappings = [self.map(document) for document in documents]
        return mappings[-1]

    def sight(self, *documents: SupplyUsage) -> None:
        """Documents arrive: their receiver tells the journal."""
        for document in documents:
            for line in document.lines:
                alone = replace(document, lines=(line,))
                self.lines[line_effect_id(document.tenant, line)] = alone
            fact = JournalFact(
                fact_id=f"received:{document.message_id}",
                kind="received",
                at=self.clock.now().isoformat(),
            )
            self.journal.append(document.document_id, [fact])

    def enter(self, record: MasterRecord, key: str) -> int:
        """A person adds a rule."""
        entered = Entered(record=record, key=key, who="steward", reason="new")
        return self.add(entered)

    def close(self, line_id: str, code: str) -> None:
        """A person closes a hold."""
        self.decide(Decision(line_id=line_id, code=code, who="clerk", reason="not ours"))

    def run_until_quiet(self) -> None:
        """Deliver what is in the queues, and tell of what was posted, until nothing moves."""
        while self.documents.bodies or self.effects.bodies:
            self.clock.advance(seconds=10)
            documents, reports = self.documents.sent, self.documents.reports
            self.documents.bodies.clear()
            for document in documents:
                self.map(document)
            for report in reports:
                self.record(report)
            effects, self.effects.bodies[:] = self.effects.sent, []
            self.deliver(effects)

    def deliver(self, effects: tuple[Effect, ...]) -> None:
        """Post effects and publish every change of the ledger."""
        ids = [effect.effect_id for effect in effects]
        before = dict(self.ledger.read(ids))
        self.post(effects, FixedDeadline(30))
        after = self.ledger.read(ids)
        changes = [
            LedgerChange(before=before.get(key), after=entry)
            for key, entry in after.items()
            if before.get(key) != entry
        ]
        self.publish(changes)

    def state_of(self, line_id: str) -> EffectState | None:
        """The ledger's state of a line's effect."""
        entry: LedgerEntry | None = self.ledger.read([line_id]).get(line_id)
        return entry.state if entry else None

    def open_codes(self, line_id: str) -> list[str]:
        """Codes of a line's open holds."""
        return sorted(hold.code for hold in self.holds.of_line(line_id))

    def amounts(self) -> Iterator[str]:
        """What the ERP booked, document by document."""
        return (format(posted.amount, "f") for posted in self.erp.posted.values())
