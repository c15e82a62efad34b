"""A proxy between functions and the engine: it throttles, fails, and loses replies.

Functions find it where LEDGERWARD_FUNCTIONS_PORT says. It sends on what it gets byte for byte, the
Host header too: a request is signed for the proxy's address, and the engine checks that signature.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Lock, Thread

from infra.local.settings import LOOPBACK

UPSTREAM_SECONDS = 90
OF_ONE_HOP = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


class WireFault(StrEnum):
    """What may happen to a request."""

    THROTTLED = "ThrottlingException"
    THROUGHPUT = "ProvisionedThroughputExceededException"
    FAILED = "InternalServerError"
    LOST = "reply lost"  # the engine has done it; the caller is hung up on


STATUS = {WireFault.THROTTLED: 400, WireFault.THROUGHPUT: 400, WireFault.FAILED: 500}
Choice = Callable[[str], WireFault | None]  # by operation, as `DynamoDB_20120810.PutItem`


def at_random(seed: int, shares: Mapping[WireFault, float], *, service: str) -> Choice:
    """Strike these shares of a service's requests, each between 0 and 1; `service` begins a target.

    The draws come from the seed; which request gets which draw is up to the threads.
    """
    chance, lock = Random(seed), Lock()  # noqa: S311 - not for secrets

    def choose(operation: str) -> WireFault | None:
        if not operation.startswith(service):
            return None
        with lock:
            drawn = chance.random()
        for fault, share in shares.items():
            if drawn < share:
                return fault
            drawn -= share
        return None

    return choose


def one_of(*choices: Choice) -> Choice:
    """The first that strikes."""
    return lambda operation: next(filter(None, (each(operation) for each in choices)), None)


class FaultProxy(ThreadingHTTPServer):
    """The proxy. `struck` counts what it did, by fault and operation; `passed` the rest."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, engine_port: int, choose: Choice, *, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), _Request)
        self.engine_port, self.choose = engine_port, choose
        self.struck: Counter[tuple[WireFault, str]] = Counter()
        self.passed: Counter[str] = Counter()
        self._lock = Lock()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_port

    def fate(self, operation: str) -> WireFault | None:
        """What happens to this request; it is counted."""
        fault = self.choose(operation)
        with self._lock:
            if fault is None:
                self.passed[operation] += 1
            else:
                self.struck[fault, operation] += 1
        return fault

    def handle_error(self, request: object, client_address: object) -> None:
        """The engine or the caller was killed: the other one is hung up on and sees that itself."""
        if not isinstance(sys.exception(), ConnectionError | HTTPException):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Request(BaseHTTPRequestHandler):
    server: FaultProxy
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = self.headers.get("X-Amz-Target") or self.command
        fault = self.server.fate(operation)
        if fault in STATUS:
            self._refuse(fault)
            return
        connection = HTTPConnection(LOOPBACK, self.server.engine_port, timeout=UPSTREAM_SECONDS)
        try:
            answer = self._sent_on(connection, body)
            told = answer.read()
        finally:
            connection.close()
        if fault is WireFault.LOST:
            self.close_connection = True
        else:
            self._answer(answer.status, dict(answer.getheaders()), told)

    do_DELETE = do_GET = do_HEAD = do_PATCH = do_POST = do_PUT = _serve  # noqa: N815

    def _sent_on(self, connection: HTTPConnection, body: bytes) -> HTTPResponse:
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "connection":
                connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse()

    def _refuse(self, fault: WireFault) -> None:
        told = {"__type": f"com.amazonaws.fault#{fault}", "message": "refused on the wire"}
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        self._answer(STATUS[fault], headers, json.dumps(told).encode())

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        length = len(body)
        if self.command == "HEAD":
            length = int(headers.get("Content-Length", "0"))
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The counts tell it."""


@contextmanager
def standing_before(engine_port: int, choose: Choice, *, port: int = 0) -> Iterator[FaultProxy]:
    """A proxy for as long as the context lasts."""
    with FaultProxy(engine_port, choose, port=port) as proxy:
        thread = Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
