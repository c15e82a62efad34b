"""The effect ledger with its stream: each write is told in order, some of it twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from shared.canonical.outcome import LedgerEntry
from shared.ports.clock import Deadline
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.histories.exposed import RunsDeadline
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.workers import Run
from shared.workflow.publish_outcome import LedgerChange

BATCH = 100
TIMEOUT_SECONDS = 60.0
AGAIN_SECONDS = 1.0  # doubled while a batch fails, as the platform does it
LONGEST_WAIT_SECONDS = 60.0
WINDOW_SECONDS = 0.5

Follower = Callable[[Sequence[LedgerChange], Deadline], object]


class ObservedEntries(dict[str, LedgerEntry]):
    """A ledger's items; whoever writes one tells `changes`, and what is due is indexed."""

    def __init__(self, observe: Callable[[LedgerChange], None]) -> None:
        super().__init__()
        self.observe = observe
        self.due: dict[str, int] = {}
        self._queue: list[tuple[int, str]] = []  # of `due`, and what was due once

    def __setitem__(self, key: str, entry: LedgerEntry) -> None:
        """Every write of an item, whoever makes it."""
        before = self.get(key)
        super().__setitem__(key, entry)
        self._index(key, entry)
        self.observe(LedgerChange(before=before, after=entry))

    def restore(self, entries: dict[str, LedgerEntry]) -> None:
        """These and nothing else, which is told to nobody."""
        self.clear()
        self.update(entries)
        self.due.clear()
        self._queue.clear()
        for key, entry in entries.items():
            self._index(key, entry)

    def _index(self, key: str, entry: LedgerEntry) -> None:
        if entry.next_at is None:
            self.due.pop(key, None)
        else:
            self.due[key] = entry.next_at
            heappush(self._queue, (entry.next_at, key))

    def first_due(self, *, now: int, limit: int) -> list[str]:
        """The ids of what is due, the longest waiting first."""
        found: list[tuple[int, str]] = []
        while self._queue and self._queue[0][0] <= now and len(found) < limit:
            at, key = heappop(self._queue)
            if self.due.get(key) == at and (not found or found[-1] != (at, key)):
                found.append((at, key))
        for each in found:
            heappush(self._queue, each)
        return [key for _, key in found]


@dataclass(slots=True)
class IndexedLedger(SimulatedEffectLedger):
    """The simulated ledger with its sparse index: a sweep reads only what is owed."""

    def due(self, *, now: int, limit: int) -> Sequence[LedgerEntry]:
        """Entries whose `next_at` has come, the longest waiting first, at most `limit`."""
        entries = self.entries
        if not isinstance(entries, ObservedEntries):
            return SimulatedEffectLedger.due(self, now=now, limit=limit)
        return [entries[key] for key in entries.first_due(now=now, limit=limit)]


@dataclass(slots=True, eq=False, kw_only=True)
class LedgerStream:
    """Changes in the order they were made, told until the follower has taken them."""

    kernel: Kernel
    pending: list[LedgerChange] = field(default_factory=list)
    follower: Follower | None = None
    _is_busy: bool = False
    _failures: int = 0

    def observe(self, change: LedgerChange) -> None:
        """One write."""
        self.pending.append(change)
        self._wake(WINDOW_SECONDS)

    def replace_all(self, changes: Sequence[LedgerChange]) -> None:
        """It stands where it stood at an earlier moment."""
        self.pending[:] = changes
        self._wake(WINDOW_SECONDS)

    def _wake(self, seconds: float) -> None:
        if self.pending and not self._is_busy and self.follower is not None:
            self._is_busy = True
            self.kernel.at(seconds, self._deliver)

    def _deliver(self) -> None:
        kernel, follower = self.kernel, self.follower
        batch = self.pending[: 1 + int(kernel.random.random() * BATCH)]
        if not batch or follower is None:
            self._is_busy = False
            return

        def work(run: Run) -> bool:
            follower(batch, RunsDeadline(kernel, run))
            return True

        def ended(told: object) -> None:
            if told is not None and not kernel.chance(kernel.faults.repeated_batch):
                self._pass(batch)
            self._is_busy = False
            self._failures = 0 if told else self._failures + 1
            again = min(AGAIN_SECONDS * 2.0 ** min(self._failures - 1, 6), LONGEST_WAIT_SECONDS)
            self._wake(WINDOW_SECONDS if told else again)

        kernel.invoke("publish_outcome", work, ended, timeout_seconds=TIMEOUT_SECONDS)

    def _pass(self, batch: Sequence[LedgerChange]) -> None:
        """Unless the stream was put back meanwhile."""
        if self.pending[: len(batch)] == list(batch):
            del self.pending[: len(batch)]
