"""Every call of our own clients, with the units that AWS counts for it."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from moto.core.models import botocore_stubber

from tests.benchmarks.pricing.units import (
    REQUEST_BYTES,
    Index,
    Item,
    index_write_units,
    pieces,
    table_write_units,
    units_of_items,
    units_of_query,
)
from tests.contract.item_sizes import item_size

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient
    from botocore.model import OperationModel

Parameters = Mapping[str, Any]
READS = ("BatchGetItem", "GetItem", "Query")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call by one function. `payload_bytes` is what was sent, `written` what stands now."""

    function: str
    service: str
    operation: str
    resource: str
    requests: int = 1
    payload_bytes: int = 0
    write_units: int = 0
    index_units: Mapping[str, int] = field(default_factory=dict)
    read_units: Decimal = Decimal(0)
    written: tuple[Item, ...] = ()

    @property
    def name(self) -> str:
        """`post_effect: dynamodb UpdateItem effects`."""
        return f"{self.function}: {self.service} {self.operation} {self.resource}"


@dataclass(kw_only=True)
class CallMeter:
    """Listens to clients; `item_at` looks into a table as nobody's client.

    `aws_seconds` is the CPU of the AWS in this process and of the meter: nobody pays for it.
    """

    item_at: Callable[[str, Item], Item | None]
    indexes: Mapping[str, Sequence[Index]]
    function: str = ""
    calls: list[Call] = field(default_factory=list)
    aws_seconds: float = 0.0
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _served: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, *clients: "BaseClient") -> None:
        """Listen to these from now on; their requests are served one at a time."""
        for client in clients:
            hooks: Any = client.meta.events
            hooks.register_first("provide-client-params", self._look_before)
            hooks.register("after-call", self._note)
            hooks.unregister("before-send", botocore_stubber)
            hooks.register("before-send", self._serve)

    def taken(self) -> tuple[Call, ...]:
        """What was called since this was asked last."""
        calls, self.calls = tuple(self.calls), []
        return calls

    def _serve(self, event_name: str, request: "AWSPreparedRequest", **_: object) -> object:
        with self._served, self._unpaid():
            return botocore_stubber(event_name, request)

    def _look_before(
        self, params: Parameters, model: "OperationModel", context: dict[str, Any], **_: object
    ) -> None:
        with self._unpaid():
            written = list(_written(model.name, params))
            before = [self.item_at(table, key) for table, key in written]
            context["metered"] = (dict(params), written, before)

    def _note(
        self, model: "OperationModel", parsed: Parameters, context: dict[str, Any], **_: object
    ) -> None:
        with self._unpaid():
            params, written, before = context["metered"]
            call = _measured(model, params, parsed)
            for (table, key), old in zip(written, before, strict=True):
                call = self._with_write(call, table, old, self.item_at(table, key))
            with self._guard:
                self.calls.append(replace(call, function=self.function))

    def _with_write(self, call: Call, table: str, old: Item | None, new: Item | None) -> Call:
        units = dict(call.index_units)
        for index in self.indexes.get(table, ()):
            if paid := index_write_units(index, old, new):
                units[index.name] = units.get(index.name, 0) + paid
        return replace(
            call,
            write_units=call.write_units + table_write_units(old, new),
            index_units=units,
            written=(*call.written, new) if new else call.written,
        )

    @contextmanager
    def _unpaid(self) -> Iterator[None]:
        """What this thread does here is not the function's own work."""
        began = time.thread_time()
        try:
            yield
        finally:
            with self._guard:
                self.aws_seconds += time.thread_time() - began


def _written(operation: str, params: Parameters) -> Iterator[tuple[str, Item]]:
    """The keys that a call writes, each with its table."""
    match operation:
        case "PutItem":
            yield params["TableName"], _key(params["Item"])
        case "UpdateItem" | "DeleteItem":
            yield params["TableName"], params["Key"]
        case "BatchWriteItem":
            for table, requests in params["RequestItems"].items():
                yield from ((table, _key(each["PutRequest"]["Item"])) for each in requests)
        case _:
            return


def _key(item: Item) -> Item:
    return {name: item[name] for name in ("pk", "sk") if name in item}


def _measured(model: "OperationModel", params: Parameters, parsed: Parameters) -> Call:
    service = model.service_model.service_name
    measure = _MEASURES[service]
    call = Call(function="", service=service, operation=model.name, resource="")
    return measure(call, params, parsed)


def _dynamodb(call: Call, params: Parameters, parsed: Parameters) -> Call:
    if call.operation in ("BatchGetItem", "BatchWriteItem"):
        [(table, asked)] = params["RequestItems"].items()
    else:
        table, asked = params["TableName"], params
    units = Decimal(0)
    if call.operation == "Query":
        is_consistent = asked.get("ConsistentRead", False)
        units = units_of_query(parsed["Items"], is_consistent=is_consistent)
    if call.operation == "BatchGetItem":
        found = [item_size(item) for item in parsed["Responses"].get(table, ())]
        absent = [0] * (len(asked["Keys"]) - len(found))
        units = units_of_items([*found, *absent], is_consistent=asked["ConsistentRead"])
    if call.operation not in (*READS, "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"):
        raise ValueError(f"{call.operation} is not priced")
    return replace(call, resource=table, read_units=units)


def _s3(call: Call, params: Parameters, _parsed: Parameters) -> Call:
    return replace(call, resource=params["Bucket"], payload_bytes=len(params.get("Body", b"")))


def _sqs(call: Call, params: Parameters, _parsed: Parameters) -> Call:
    size = sum(len(entry["MessageBody"].encode()) for entry in params["Entries"])
    queue = params["QueueUrl"].rsplit("/", 1)[1]
    return replace(call, resource=queue, payload_bytes=size, requests=pieces(size, REQUEST_BYTES))


def _events(call: Call, params: Parameters, _parsed: Parameters) -> Call:
    """Each event is paid, by its own size."""
    sizes = [_event_size(entry) for entry in params["Entries"]]
    return replace(
        call,
        resource=params["Entries"][0]["EventBusName"],
        payload_bytes=sum(sizes),
        requests=sum(pieces(size, REQUEST_BYTES) for size in sizes),
    )


def _event_size(entry: Parameters) -> int:
    """As AWS counts it: 14 bytes for a time, the texts by their UTF-8."""
    texts = (entry["Source"], entry["DetailType"], entry["Detail"], *entry["Resources"])
    return (14 if "Time" in entry else 0) + sum(len(text.encode()) for text in texts)


def _secret(call: Call, _params: Parameters, _parsed: Parameters) -> Call:
    return replace(call, resource="secrets")


_MEASURES: Mapping[str, Callable[[Call, Parameters, Parameters], Call]] = {
    "dynamodb": _dynamodb,
    "s3": _s3,
    "sqs": _sqs,
    "events": _events,
    "secretsmanager": _secret,
}
