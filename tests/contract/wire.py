"""What is asked of AWS: every call is logged, and one can be answered without AWS."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ConnectionClosedError
from moto.core.models import botocore_stubber

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient
    from botocore.model import OperationModel

Parsed = Mapping[str, Any]
Answer = Callable[[Parsed], tuple[int, Parsed]]


@dataclass
class CallLog:
    """Names of the operations that were called, in order."""

    operations: list[str] = field(default_factory=list)

    def watch(self, *clients: "BaseClient") -> None:
        for client in clients:
            client.meta.events.register_first("provide-client-params", self._note)

    def counts_of(self, work: Callable[[], object]) -> dict[str, int]:
        """Do something and count the calls it makes."""
        before = len(self.operations)
        work()
        made = self.operations[before:]
        return {operation: made.count(operation) for operation in sorted(set(made))}

    def _note(self, model: "OperationModel", **_: object) -> None:
        self.operations.append(model.name)


def answer_instead(client: "BaseClient", operation: str, *answers: Answer) -> None:
    """Let the next calls of an operation be answered without AWS, from the request's JSON."""
    waiting = list(answers)

    def reply(params: Parsed, **_: object) -> tuple[SimpleNamespace, Parsed] | None:
        if not waiting:
            return None
        status, answer = waiting.pop(0)(_body_of(params))
        return SimpleNamespace(status_code=status), answer

    register: Callable[[str, object], None] = client.meta.events.register_last  # type: ignore[assignment]
    register(_call_of(client, operation), reply)


def refusing(code: str, status: int = 400) -> Answer:
    """AWS refuses with a code."""
    return lambda _: (status, {"Error": {"Code": code, "Message": "refused"}})


def let_another_come_first(
    client: "BaseClient", operation: str, work: Callable[[], object]
) -> None:
    """Do something just before the next call of an operation, as another worker would."""
    waiting = [work]

    def come_first(**_: object) -> None:
        if waiting:
            waiting.pop()()

    client.meta.events.register(_call_of(client, operation), come_first)


def let_another_come_at(
    client: "BaseClient", number: int, work: Callable[[], object]
) -> Callable[[], bool]:
    """Do something just before the n-th call from now, counted from 0; the answer: was it done?"""
    service = client.meta.service_model.service_name
    calls: list[str] = []

    def come_at(model: "OperationModel", **_: object) -> None:
        calls.append(model.name)
        if len(calls) == number + 1:
            work()

    def was_done() -> bool:
        client.meta.events.unregister(f"before-call.{service}", come_at)
        return len(calls) > number

    client.meta.events.register(f"before-call.{service}", come_at)
    return was_done


def serve_one_at_a_time(client: "BaseClient") -> None:
    """Each request is done whole before the next, as a table does it: moto does not see to that."""
    lock = Lock()

    def serve(event_name: str, request: "AWSPreparedRequest", **_: object) -> object:
        with lock:
            return botocore_stubber(event_name, request)

    hooks: Any = client.meta.events
    hooks.unregister("before-send", botocore_stubber)
    hooks.register("before-send", serve)


def lose_replies(client: "BaseClient", operation: str, *, number: int) -> Callable[[], int]:
    """Do the next calls of an operation, and lose their replies on the way: the SDK sends again.

    The answer: how many were lost.
    """
    lost: list[str] = []
    seen: set[bytes] = set()

    def lose(event_name: str, request: "AWSPreparedRequest", **_: object) -> object:
        reply = botocore_stubber(event_name, request)
        body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
        if len(lost) < number and body not in seen:
            seen.add(body)
            lost.append(operation)
            raise ConnectionClosedError(endpoint_url=request.url)
        return reply

    hooks: Any = client.meta.events
    service = client.meta.service_model.service_name
    hooks.register_first(f"before-send.{service}.{operation}", lose)
    return lambda: len(lost)


def _call_of(client: "BaseClient", operation: str) -> str:
    return f"before-call.{client.meta.service_model.service_name}.{operation}"


def _body_of(params: Parsed) -> Parsed:
    body = params["body"]
    return json.loads(body) if isinstance(body, bytes | str) and body else {}
