"""A batch of records as one call of a step, answered record by record (ReportBatchItemFailures)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, TypedDict, TypeVar

from shared.errors import LedgerwardError
from shared.observability import logger
from shared.ports.clock import Deadline

LEAST_SECONDS = 5  # a step that crashed is not run again on parts of its batch with less time left

Model = TypeVar("Model")
Record = Mapping[str, Any]
Read = Callable[[Record], Model]
Function = Callable[[Sequence[Model], Deadline], Sequence[bool]]


class EventType(StrEnum):
    """Where a batch comes from; the value says what names its records."""

    SQS = "messageId"
    DYNAMODB_STREAM = "SequenceNumber"


class ItemFailure(TypedDict):
    """A record that stays, by its name; Lambda fixes how this is spelt."""

    itemIdentifier: str


class BatchResponse(TypedDict):
    """What a function answers Lambda: the records that stay in the queue or stream."""

    batchItemFailures: list[ItemFailure]


class AllRecordsProcessor(Generic[Model]):
    """Hands a step all records that can be read, since many effects may share one call of the ERP.

    A record that cannot be read stays where it is until it reaches the dead letters; it costs the
    others nothing. When the step crashes, it is run on halves of the batch until the record that
    crashes it stands alone: that one is kept, the others are done. Steps are idempotent, so what
    was done before the crash is not done twice. What asks for a later try (a throttled store)
    concerns the whole batch, and so does what every record crashes on; both are raised.

    It is ours alone: Powertools' processors take records one by one, and importing them costs a
    cold start a hundred modules.
    """

    def __init__(self, *, event_type: EventType, read: Read[Model]) -> None:
        self._event_type = event_type
        self._read = read
        self.kept = 0  # records of the last batch that stayed where they were
        self.unreadable = 0  # those of them that could not be read
        self.crashed = 0  # those of them that crashed the step

    def respond(
        self, event: Mapping[str, Any], function: Function[Model], *, deadline: Deadline
    ) -> BatchResponse:
        """Run the function once over the batch and say which records stay in the queue.

        Args:
            event: As Lambda delivers it.
            function: Takes what was read, in order, and the deadline; answers for each whether its
                record is to be kept.
            deadline: When this invocation ends.
        """
        self.kept = self.unreadable = self.crashed = 0
        records: Sequence[Record] = event["Records"]
        read = [(record, self._models(record)) for record in records]
        staying = [self._name(record) for record, models in read if not models]
        self.unreadable = len(staying)
        readable = [(record, model) for record, models in read for model in models]
        if readable:
            kept = self._kept(function, [model for _, model in readable], deadline)
            pairs = zip(readable, kept, strict=True)
            staying += [self._name(record) for (record, _), keep in pairs if keep]
        self.kept = len(staying)
        return {"batchItemFailures": [{"itemIdentifier": name} for name in staying]}

    def _kept(
        self, function: Function[Model], models: Sequence[Model], deadline: Deadline
    ) -> Sequence[bool]:
        """Which records stay, whatever one of them does to the step."""
        try:
            return list(function(models, deadline))
        except Exception as error:
            if len(models) == 1 or not _may_be_one_records_fault(error, deadline):
                raise
            kept = self._halved(function, models, deadline)
            if self.crashed == len(models):
                raise
            return kept

    def _halved(
        self, function: Function[Model], models: Sequence[Model], deadline: Deadline
    ) -> Sequence[bool]:
        middle = len(models) // 2
        halves = (models[:middle], models[middle:])
        return [kept for half in halves for kept in self._half(function, half, deadline)]

    def _half(
        self, function: Function[Model], half: Sequence[Model], deadline: Deadline
    ) -> Sequence[bool]:
        try:
            return list(function(half, deadline))
        except Exception as error:
            if not _may_be_one_records_fault(error, deadline):
                raise
            if len(half) == 1:
                self.crashed += 1
                _note_crash(error)
                return [True]
            return self._halved(function, half, deadline)

    def _models(self, record: Record) -> Sequence[Model]:
        """The model of a record, or none. Never logged: the error quotes what it could not read."""
        try:
            return (self._read(record),)
        except Exception:  # noqa: BLE001 - whatever is wrong with one record is not the others' fault
            return ()

    def _name(self, record: Record) -> str:
        named = record if self._event_type is EventType.SQS else record["dynamodb"]
        name: str = named[self._event_type.value]
        return name


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
