"""The deployed platform of one history: queues, mappings, schedules, and the steps behind them."""

import re
from collections.abc import Callable, Sequence
from typing import cast

from shared.canonical.codec import from_json
from shared.canonical.effect import Effect
from shared.canonical.usage import SupplyUsage
from shared.ports.clock import Deadline
from shared.ports.erp import TargetTraits
from shared.simulation.histories.exposed import RunsDeadline
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.ports import Ports, Stores
from shared.simulation.histories.queue import Message, SimulatedQueue
from shared.simulation.histories.steps import Steps
from shared.simulation.histories.workers import Run
from shared.workflow.batch_answer import (
    BatchAnswer,
    Function,
    Model,
    kept_one_by_one,
    kept_sharing_the_end,
)
from shared.workflow.redrive_dead_letters import DeadLetter

# As deployed (infra/stacks): seconds a consumer may take, and the box's margin on a queue's
# patience, which brings a killed worker's messages back soonest.
WORKER_SECONDS = 30.0
MINUTE_SECONDS = 55.0
VISIBILITY_SECONDS = 60.0
DOCUMENTS_AT_ONCE = 10
EFFECTS_AT_ONCE = 50
LETTERS_AT_ONCE = 10
MINUTE = 60.0
EFFECT_ID = re.compile(r'"effect_id":"([0-9a-f]+)"')
LONGEST_REST_SECONDS = 6 * 3600.0

Read = Callable[[Message], Model]


class Platform:
    """Everything that runs by itself. `stores` is what there is, behind all faults."""

    def __init__(self, kernel: Kernel, traits: TargetTraits, *, late_until: float) -> None:
        self.kernel = kernel
        self.stores = Stores(kernel, traits)
        self.late_until = late_until
        self.documents, self.effects = self._queue("documents"), self._queue("effects")
        self.documents.batch_size = DOCUMENTS_AT_ONCE
        self.effects.batch_size = EFFECTS_AT_ONCE
        self.queues = {"documents": self.documents, "effects": self.effects}
        self.ports = Ports(
            kernel, self.stores, documents=self.documents.put, effects=self.effects.put
        )
        self.steps = Steps(kernel, self.ports, self.queues)
        self._connect()
        self._watch_until = 0.0
        self._round = 0
        kernel.at(MINUTE, self._every_minute, self._round)

    def watch(self, seconds: float) -> None:
        """From now on every minute is run, however quiet it is."""
        self._watch_until = self.kernel.now + seconds
        self._round += 1
        self._every_minute(self._round)

    @property
    def letters(self) -> tuple[SimulatedQueue, ...]:
        """The dead-letter queues."""
        return tuple(
            queue.dead_letters for queue in self.queues.values() if queue.dead_letters is not None
        )

    @property
    def is_quiet(self) -> bool:
        """Nothing is under way and nothing is owed."""
        queues = (*self.queues.values(), *self.letters)
        is_owed = bool(self.stores.ledger.due(now=10**12, limit=1))
        return not (any(queue.alive for queue in queues) or self.stores.stream.pending or is_owed)

    def _queue(self, name: str) -> SimulatedQueue:
        letters = SimulatedQueue(
            name=f"redrive_dead_letters of {name}",
            kernel=self.kernel,
            batch_size=LETTERS_AT_ONCE,
            timeout_seconds=WORKER_SECONDS,
            visibility_seconds=VISIBILITY_SECONDS,
        )
        return SimulatedQueue(
            name=name,
            kernel=self.kernel,
            batch_size=DOCUMENTS_AT_ONCE,
            timeout_seconds=WORKER_SECONDS,
            visibility_seconds=VISIBILITY_SECONDS,
            dead_letters=letters,
            late_until=self.late_until,
        )

    def _connect(self) -> None:
        steps, stream = self.steps, self.stores.stream

        def map_documents(documents: Sequence[SupplyUsage], _: Deadline) -> Sequence[bool]:
            step = steps.map
            return kept_sharing_the_end(documents, step.begin, step.finish, self._note)

        def post_effects(effects: Sequence[Effect], deadline: Deadline) -> Sequence[bool]:
            steps.post(effects, deadline)
            return [False] * len(effects)

        def redrive(letters: Sequence[DeadLetter], _: Deadline) -> Sequence[bool]:
            return kept_one_by_one(letters, steps.redrive, self._note)

        self.documents.consumer = self._answering(
            lambda message: from_json(SupplyUsage, message.body), map_documents
        )
        self.effects.consumer = self._answering(
            lambda message: from_json(Effect, message.body), post_effects
        )
        self.effects.failed = self._grieve
        for name, queue in self.queues.items():
            if queue.dead_letters is not None:
                queue.dead_letters.consumer = self._answering(_letter_of(name), redrive)
        stream.follower = lambda changes, _: steps.publish(changes)

    def _grieve(self, messages: Sequence[Message]) -> None:
        """Nobody knows what the worker of these has done."""
        for message in messages:
            if (found := EFFECT_ID.search(message.body)) is not None:
                self.stores.target.mishaps.grieve([found.group(1)])

    def _answering(
        self, read: Read[Model], function: Function[Model]
    ) -> Callable[[Sequence[Message], Deadline], Sequence[bool]]:
        """As the deployed processor answers: what cannot be read stays, the rest is one batch."""

        def consume(messages: Sequence[Message], deadline: Deadline) -> Sequence[bool]:
            kept = [True] * len(messages)
            models, places = [], []
            for place, message in enumerate(messages):
                try:
                    models.append(_once(read, message))
                except ValueError:
                    continue
                places.append(place)
            if models:
                answer = BatchAnswer(function=function, deadline=deadline, note_crash=self._note)
                for place, stays in zip(places, answer.kept(models), strict=True):
                    kept[place] = stays
            return kept

        return consume

    def _note(self, error: Exception) -> None:
        """A record that crashed its step, unless it only asks to come later."""
        if not getattr(error, "retryable", False):
            self.kernel.crashes[f"{type(error).__name__}: {error}"] += 1

    def _every_minute(self, number: int) -> None:
        if number != self._round:
            return
        kernel, steps = self.kernel, self.steps

        def sweep(run: Run) -> int:
            return steps.sweep(RunsDeadline(kernel, run))

        for name, work in (("sweep_effects", sweep), ("release_parked", lambda _: steps.release())):
            kernel.invoke(name, work, _nothing, timeout_seconds=MINUTE_SECONDS)
        kernel.at(self._rest_seconds(), self._every_minute, number)

    def _rest_seconds(self) -> float:
        """A minute; but while all is quiet nothing is missed until something happens."""
        kernel = self.kernel
        if kernel.now < self._watch_until or not self.is_quiet:
            return MINUTE
        next_at = kernel.next_at or kernel.now + LONGEST_REST_SECONDS
        until_next = next_at - kernel.now + MINUTE / 2
        return min(max(MINUTE, until_next), LONGEST_REST_SECONDS)


def _letter_of(queue: str) -> Read[DeadLetter]:
    return lambda message: DeadLetter(queue=queue, body=message.body, redrives=message.redrives)


def _once(read: Read[Model], message: Message) -> Model:
    """What a message says, read at its first delivery."""
    if message.model is None:
        message.model = read(message)
    return cast(Model, message.model)


def _nothing(_answer: object) -> None:
    """Nobody waits for the answer of a schedule."""
