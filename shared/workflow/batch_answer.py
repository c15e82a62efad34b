"""What becomes of a batch of deliveries when its step crashes: only the one that does it is kept.

Shared by the deployed functions and the simulator, so that both answer a queue alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.errors import LedgerwardError
from shared.ports.clock import Deadline

LEAST_SECONDS = 5  # a step that crashed is not run again on parts of its batch with less time left

Model = TypeVar("Model")
Begun = TypeVar("Begun")
Function = Callable[[Sequence[Model], Deadline], Sequence[bool]]
NoteCrash = Callable[[Exception], None]


@dataclass(slots=True, kw_only=True)
class BatchAnswer(Generic[Model]):
    """Runs a step over a batch, and on halves of it when it crashes, until one record is to blame.

    Steps are idempotent, so what was done before a crash is not done twice. What asks for a later
    try (a throttled store) concerns the whole batch, and so does what every record crashes on; both
    are raised. `crashed` counts the records that crash the step alone.
    """

    function: Function[Model]
    deadline: Deadline
    note_crash: NoteCrash
    crashed: int = 0

    def kept(self, models: Sequence[Model]) -> Sequence[bool]:
        """Which of these stay in their queue, whatever one of them does to the step."""
        try:
            return list(self.function(models, self.deadline))
        except Exception as error:
            if len(models) == 1 or not self._may_be_one_records_fault(error):
                raise
            kept = [*self._half(models, 0), *self._half(models, 1)]
            if self.crashed == len(models):
                raise
            return kept

    def _half(self, models: Sequence[Model], which: int) -> Sequence[bool]:
        middle = len(models) // 2
        half = models[middle:] if which else models[:middle]
        try:
            return list(self.function(half, self.deadline))
        except Exception as error:
            if not self._may_be_one_records_fault(error):
                raise
            if len(half) == 1:
                self.crashed += 1
                self.note_crash(error)
                return [True]
            return [*self._half(half, 0), *self._half(half, 1)]

    def _may_be_one_records_fault(self, error: Exception) -> bool:
        asks_for_later = isinstance(error, LedgerwardError) and error.retryable
        return not asks_for_later and self.deadline.remaining_seconds() >= LEAST_SECONDS


def kept_one_by_one(
    models: Sequence[Model], work: Callable[[Model], object], note_crash: NoteCrash
) -> Sequence[bool]:
    """Work that shares nothing: which of these crashed it. If all of them did, the last error.

    Raises:
        Exception: every one crashed, so it is not the fault of one of them.
    """
    kept = []
    for model in models:
        try:
            work(model)
        except Exception as error:
            kept.append(True)
            if all(kept) and len(kept) == len(models):
                raise
            note_crash(error)
        else:
            kept.append(False)
    return kept


def kept_sharing_the_end(
    models: Sequence[Model],
    begin: Callable[[Model], Begun],
    finish: Callable[[Sequence[Begun]], object],
    note_crash: NoteCrash,
) -> Sequence[bool]:
    """Work that each begins alone and all finish together: which of these crashed it.

    What cannot be finished together is finished one by one, so that one does not keep the others.
    Finishing is idempotent, so what was done before a crash is not done twice.

    Raises:
        Exception: every one crashed, so it is not the fault of one of them.
    """
    begun: dict[int, Begun] = {}

    def begin_at(place: int) -> None:
        begun[place] = begin(models[place])

    kept = [*kept_one_by_one(range(len(models)), begin_at, note_crash)]
    try:
        finish([*begun.values()])
    except Exception:  # noqa: BLE001 - whose fault it is shows when each is finished alone
        alone = kept_one_by_one([*begun], lambda place: finish([begun[place]]), note_crash)
        for place, stays in zip(begun, alone, strict=True):
            kept[place] = stays
    return kept
