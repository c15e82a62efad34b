"""The target: an ERP with one kind of document, a process of its own. Standard library only.

`python -m tests.benchmarks.exactly_once.erp BOOKS FAULT CLASS` prints its port and serves until its
standard input ends. POST /documents writes one, GET /documents?reference=R looks them up. No header
of a request makes it write once: a POST is a document, unless its class is E1, where the reference
is unique and the document that stands is the answer. A fault strikes the first POST of each
reference; POST /late lets commits happen that were held back, and
tells for how many seconds the oldest was.
"""

import json
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.exactly_once.terms import Fault

TABLE = """CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, reference TEXT, content_hash TEXT, item TEXT, quantity TEXT)"""
UNIQUE = "CREATE UNIQUE INDEX IF NOT EXISTS one_each ON documents (reference)"
COLUMNS = ("id", "reference", "content_hash", "item", "quantity")
Document = dict[str, str | int]


class Books:
    """The target's own table; the judge reads the same file."""

    def __init__(self, path: str, *, enforces_references: bool = False) -> None:
        self._database = sqlite3.connect(
            path, timeout=30, isolation_level=None, check_same_thread=False
        )
        self._lock = threading.Lock()
        self._database.execute(TABLE)
        if enforces_references:
            self._database.execute(UNIQUE)

    def commit(self, document: Document) -> Document:
        """Write one more document; the one that stands, if its reference must be unique."""
        values = tuple(document[name] for name in COLUMNS[1:])
        with self._lock:
            self._database.execute(
                "INSERT OR IGNORE INTO documents (reference, content_hash, item, quantity)"
                " VALUES (?, ?, ?, ?)",
                values,
            )
        return self.of(str(document["reference"]))[-1]

    def of(self, reference: str) -> list[Document]:
        """All documents under a reference, oldest first."""
        with self._lock:
            rows = self._database.execute(
                "SELECT id, reference, content_hash, item, quantity FROM documents"
                " WHERE reference = ? ORDER BY id",
                (reference,),
            ).fetchall()
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def count(self) -> dict[str, int]:
        """How many documents stand under each reference."""
        with self._lock:
            rows = self._database.execute(
                "SELECT reference, count(*) FROM documents GROUP BY reference"
            ).fetchall()
        return dict(rows)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class Erp(ThreadingHTTPServer):
    """The server and what its fault needs."""

    request_queue_size = 256
    daemon_threads = True

    def __init__(self, books: Books, fault: Fault) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.books, self.fault = books, fault
        self._held: list[tuple[float, Document]] = []
        self._struck: set[str] = set()
        self._lock = threading.Lock()

    def strikes(self, reference: str) -> bool:
        """Whether this is the first POST of a reference, and something happens to it."""
        with self._lock:
            is_first = reference not in self._struck
            self._struck.add(reference)
        return is_first and self.fault in (Fault.TIMEOUT, Fault.KILL, Fault.LATE)

    def hold(self, document: Document) -> None:
        """Keep one whose caller gets no answer."""
        with self._lock:
            self._held.append((time.monotonic(), document))

    def commit_late(self) -> float:
        """Write all that was held; for how many seconds at most."""
        with self._lock:
            held, self._held = self._held, []
        for _, document in held:
            self.books.commit(document)
        return time.monotonic() - held[0][0]


class _Request(BaseHTTPRequestHandler):
    server: Erp

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query)["reference"][0]
        self._answer(200, self.server.books.of(reference))

    def do_POST(self) -> None:
        if self.path == "/late":
            self._answer(200, self.server.commit_late())
            return
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.server.strikes(document["reference"]):
            self._answer(201, [self.server.books.commit(document)])
        elif self.server.fault is Fault.LATE:
            self.server.hold(document)
            self._wait_until_given_up()
        else:
            self.server.books.commit(document)
            self._wait_until_given_up()

    def _wait_until_given_up(self) -> None:
        """Say nothing until the caller hangs up."""
        self.close_connection = True
        try:
            self.connection.recv(1)
        except OSError:
            return

    def _answer(self, status: int, told: list[Document] | float) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def main() -> None:
    """Serve until standard input ends."""
    path, fault, effect_class = sys.argv[1:]
    erp = Erp(Books(path, enforces_references=effect_class == "E1"), Fault(fault))
    threading.Thread(target=erp.serve_forever, daemon=True).start()
    sys.stdout.write(f"{erp.server_address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
