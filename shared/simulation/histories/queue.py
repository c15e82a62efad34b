"""A queue that delivers at least once: again after a while, twice, late, out of order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shared.ports.clock import Deadline
from shared.simulation.histories.exposed import RunsDeadline
from shared.simulation.histories.kernel import Kernel
from shared.simulation.histories.workers import Run

SOON_SECONDS = 10.0
DELAY_SECONDS = 300.0
LATE_SECONDS = 6 * 86_400.0


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """One message; `receipt` tells one delivery of it from another.

    `model` is what its body says, once somebody has read it: equal bytes say the same for ever.
    """

    body: str
    redrives: int = 0
    receives: int = 0
    receipt: int = 0
    is_gone: bool = False
    model: object = None


Consumer = Callable[[Sequence[Message], Deadline], Sequence[bool]]


@dataclass(slots=True, eq=False, kw_only=True)
class SimulatedQueue:
    """One queue with its consumer. `consumer` says of each message whether it stays.

    What was received too often goes to `dead_letters`, as the platform does it.
    """

    name: str
    kernel: Kernel
    batch_size: int
    timeout_seconds: float
    visibility_seconds: float
    window_seconds: float = 0.5
    concurrency: int = 2
    most_receives: int = 5
    dead_letters: "SimulatedQueue | None" = None
    consumer: Consumer | None = None
    failed: Callable[[Sequence[Message]], None] | None = None  # hears of what died or crashed
    late_until: float = 0.0  # no copy comes later than this
    is_paused: bool = False  # its mapping is off
    visible: list[Message] = field(default_factory=list)
    alive: dict[Message, None] = field(default_factory=dict)
    _working: int = 0
    _is_woken: bool = False

    def put(self, body: str, *, delay_seconds: float = 0.0, redrives: int = 0) -> None:
        """Take a message. It may come twice, now and days later, and it may take its time."""
        kernel = self.kernel
        faults = kernel.faults
        if kernel.chance(faults.delayed):
            delay_seconds += DELAY_SECONDS * kernel.random.random()
        self._add(Message(body=body, redrives=redrives), delay_seconds)
        if kernel.chance(faults.duplicated):
            delay_seconds += SOON_SECONDS * kernel.random.random()
            self._add(Message(body=body, redrives=redrives), delay_seconds)
        if kernel.chance(faults.duplicated_late):
            late = min(LATE_SECONDS, self.late_until - kernel.now) * kernel.random.random()
            kernel.at(max(late, 0.0), self._come_again, body)

    def wake(self) -> None:
        """Let the mapping look soon, if it does not anyway."""
        is_free = self._working < self.concurrency and not self.is_paused
        if not self._is_woken and self.visible and is_free:
            self._is_woken = True
            self.kernel.at(self.window_seconds, self._poll)

    def bodies(self) -> list[tuple[str, int]]:
        """What it holds, wherever that is just now."""
        return [(message.body, message.redrives) for message in self.alive]

    def replace_all(self, bodies: Sequence[tuple[str, int]]) -> None:
        """It holds these and nothing else: it was put back to an earlier moment."""
        for message in self.alive:
            message.is_gone = True
        self.alive.clear()
        self.visible.clear()
        for body, redrives in bodies:
            self._add(Message(body=body, redrives=redrives), 0.0)

    def _come_again(self, body: str) -> None:
        self.kernel.tell(f"{self.name}: a message comes again, late")
        self._add(Message(body=body), 0.0)

    def _add(self, message: Message, delay_seconds: float) -> None:
        self.alive[message] = None
        if delay_seconds > 0:
            self.kernel.at(delay_seconds, self._appear, message)
        else:
            self._appear(message)

    def _appear(self, message: Message) -> None:
        if not message.is_gone:
            self.visible.append(message)
            self.wake()

    def _poll(self) -> None:
        self._is_woken = False
        batch = self._received()
        if not batch or self.consumer is None:
            return
        self._working += 1
        free = self._slot()
        receipts = [message.receipt for message in batch]
        consumer, kernel = self.consumer, self.kernel

        def work(run: Run) -> Sequence[bool]:
            return consumer(batch, RunsDeadline(kernel, run))

        def ended(kept: Sequence[bool] | None) -> None:
            self._ended(batch, receipts, kept)
            free()

        kernel.at(self.visibility_seconds, self._return, batch, receipts)
        run = kernel.invoke(self.name, work, ended, timeout_seconds=self.timeout_seconds)
        if not run.has_ended:
            kernel.at(self.timeout_seconds, free)
        self.wake()

    def _slot(self) -> Callable[[], None]:
        """One of the workers that may run at once; what frees it, however often that is called."""
        taken = [1]

        def free() -> None:
            if taken:
                taken.clear()
                self._working -= 1
                self.wake()

        return free

    def _ended(
        self, batch: Sequence[Message], receipts: Sequence[int], kept: Sequence[bool] | None
    ) -> None:
        if kept is not None:
            self._settle(batch, receipts, kept)
        elif self.failed is not None:
            self.failed(batch)

    def _received(self) -> list[Message]:
        """Any of those that are there; those that came too often go to the dead letters."""
        batch: list[Message] = []
        visible, random = self.visible, self.kernel.random
        while visible and len(batch) < self.batch_size:
            place = int(random.random() * len(visible))
            visible[place], visible[-1] = visible[-1], visible[place]
            message = visible.pop()
            message.receives += 1
            message.receipt += 1
            if self.dead_letters is not None and message.receives > self.most_receives:
                self._bury(message, self.dead_letters)
            else:
                batch.append(message)
        return batch

    def _bury(self, message: Message, dead_letters: "SimulatedQueue") -> None:
        self.kernel.tell(f"{self.name}: a message dies")
        self._delete(message)
        dead_letters.put(message.body, redrives=message.redrives)

    def _settle(
        self, batch: Sequence[Message], receipts: Sequence[int], kept: Sequence[bool]
    ) -> None:
        lost = self.kernel.faults.acknowledgement_lost
        for message, receipt, stays in zip(batch, receipts, kept, strict=True):
            if not stays and message.receipt == receipt and not self.kernel.chance(lost):
                self._delete(message)

    def _delete(self, message: Message) -> None:
        message.is_gone = True
        self.alive.pop(message, None)

    def _return(self, batch: Sequence[Message], receipts: Sequence[int]) -> None:
        """What was not deleted by then is seen again."""
        for message, receipt in zip(batch, receipts, strict=True):
            if not message.is_gone and message.receipt == receipt:
                self.visible.append(message)
        self.wake()
