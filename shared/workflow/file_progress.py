"""A file in batches: how far it came is durable, and the next delivery goes on there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from shared.canonical.message import Sighting
from shared.ports.clock import Deadline
from shared.ports.journal import Journal
from shared.workflow.file_facts import file_chain, progress_fact

DOCUMENTS_AT_ONCE = 200  # between two looks at the clock; of a large one each piece counts
LAST_WORK_SECONDS = 30.0  # answering and clearing, after the last documents


class Weighed(Protocol):
    """What is handed on."""

    @property
    def weight(self) -> int:
        """How many documents it is worth."""
        ...


Handed = TypeVar("Handed", bound=Weighed)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProgress:
    """Of one arrival. What is driven again begins from the top: nobody knows what was lost."""

    journal: Journal
    sighting: Sighting
    deadline: Deadline
    is_driven_again: bool

    def hand_on(
        self, handed: Iterator[Handed], send: Callable[[Sequence[Handed]], None]
    ) -> int | None:
        """Send all that an earlier delivery has not; how many there are, None if time ran out."""
        done = 0 if self.is_driven_again else self._done_before()
        count = sum(1 for _ in islice(handed, done))
        while batch := _batch(handed):
            if count > done and self.deadline.remaining_seconds() < LAST_WORK_SECONDS:
                return None
            send(batch)
            count += len(batch)
            if _weight(batch) >= DOCUMENTS_AT_ONCE:
                self.journal.append(self._chain, [progress_fact(self.sighting, count)])
        return count

    @property
    def _chain(self) -> str:
        return file_chain(self.sighting.client.tenant, self.sighting.sha256)

    def _done_before(self) -> int:
        """How many documents an earlier delivery of this arrival has sent for certain."""
        return max(
            (
                int(str(entry.fact.data["documents"]))
                for entry in self.journal.read(self._chain)
                if entry.fact.kind == "progress"
                and entry.fact.data["message_id"] == self.sighting.message_id
            ),
            default=0,
        )


def _batch(handed: Iterator[Handed]) -> tuple[Handed, ...]:
    """The next ones, until they weigh enough or there are no more."""
    batch: list[Handed] = []
    weight = 0
    for each in handed:
        batch.append(each)
        weight += each.weight
        if weight >= DOCUMENTS_AT_ONCE:
            break
    return tuple(batch)


def _weight(batch: Sequence[Handed]) -> int:
    return sum(each.weight for each in batch)
