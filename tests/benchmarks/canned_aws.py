"""An AWS that answers below the clients: requests are built, signed and parsed, never sent.

It keeps what is written in memory and tells how much CPU it took itself, so that a benchmark can
leave that out.
"""

import hashlib
import io
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient

Parsed = Mapping[str, Any]
Item = dict[str, Any]
SET = re.compile(r"(#?\w+) = (:\w+)(?!\w)")
ADD = re.compile(r"ADD (#?\w+) (:\w+)")
KEY = re.compile(r"pk = (:\w+)")
PREFIX = re.compile(r"begins_with\(sk, (:\w+)\)")


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> list[bytes]:
        return [self.read()]


@dataclass
class CannedAws:
    """Tables, queues, a bus, a bucket and secrets, just as real as the flows need them."""

    secrets: Mapping[str, str] = field(default_factory=dict)
    tables: dict[str, dict[str, dict[str, Item]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    queues: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    events: list[Parsed] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    own_seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def serve(self, *clients: "BaseClient") -> None:
        """Answer for these clients from now on."""
        for client in clients:
            hooks: Any = client.meta.events
            hooks.register_first("before-send", self._answer)

    def _answer(self, request: "AWSPreparedRequest", **_: object) -> AWSResponse:
        with self._lock:
            started = time.thread_time()
            operation = _operation_of(request)
            self.calls.append(operation)
            status, body = self._answers(operation)(_body_of(request))
            headers = {"x-amzn-requestid": "R", "content-type": "application/x-amz-json-1.0"}
            raw = _Raw(json.dumps(body).encode() if operation != "PutObject" else b"")
            response = AWSResponse(request.url, status, headers, raw)  # type: ignore[arg-type]
            self.own_seconds += time.thread_time() - started
            return response

    def _answers(self, operation: str) -> Callable[[Parsed], tuple[int, Parsed]]:
        answers: dict[str, Callable[[Parsed], tuple[int, Parsed]]] = {
            "PutObject": lambda _: (200, {}),
            "PutItem": self._put_item,
            "UpdateItem": self._update_item,
            "Query": self._query,
            "BatchGetItem": self._batch_get,
            "BatchWriteItem": self._batch_write,
            "SendMessageBatch": self._send_batch,
            "PutEvents": self._put_events,
            "GetSecretValue": lambda asked: (
                200,
                {"SecretString": self.secrets[asked["SecretId"]]},
            ),
        }
        return answers[operation]

    def _put_item(self, asked: Parsed) -> tuple[int, Parsed]:
        partition, sort_key = self._place(asked["TableName"], asked["Item"])
        if "attribute_not_exists" in asked.get("ConditionExpression", "") and sort_key in partition:
            kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
            return 400, {"__type": kind, "message": "The conditional request failed"}
        partition[sort_key] = asked["Item"]
        return 200, {}

    def _update_item(self, asked: Parsed) -> tuple[int, Parsed]:
        """`SET a = :a` and `ADD a :a`; the condition holds."""
        names, values = (
            asked.get("ExpressionAttributeNames", {}),
            asked["ExpressionAttributeValues"],
        )
        partition, sort_key = self._place(asked["TableName"], asked["Key"])
        item = partition.setdefault(sort_key, dict(asked["Key"]))
        for name, value in SET.findall(asked["UpdateExpression"]):
            item[names.get(name, name)] = values[value]
        for name, value in ADD.findall(asked["UpdateExpression"]):
            before = item.get(names.get(name, name), {"N": "0"})["N"]
            item[names.get(name, name)] = {"N": str(int(before) + int(values[value]["N"]))}
        return 200, {}

    def _query(self, asked: Parsed) -> tuple[int, Parsed]:
        condition, values = asked["KeyConditionExpression"], asked["ExpressionAttributeValues"]
        (key,) = KEY.findall(condition)
        prefixes = [values[name]["S"] for name in PREFIX.findall(condition)]
        partition = self.tables[asked["TableName"]].get(values[key]["S"], {})
        prefix = prefixes[0] if prefixes else ""
        found = [each for each in partition.items() if each[0].startswith(prefix)]
        found.sort(key=lambda each: each[0], reverse=not asked.get("ScanIndexForward", True))
        items = [item for _, item in found][: asked.get("Limit")]
        return 200, {"Items": items, "Count": len(items), "ScannedCount": len(items)}

    def _batch_get(self, asked: Parsed) -> tuple[int, Parsed]:
        found = {
            table: [
                partition[sort_key]
                for partition, sort_key in (self._place(table, key) for key in wanted["Keys"])
                if sort_key in partition
            ]
            for table, wanted in asked["RequestItems"].items()
        }
        return 200, {"Responses": found, "UnprocessedKeys": {}}

    def _batch_write(self, asked: Parsed) -> tuple[int, Parsed]:
        for table, puts in asked["RequestItems"].items():
            for put in puts:
                partition, sort_key = self._place(table, put["PutRequest"]["Item"])
                partition[sort_key] = put["PutRequest"]["Item"]
        return 200, {"UnprocessedItems": {}}

    def _send_batch(self, asked: Parsed) -> tuple[int, Parsed]:
        self.queues[asked["QueueUrl"]] += [entry["MessageBody"] for entry in asked["Entries"]]
        taken = [
            {
                "Id": entry["Id"],
                "MessageId": f"m-{entry['Id']}",
                "MD5OfMessageBody": _md5(entry["MessageBody"]),
            }
            for entry in asked["Entries"]
        ]
        return 200, {"Successful": taken, "Failed": []}

    def _place(self, table: str, item: Parsed) -> tuple[dict[str, Item], str]:
        """An item's partition and sort key. Powertools' table calls its key `id`."""
        partition = item["pk"] if "pk" in item else item["id"]
        return self.tables[table][partition["S"]], item.get("sk", {"S": ""})["S"]

    def _put_events(self, asked: Parsed) -> tuple[int, Parsed]:
        self.events += asked["Entries"]
        return 200, {"FailedEntryCount": 0, "Entries": [{"EventId": "e"} for _ in asked["Entries"]]}


def counted(calls: Sequence[str]) -> dict[str, int]:
    """How often each operation was called."""
    return {operation: calls.count(operation) for operation in sorted(set(calls))}


def _operation_of(request: "AWSPreparedRequest") -> str:
    target = request.headers.get("X-Amz-Target")
    if target is None:
        return "PutObject"
    text = target.decode() if isinstance(target, bytes) else target
    return text.rpartition(".")[2]


def _body_of(request: "AWSPreparedRequest") -> Parsed:
    body: Any = request.body
    is_json = request.headers.get("X-Amz-Target") is not None
    return json.loads(body) if is_json else {}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
