"""A webhook source's own receiver: verifies our signature and keeps each piece of news once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from infra.local.settings import LOOPBACK
from shared.formats.webhook.signature import key_of, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedStatus:
    """One piece of news as it came: its webhook id, and the event."""

    webhook_id: str
    event: Mapping[str, Any]


@dataclass(slots=True)
class _Inbox:
    news: dict[str, ReceivedStatus] = field(default_factory=dict)
    repeated: int = 0
    refused: int = 0
    answers: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class StatusListener:
    """Listens on the loopback, in a thread of its own, while its `with` block lasts.

    Args:
        port: Where to listen; 0 takes any free port.
        secrets: The source's secrets; news signed with any of them is believed.
    """

    def __init__(self, port: int, secrets: Sequence[str]) -> None:
        self._inbox = _Inbox()
        self._keys = tuple(key_of(secret) for secret in secrets)
        self._server = ThreadingHTTPServer((LOOPBACK, port), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address to register."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def news(self) -> tuple[ReceivedStatus, ...]:
        """Each piece of news once, in the order of its first arrival."""
        with self._inbox.lock:
            return tuple(self._inbox.news.values())

    @property
    def repeated(self) -> int:
        """How many deliveries brought news that was there already."""
        return self._inbox.repeated

    @property
    def refused(self) -> int:
        """How many deliveries were not believed."""
        return self._inbox.refused

    def answer_next(self, *statuses: int) -> None:
        """Answer the next deliveries with these HTTP statuses and keep nothing of them."""
        with self._inbox.lock:
            self._inbox.answers.extend(statuses)

    def take(self, body: bytes, headers: Mapping[str, str]) -> int:
        """What the listener answers to one delivery."""
        inbox = self._inbox
        with inbox.lock:
            if inbox.answers:
                return inbox.answers.pop(0)
            verdict = verify(body, headers, self._keys, now=datetime.now(UTC))
            if verdict.refusal:
                inbox.refused += 1
                return HTTPStatus.UNAUTHORIZED
            received = ReceivedStatus(webhook_id=verdict.webhook_id, event=json.loads(body))
            if inbox.news.setdefault(verdict.webhook_id, received) is not received:
                inbox.repeated += 1
            return HTTPStatus.NO_CONTENT

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            """One connection."""

            def do_POST(self) -> None:
                """Answer one delivery."""
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(listener.take(body, dict(self.headers.items())))
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing: the terminal belongs to the demo."""

        return Handler
