"""A batch of records as one call of a step, answered record by record (ReportBatchItemFailures)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from aws_lambda_powertools.utilities.batch import BasePartialBatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from shared.ports.clock import Deadline

Model = TypeVar("Model")
Record = Mapping[str, Any]
Read = Callable[[Record], Model]
Function = Callable[[Sequence[Model], Deadline], Sequence[bool]]

__all__ = ["AllRecordsProcessor", "EventType", "acknowledged", "from_body"]


class AllRecordsProcessor(BasePartialBatchProcessor, Generic[Model]):
    """Hands a step all records that can be read, since many effects may share one call of the ERP.

    A record that cannot be read stays where it is until it reaches the dead letters; it costs the
    others nothing. What the function raises concerns the whole batch, which is delivered again.
    """

    def __init__(self, *, event_type: EventType, read: Read[Model]) -> None:
        super().__init__(event_type, raise_on_entire_batch_failure=False)
        self._read = read
        self._deadline: Deadline | None = None

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
        self._deadline = deadline
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
        read = [(record, model) for record in self.records for model in self._models(record)]
        if not read:
            return []
        kept = self.handler([model for _, model in read], self._deadline)
        return [
            self._keep(record) if keep else self.success_handler(self._classed(record), None)
            for (record, _), keep in zip(read, kept, strict=True)
        ]

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


def acknowledged(models: Sequence[object]) -> Sequence[bool]:
    """A function's answer when none of its records is to be kept."""
    return [False] * len(models)
