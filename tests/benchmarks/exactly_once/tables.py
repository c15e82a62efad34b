"""DynamoDB as a process: moto behind a socket, one request after the other as a table serves them.

`python -m tests.benchmarks.exactly_once.tables` prints its port and serves until its standard input
ends. A table's name is a worker's prefix, a dot and the rest. GET /calls?prefix=P tells the calls
that came over the wire, by operation; POST /lose?prefix=P makes it do the first write of each item
of that worker and hang up without an answer; GET /lost?prefix=P says how often it did.
"""

import json
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.core.models import botocore_stubber

WRITES = frozenset({"PutItem", "UpdateItem"})
KEYS = ("pk", "id")
URL = "https://dynamodb.us-east-1.amazonaws.com/"


class Tables(ThreadingHTTPServer):
    """All workers' tables."""

    request_queue_size = 256
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.calls: dict[str, Counter[str]] = defaultdict(Counter)
        self.losing: set[str] = set()
        self.written: dict[str, set[str]] = defaultdict(set)
        self._lock = threading.Lock()

    def serve(
        self,
        operation: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[int, dict[str, str], bytes] | None:
        """The answer; None if it is to be lost."""
        asked = json.loads(body)
        prefix = _table_of(asked).partition(".")[0]
        known = HTTPHeaders()
        for name, value in headers.items():
            known[name] = value
        request = AWSPreparedRequest("POST", URL, known, body, stream_output=False)
        with self._lock:
            self.calls[prefix][operation] += 1
            answer = botocore_stubber("before-send", request)
            if answer is None:
                raise ValueError(f"moto does not know {operation}")
            is_lost = answer.status_code == 200 and self._is_first(prefix, operation, asked)
        return None if is_lost else (answer.status_code, dict(answer.headers), answer.content)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """A caller that gave up, or was killed, is no error of the tables."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def _is_first(self, prefix: str, operation: str, asked: dict[str, Any]) -> bool:
        if prefix not in self.losing or operation not in WRITES:
            return False
        item = asked.get("Item") or asked["Key"]
        key = next(item[name]["S"] for name in KEYS if name in item)
        is_first = key not in self.written[prefix]
        self.written[prefix].add(key)
        return is_first


class _Request(BaseHTTPRequestHandler):
    server: Tables
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        prefix = parse_qs(url.query)["prefix"][0]
        told = {
            "/calls": self.server.calls[prefix],
            "/lost": len(self.server.written[prefix]),
        }
        self._answer(200, {}, json.dumps(told[url.path]).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        url = urlsplit(self.path)
        if url.path == "/lose":
            self.server.losing.add(parse_qs(url.query)["prefix"][0])
            self._answer(200, {}, b"{}")
            return
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        answer = self.server.serve(operation, dict(self.headers), body)
        if answer is None:
            self.close_connection = True
        else:
            self._answer(*answer)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "server", "date", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _table_of(asked: dict[str, Any]) -> str:
    return str(asked["TableName"] if "TableName" in asked else next(iter(asked["RequestItems"])))


def main() -> None:
    """Serve until standard input ends."""
    with mock_aws():
        tables = Tables()
        threading.Thread(target=tables.serve_forever, daemon=True).start()
        sys.stdout.write(f"{tables.server_address[1]}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
