"""Everything a history keeps, and the steps' view of it: each call an I/O."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.canonical.codec import to_json
from shared.canonical.effect import Effect
from shared.canonical.mappable import MappableDocument
from shared.canonical.message import ClientScope
from shared.ports.erp import TargetTraits
from shared.simulation.books import SimulatedBooks
from shared.simulation.edge import SimulatedClientRegistry, SimulatedRawArchive
from shared.simulation.erp import SimulatedErp
from shared.simulation.file_boxes import SimulatedFileInbox
from shared.simulation.histories.exposed import TrueClock, WorkersClock, exposed
from shared.simulation.histories.facts import FACILITIES
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.stream import IndexedLedger, LedgerStream, ObservedEntries
from shared.simulation.histories.target import TargetAtRisk
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.master_data import SimulatedMasterData, SimulatedWebhookSources
from shared.simulation.parking import SimulatedParkingLot
from shared.simulation.queues import SimulatedEventPublisher, SimulatedStatusQueue
from shared.simulation.snapshot_heads import SimulatedSnapshotHeads
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.simulation.webhook_log import SimulatedWebhookLog

CLIENT = "ehr"
LEDGER = (
    *("read", "record", "reserve", "due", "postpone"),
    *("claim", "conclude", "owe", "amend"),
)
Put = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DocumentSender:
    """Implements the DocumentQueue port over a queue's `put`."""

    put: Put

    def send(self, documents: Sequence[MappableDocument]) -> None:
        """Durable when this returns."""
        for document in documents:
            self.put(to_json(document))


@dataclass(frozen=True, slots=True)
class EffectSender:
    """Implements the EffectQueue port over a queue's `put`."""

    put: Put

    def send(self, effects: Sequence[Effect]) -> None:
        """Durable when this returns."""
        for effect in effects:
            self.put(to_json(effect))


class Stores:
    """The tables, the bucket and the target themselves: nothing befalls who asks them."""

    def __init__(self, kernel: Kernel, traits: TargetTraits) -> None:
        clock = WorkersClock(kernel)
        self.stream = LedgerStream(kernel=kernel)
        self.ledger = IndexedLedger(entries=ObservedEntries(self.stream.observe))
        self.breakers = SimulatedTargetBreaker(ledger=self.ledger)
        self.heads = SimulatedSnapshotHeads(ledger=self.ledger, breakers=self.breakers)
        self.master = SimulatedMasterData()
        self.journal = SimulatedJournal(clock=clock)
        self.holds = SimulatedHoldStore(clock=clock)
        self.parking = SimulatedParkingLot()
        self.archive = SimulatedRawArchive()
        self.inbox = SimulatedFileInbox()
        self.clients = SimulatedClientRegistry()
        self.clients.register(
            ClientScope(client_id=CLIENT, tenant="meridian", facilities=FACILITIES)
        )
        self.sources = SimulatedWebhookSources(master=self.master, clock=clock)
        self.webhooks = SimulatedWebhookLog()
        self.statuses = SimulatedStatusQueue()
        self.events = SimulatedEventPublisher()
        self.erp = SimulatedErp(
            traits=traits,
            clock=TrueClock(kernel),
            lag_seconds=kernel.faults.lag_share * traits.lookup_lag_seconds,
        )
        self.target = TargetAtRisk(erp=self.erp, kernel=kernel)


class Ports:
    """The same, as a worker reaches them."""

    def __init__(self, kernel: Kernel, stores: Stores, *, documents: Put, effects: Put) -> None:
        self.clock = WorkersClock(kernel)
        self.ledger = exposed(kernel, "ledger", stores.ledger, LEDGER)
        self.breakers = exposed(
            kernel, "breakers", stores.breakers, ("read", "read_with", "replace")
        )
        self.heads = exposed(
            kernel, "heads", stores.heads, ("read", "read_with", "move_case", "move")
        )
        self.master = exposed(kernel, "master", stores.master, ("exists", "put"))
        self.journal = exposed(
            kernel, "journal", stores.journal, ("append", "append_all", "read", "find", "first")
        )
        self.holds = exposed(kernel, "holds", stores.holds, ("open", "of_line", "close", "assign"))
        self.parking = exposed(
            kernel,
            "parking",
            stores.parking,
            (
                *("park", "records", "parked_on", "missing_keys"),
                *("claim", "offset", "close", "leave"),
            ),
        )
        self.archive = exposed(
            kernel, "archive", stores.archive, ("store", "read", "sighting", "keys_since")
        )
        self.clients = exposed(kernel, "clients", stores.clients, ("scope_of",))
        self.webhooks = exposed(kernel, "webhooks", stores.webhooks, ("seen", "remember"))
        self.sources = exposed(kernel, "sources", stores.sources, ("source",))
        self.inbox = stores.inbox
        self.statuses = exposed(kernel, "statuses", stores.statuses, ("send",))
        self.events = exposed(kernel, "events", stores.events, ("publish",))
        self.target = exposed(kernel, "target", stores.target, ("find", "submit"))
        self.books = exposed(kernel, "books", SimulatedBooks(stores.erp), ("lines",))
        self.documents = exposed(kernel, "documents", DocumentSender(documents), ("send",))
        self.effects = exposed(kernel, "effects", EffectSender(effects), ("send",))
