"""A batch of records as one call of a step, answered record by record (ReportBatchItemFailures)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from aws_lambda_powertools.utilities.batch import BasePartialBatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from shared.errors import LedgerwardError
from shared.observability import logger
from shared.ports.clock import Deadline

LEAST_SECONDS = 5  # a step that crashed is not run again on parts of its batch with less time left

Model = TypeVar("Model")
Record = Mapping[str, Any]
Read = Callable[[Record], Model]
Function = Callable[[Sequence[Model], Deadline], Sequence[bool]]

__all__ = ["AllRecordsProcessor", "EventType", "acknowledged", "from_body", "one_by_one"]


class AllRecordsProcessor(BasePartialBatchProcessor, Generic[Model]):
    """Hands a step all records that can be read, since many effects may share one call of the ERP.

    A record that cannot be read stays where it is until it reaches the dead letters; it costs the
    others nothing. When the step crashes, it is run on halves of the batch until the record that
    crashes it stands alone: that one is kept, the others are done. Steps are idempotent, so what
    was done before the crash is not done twice. What asks for a later try (a throttled store)
    concerns the whole batch, and so does what every record crashes on; both are raised.
    """

    def __init__(self, *, event_type: EventType, read: Read[Model]) -> None:
        super().__init__(event_type, raise_on_entire_batch_failure=False)
        self._read = read
        self._deadline: Deadline | None = None
        self.crashed = 0  # records of the last batch that crashed the step

    def respond(
        self, event: Mapping[str, Any], function: Function[Model], *, deadline: Deadline
    ) -> PartialItemFailureResponse:
        """Run the function once over the batch and say which records stay in the queue.

        Args:
            event: As Lambda delivers it.
            function: Takes what was read, in order, and the deadline; answers for each whether its
                record is to be kept.
            deadline: When this invocation ends.
        """
        self._deadline, self.crashed = deadline, 0
        with self(event["Records"], function):
            self.process()
        return self.response()

    @property
    def kept(self) -> int:
        """How many records of the last batch stayed in the queue."""
        return len(self.fail_messages)

    @property
    def unreadable(self) -> int:
        """How many of them because they could not be read."""
        return len(self.exceptions)

    def process(self) -> list[tuple[Any, ...]]:
        """All records in one call, in place of Powertools' one by one."""
        if self._deadline is None:
            raise RuntimeError("a batch is processed by respond, which knows its deadline")
        read = [(record, model) for record in self.records for model in self._models(record)]
        if not read:
            return []
        kept = self._kept([model for _, model in read], self._deadline)
        return [
            self._keep(record) if keep else self.success_handler(self._classed(record), None)
            for (record, _), keep in zip(read, kept, strict=True)
        ]

    def _kept(self, models: Sequence[Model], deadline: Deadline) -> Sequence[bool]:
        """Which records stay, whatever one of them does to the step."""
        try:
            return list(self.handler(models, deadline))
        except Exception as error:
            if len(models) == 1 or not _may_be_one_records_fault(error, deadline):
                raise
            kept = [*self._half(models, 0, deadline), *self._half(models, 1, deadline)]
            if self.crashed == len(models):
                raise
            return kept

    def _half(self, models: Sequence[Model], which: int, deadline: Deadline) -> Sequence[bool]:
        middle = len(models) // 2
        half = models[middle:] if which else models[:middle]
        try:
            return list(self.handler(half, deadline))
        except Exception as error:
            if not _may_be_one_records_fault(error, deadline):
                raise
            if len(half) == 1:
                self.crashed += 1
                _note_crash(error)
                return [True]
            return [*self._half(half, 0, deadline), *self._half(half, 1, deadline)]

    def _models(self, record: dict[str, Any]) -> Sequence[Model]:
        """The model of a record, or none. Never logged: the error quotes what it could not read."""
        try:
            return (self._read(record),)
        except Exception:  # noqa: BLE001 - whatever is wrong with one record is not the others' fault
            self.exceptions.append(sys.exc_info())
            self._keep(record)
            return ()

    def _keep(self, record: dict[str, Any]) -> tuple[Any, ...]:
        self.fail_messages.append(self._classed(record))
        return ("fail", "kept", record)

    def _classed(self, record: dict[str, Any]) -> Any:  # noqa: ANN401 - Powertools' own classes
        return self._to_batch_type(record, self.event_type)

    def _process_record(self, record: dict[str, Any]) -> tuple[Any, ...]:
        raise NotImplementedError("records are processed together")

    async def _async_process_record(self, record: dict[str, Any]) -> tuple[Any, ...]:
        raise NotImplementedError("records are processed together")


def from_body(read: Callable[[str], Model]) -> Read[Model]:
    """Read a queue's record by its body."""
    return lambda record: read(record["body"])


def one_by_one(models: Sequence[Model], work: Callable[[Model], object]) -> Sequence[bool]:
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
            _note_crash(error)
        else:
            kept.append(False)
    return kept


def _may_be_one_records_fault(error: Exception, deadline: Deadline) -> bool:
    asks_for_later = isinstance(error, LedgerwardError) and error.retryable
    return not asks_for_later and deadline.remaining_seconds() >= LEAST_SECONDS


def _note_crash(error: Exception) -> None:
    """Only of what kind it was: its text may quote the record."""
    logger.error("a record crashed its step", error=type(error).__name__)


def acknowledged(models: Sequence[object]) -> Sequence[bool]:
    """A function's answer when none of its records is to be kept."""
    return [False] * len(models)
