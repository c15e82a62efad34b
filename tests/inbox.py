"""The inbox and all that files lead to, in memory; its worker dies where a test says so."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.canonical.message import ClientScope
from shared.canonical.usage import SupplyUsage
from shared.simulation.edge import (
    SimulatedClientRegistry,
    SimulatedRawArchive,
    SimulatedTokenizer,
)
from shared.simulation.file_boxes import SimulatedFileInbox, SimulatedFileOutbox
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.queues import SimulatedDocumentQueue
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.file_answers import FileOutcome
from shared.workflow.receive_file import ReceiveFile

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
KEY = "cabinet/cabinet/north/2026-03-04.csv"
CALLS = (
    *(("inbox", "size"), ("inbox", "open"), ("inbox", "clear"), ("archive", "store")),
    *(("journal", "append"), ("journal", "read"), ("journal", "first"), ("documents", "send")),
    *(("outbox", "put"), ("holds", "open")),
)


class WorkerDiedError(Exception):
    """The worker was killed."""


@dataclass
class Patience:
    seconds: float = 900.0

    def remaining_seconds(self) -> float:
        return self.seconds


@dataclass
class World:
    inbox: SimulatedFileInbox = field(default_factory=SimulatedFileInbox)
    outbox: SimulatedFileOutbox = field(default_factory=SimulatedFileOutbox)
    archive: SimulatedRawArchive = field(default_factory=SimulatedRawArchive)
    journal: SimulatedJournal = field(default_factory=SimulatedJournal)
    documents: SimulatedDocumentQueue = field(default_factory=SimulatedDocumentQueue)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    clients: SimulatedClientRegistry = field(default_factory=SimulatedClientRegistry)
    dies_at: int = 0
    dies_after: bool = True
    meanwhile: Callable[[], object] | None = None
    calls: int = 0

    def __post_init__(self) -> None:
        self.clients.register(
            ClientScope(client_id="cabinet", tenant="meridian", facilities=("NORTH", "SOUTH"))
        )

    def drop(self, body: bytes, key: str = KEY, at: datetime = AT) -> DroppedFile:
        return DroppedFile(key=key, version=self.inbox.drop(key, body), dropped_at=at)

    def receive(self, file: DroppedFile, seconds: float = 900.0) -> FileOutcome:
        return self.step()(file, Patience(seconds))

    def step(self) -> ReceiveFile:
        return ReceiveFile(
            inbox=self._mortal("inbox"),
            outbox=self._mortal("outbox"),
            archive=self._mortal("archive"),
            journal=self._mortal("journal"),
            documents=self._mortal("documents"),
            holds=self._mortal("holds"),
            clients=self.clients,
            tokens=SimulatedTokenizer(),
            journal_writers=1,
        )

    def books(self) -> dict[str, set[str]]:
        """What mapping will see: the facts of each document, by its id."""
        seen: dict[str, set[str]] = {}
        for document in self.documents.sent:
            seen.setdefault(document.document_id, set()).update(_facts(document))
        return seen

    def answer(self, kind: str) -> list[str]:
        return [key for key in self.outbox.files if key.endswith(kind)]

    def results(self) -> list[dict[str, Any]]:
        (key,) = self.answer(".result.jsonl")
        return [json.loads(line) for line in self.outbox.files[key].splitlines()]

    def summary(self) -> dict[str, Any]:
        (key,) = self.answer(".summary.json")
        told: dict[str, Any] = json.loads(self.outbox.files[key])
        return told

    def chain_kinds(self) -> list[str]:
        (chain,) = [each for each in self.journal.chains if each.startswith("file:")]
        return [entry.fact.kind for entry in self.journal.read(chain)]

    @property
    def end(self) -> tuple[object, ...]:
        """All that a file leads to; deliveries of it that crash lead to no other."""
        stores = (self.outbox.files, self.archive.objects, self.holds.standing)
        return (self.books(), *stores, self.journal.chains, self.journal.index, self.left)

    @property
    def left(self) -> list[object]:
        """What still lies in the inbox."""
        return [version for versions in self.inbox.files.values() for version in versions]

    def _mortal(self, port: str) -> Any:  # noqa: ANN401
        return _Mortal(self, port, getattr(self, port))


@dataclass
class _Mortal:
    """A port whose worker dies before or after the world's n-th call."""

    world: World
    port: str
    real: Any

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.world.calls += 1
            is_the_end = self.world.calls == self.world.dies_at
            if is_the_end and self.world.meanwhile:
                self.world.meanwhile()
            elif is_the_end and not self.world.dies_after:
                raise WorkerDiedError(f"before {self.port}.{name}")
            result = getattr(self.real, name)(*args, **kwargs)
            if is_the_end and not self.world.meanwhile:
                raise WorkerDiedError(f"after {self.port}.{name}")
            return result

        assert (self.port, name) in CALLS
        return call


def _facts(document: SupplyUsage) -> set[str]:
    lines = {f"{line.key} {line.quantity} {line.charge_code}" for line in document.lines}
    return lines | {f"{line.key} {line.diagnostic.code}" for line in document.malformed}
