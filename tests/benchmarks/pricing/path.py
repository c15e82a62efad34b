"""Transactions through the shipped handlers, on an AWS in this process that counts calls."""

import base64
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any, cast
from unittest.mock import patch
from uuid import uuid4

import boto3
from moto import mock_aws

from functions.map_document.handler import lambda_handler as map_document
from functions.post_effect.handler import lambda_handler as post_effect
from functions.publish_outcome.handler import lambda_handler as publish_outcome
from functions.receive_message.handler import lambda_handler as receive_message
from shared.aws import clients, versioned_records
from shared.aws.wiring import map_document as map_wiring
from shared.aws.wiring import post_effect as post_wiring
from shared.aws.wiring import receive_message as receive_wiring
from shared.aws.wiring import stores
from shared.observability import logger, metrics
from shared.targets.tryton import access
from tests.benchmarks.pricing.deployed import Deployed
from tests.benchmarks.pricing.erp import AnsweringErp
from tests.benchmarks.pricing.messages import Messages
from tests.benchmarks.pricing.meter import Call, CallMeter
from tests.benchmarks.pricing.place import (
    ENVIRONMENT,
    QUEUES,
    furnish,
    item_at,
    one_partition_is_read,
)

HANDLERS: Mapping[str, Callable[[dict[str, object], Any], object]] = {
    "receive_message": receive_message,
    "map_document": map_document,
    "post_effect": post_effect,
    "publish_outcome": publish_outcome,
}
# A table starts with four partitions, and each has a shard of the stream by itself.
STREAM_SHARDS = 4
# How fast this machine is must not decide what is read again: the bill counts that by time.
KEPT_FOR_THE_RUN = 10**9  # seconds: no boundary between two keepings falls into a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One run of one function. `logged` are the lines that it wrote."""

    function: str
    records: int
    cpu_seconds: float
    logged: tuple[str, ...]
    answer_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Transactions that went together: as many as filled a batch of each step, if it takes them."""

    transactions: int
    calls: tuple[Call, ...]
    invocations: tuple[Invocation, ...]
    erp_bytes: int
    message_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What Lambda tells a handler."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str = "8f7e6d5c-4b3a-4210-9f8e-7d6c5b4a3210"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:us-east-1:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


@dataclass(kw_only=True)
class Path:
    """The deployed path; every run takes transactions that it never saw."""

    deployed: Deployed
    meter: CallMeter
    erp: AnsweringErp
    messages: Messages
    _sqs: Any
    _invocations: list[Invocation] = field(default_factory=list)

    def run(self, transactions: int) -> Run:
        """Take transactions through all steps; what all of them share is in memory already."""
        self._forget_master_data()
        self._take_through([self.messages.warm_up()])
        self._forget_what_was_noted()
        taken = self.messages.different(transactions)
        self._take_through(taken)
        run = Run(
            transactions=transactions,
            calls=self.meter.taken(),
            invocations=tuple(self._invocations),
            erp_bytes=self.erp.bytes_asked,
            message_bytes=sum(map(len, taken)),
        )
        if self.erp.posted != transactions:
            raise SystemExit(f"{self.erp.posted} of {transactions} transactions were posted")
        return run

    def first_calls(self) -> tuple[Call, ...]:
        """What the first transaction asks of workers that have nothing in memory."""
        self._forget_master_data()
        self._forget_what_was_noted()
        self._take_through([self.messages.warm_up()])
        return self.meter.taken()

    def _forget_master_data(self) -> None:
        """Each transaction is about another item: what one item needs is read for each."""
        stores.records.cache_clear()
        map_wiring.map_document.cache_clear()
        receive_wiring.receive_message.cache_clear()

    def _forget_what_was_noted(self) -> None:
        self.meter.taken()
        self._invocations.clear()
        self.erp.forget()

    def _take_through(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            self._invoke("receive_message", _request(message), records=1)
        self._consume("documents", "map_document")
        self._consume("effects", "post_effect")
        changes = [call for call in self.meter.calls if call.operation == "UpdateItem"]
        records = [_change(item) for call in changes for item in call.written]
        for shard in range(STREAM_SHARDS):
            self._in_batches("publish_outcome", records[shard::STREAM_SHARDS])

    def _consume(self, queue: str, function: str) -> None:
        records = []
        while found := self._sqs.receive_message(
            QueueUrl=QUEUES[queue], MaxNumberOfMessages=10
        ).get("Messages"):
            for message in found:
                self._sqs.delete_message(
                    QueueUrl=QUEUES[queue], ReceiptHandle=message["ReceiptHandle"]
                )
                records.append(_record(queue, message))
        self._in_batches(function, records)

    def _in_batches(self, function: str, records: Sequence[object]) -> None:
        size = self.deployed.batch_sizes[function]
        for start in range(0, len(records), size):
            batch = records[start : start + size]
            self._invoke(function, {"Records": batch}, records=len(batch))

    def _invoke(self, function: str, event: dict[str, object], *, records: int) -> None:
        context = Context(
            function_name=self.deployed.function_name(function),
            memory_limit_in_mb=self.deployed.function(function)["MemorySize"],
        )
        self.meter.function = metrics.service = function
        with _captured() as printed:
            began, aws_began = time.process_time(), self.meter.aws_seconds
            answer = HANDLERS[function](event, context)
            spent = time.process_time() - began - (self.meter.aws_seconds - aws_began)
        if isinstance(answer, dict) and answer.get("batchItemFailures"):
            raise SystemExit(f"{function} kept {answer['batchItemFailures']}")
        self._invocations.append(
            Invocation(
                function=function,
                records=records,
                cpu_seconds=spent,
                logged=_lines_of(function, printed.getvalue()),
                answer_bytes=len(json.dumps(answer)),
            )
        )


@contextmanager
def opened_path(deployed: Deployed) -> Iterator[Path]:
    """A path on empty tables."""
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, ENVIRONMENT))
        stack.enter_context(patch.object(versioned_records, "KEPT_SECONDS", KEPT_FOR_THE_RUN))
        stack.enter_context(patch.object(post_wiring, "SECRET_KEPT_SECONDS", KEPT_FOR_THE_RUN))
        stack.enter_context(mock_aws())
        stack.enter_context(one_partition_is_read())
        erp = AnsweringErp()
        stack.enter_context(patch.object(access, "tryton_client", erp.client))
        metrics.namespace = deployed.function("post_effect")["Environment"]["Variables"][
            "POWERTOOLS_METRICS_NAMESPACE"
        ]
        messages = Messages.of_the_network()
        furnish(deployed, messages)
        meter = CallMeter(item_at=item_at, indexes=deployed.indexes)
        meter.watch(
            clients.dynamodb(), clients.events(), clients.s3(), clients.secrets(), clients.sqs()
        )
        yield Path(
            deployed=deployed,
            meter=meter,
            erp=erp,
            messages=messages,
            _sqs=boto3.client("sqs"),
        )


@contextmanager
def _captured() -> Iterator[io.StringIO]:
    """What a handler logs and what it prints as metrics."""
    printed, handler = io.StringIO(), cast("Any", logger.registered_handler)
    usual = handler.setStream(printed)
    try:
        with redirect_stdout(printed):
            yield printed
    finally:
        handler.setStream(usual or sys.stdout)


def _lines_of(function: str, printed: str) -> tuple[str, ...]:
    """The lines; a process of its own would know the function's name by its variables."""
    return tuple(printed.replace("service_undefined", function).splitlines())


def _request(message: bytes) -> dict[str, object]:
    """What API Gateway hands to the function, in the parts that the function reads."""
    return {
        "headers": {"Content-Type": "application/hl7-v2"},
        "requestContext": {"authorizer": {"claims": {"client_id": "ehr"}}},
        "body": base64.b64encode(message).decode(),
        "isBase64Encoded": True,
    }


def _record(queue: str, message: Mapping[str, str]) -> dict[str, object]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
        "awsRegion": "us-east-1",
    }


def _change(item: Mapping[str, Any]) -> dict[str, object]:
    return {
        "eventID": uuid4().hex,
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": {"pk": item["pk"]}, "NewImage": item, "SequenceNumber": "1"},
    }
