"""A batch of records as one call of a step, answered record by record (ReportBatchItemFailures)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, TypedDict, TypeVar

from shared.observability import logger
from shared.ports.clock import Deadline
from shared.workflow.batch_answer import (
    BatchAnswer,
    Begun,
    Function,
    kept_one_by_one,
    kept_sharing_the_end,
)

Model = TypeVar("Model")
Record = Mapping[str, Any]
Read = Callable[[Record], Model]


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
    others nothing. What crashes the step is kept alone (shared/workflow/batch_answer.py).

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
        answer = BatchAnswer(function=function, deadline=deadline, note_crash=_note_crash)
        try:
            return answer.kept(models)
        finally:
            self.crashed = answer.crashed

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
    return kept_one_by_one(models, work, _note_crash)


def sharing_the_end(
    models: Sequence[Model],
    begin: Callable[[Model], Begun],
    finish: Callable[[Sequence[Begun]], object],
) -> Sequence[bool]:
    """Work that each begins alone and all finish together: which of these crashed it.

    Raises:
        Exception: every one crashed, so it is not the fault of one of them.
    """
    return kept_sharing_the_end(models, begin, finish, _note_crash)


def _note_crash(error: Exception) -> None:
    """Only of what kind it was: its text may quote the record."""
    logger.error("a record crashed its step", error=type(error).__name__)


def acknowledged(models: Sequence[object]) -> Sequence[bool]:
    """A function's answer when none of its records is to be kept."""
    return [False] * len(models)
