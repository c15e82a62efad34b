"""Tables and queues put back to an earlier moment, and recovered from the raw archive."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from shared.canonical.outcome import LedgerEntry
from shared.simulation.histories.platform import Platform
from shared.simulation.histories.stream import ObservedEntries
from shared.simulation.histories.workers import Run
from shared.workflow.publish_outcome import LedgerChange
from shared.workflow.recover import Recovered

MARGIN = timedelta(minutes=15)
AGAIN_SECONDS = 15.0
LONGEST_WAIT_SECONDS = 300.0  # between two questions whether the doubt may end
MAPPED_SECONDS = 10.0
FOR_EVER = 1e9
MOST_IOS = 4000  # of a recovery that dies
TABLES = ("breakers", "heads", "master", "journal", "holds", "parking", "webhooks")
COPIED = (dict, list, set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What tables, stream and queues held at a moment. The raw archive and the ERP have none."""

    taken_at: float
    tables: Mapping[str, Mapping[str, Any]]
    entries: Mapping[str, LedgerEntry]
    changes: tuple[LedgerChange, ...]
    queues: Mapping[str, list[tuple[str, int]]]
    letters: Mapping[str, list[tuple[str, int]]]


def taken(platform: Platform) -> Snapshot:
    """A snapshot of this moment."""
    stores = platform.stores
    return Snapshot(
        taken_at=platform.kernel.now,
        tables={name: _contents(getattr(stores, name)) for name in TABLES},
        entries=dict(stores.ledger.entries),
        changes=tuple(stores.stream.pending),
        queues={name: queue.bodies() for name, queue in platform.queues.items()},
        letters={queue.name: queue.bodies() for queue in platform.letters},
    )


class Rollback:
    """Everything but archive and target is as it was then; an operator recovers it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.snapshot: Snapshot | None = None
        self.recoveries: list[Recovered] = []
        self.is_recovering = False

    def take(self) -> None:
        """Remember this moment."""
        self.snapshot = taken(self.platform)
        self.platform.kernel.tell("a snapshot is taken")

    def roll_back(self) -> None:
        """Every worker dies, everything is put back, and a person notices."""
        snapshot, platform = self.snapshot, self.platform
        if snapshot is None:
            return
        platform.kernel.kill_all()
        # The mappings stay off until the ledger's word is doubted.
        self.is_recovering = True
        for queue in platform.queues.values():
            queue.is_paused = True
        _restore(platform, snapshot)
        platform.kernel.tell("tables and queues are put back")
        # The first try may die at any I/O, as everything may.
        self._recover(dies_after=platform.kernel.random.randrange(MOST_IOS))

    def _recover(self, dies_after: int | None = None) -> None:
        kernel, steps = self.platform.kernel, self.platform.steps

        def work(_run: Run) -> Recovered:
            return steps.recover(self._since)

        def ended(recovered: Recovered | None) -> None:
            if recovered is None:
                kernel.at(AGAIN_SECONDS, self._recover)
                return
            self.recoveries.append(recovered)
            self.is_recovering = False
            for queue in self.platform.queues.values():
                queue.is_paused = False
                queue.wake()
            kernel.at(MAPPED_SECONDS, self._decide_again)

        kernel.invoke(
            "recover",
            work,
            ended,
            timeout_seconds=FOR_EVER,
            is_calm=True,
            dies_after=dies_after,
        )

    def _decide_again(self) -> None:
        """When what was driven has been mapped."""
        kernel, steps = self.platform.kernel, self.platform.steps
        if self.platform.documents.alive:
            kernel.at(MAPPED_SECONDS, self._decide_again)
            return

        def ended(decided: int | None) -> None:
            again = self._decide_again if decided is None else self._end_doubt
            kernel.at(AGAIN_SECONDS, again)

        kernel.invoke(
            "recover: decide again",
            lambda _: steps.recover.decide_again(self._since),
            ended,
            timeout_seconds=FOR_EVER,
            is_calm=True,
        )

    def _end_doubt(self, wait: float = AGAIN_SECONDS) -> None:
        """When everything that was driven has reached the ledger."""
        kernel, steps, platform = self.platform.kernel, self.platform.steps, self.platform
        if any(queue.alive for queue in (*platform.queues.values(), *platform.letters)):
            kernel.at(MAPPED_SECONDS, self._end_doubt, wait)
            return

        def ended(left: int | None) -> None:
            if left != 0:
                kernel.at(wait, self._end_doubt, min(2 * wait, LONGEST_WAIT_SECONDS))

        kernel.invoke(
            "recover: end of doubt",
            lambda _: steps.recover.end_doubt(),
            ended,
            timeout_seconds=FOR_EVER,
            is_calm=True,
        )

    @property
    def _since(self) -> datetime:
        assert self.snapshot is not None  # noqa: S101 - rolled back to it
        kernel = self.platform.kernel
        earlier = timedelta(seconds=kernel.now - self.snapshot.taken_at)
        return kernel.moment - earlier - MARGIN


def _restore(platform: Platform, snapshot: Snapshot) -> None:
    stores = platform.stores
    for name, contents in snapshot.tables.items():
        for field, value in contents.items():
            setattr(getattr(stores, name), field, _copy(value))
    entries = stores.ledger.entries
    assert isinstance(entries, ObservedEntries)  # noqa: S101 - built so
    entries.restore(dict(snapshot.entries))
    stores.stream.replace_all(snapshot.changes)
    for name, queue in platform.queues.items():
        queue.replace_all(snapshot.queues[name])
    for queue in platform.letters:
        queue.replace_all(snapshot.letters[queue.name])


def _contents(store: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """A store's own collections; its members never change, so that copies are cheap."""
    values = {field.name: getattr(store, field.name) for field in fields(store)}
    return {name: _copy(value) for name, value in values.items() if isinstance(value, COPIED)}


def _copy(value: Any) -> Any:  # noqa: ANN401
    match value:
        case dict():
            return {key: _copy(each) for key, each in value.items()}
        case list():
            return list(value)
        case set():
            return set(value)
        case _:
            return value
