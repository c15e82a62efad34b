"""Calls to the target, the same for every peer. Standard library only."""

import json
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from typing import Any

from tests.benchmarks.exactly_once.terms import Message

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A fresh connection for each call; it never retries by itself."""

    port: int
    timeout_seconds: float

    def post(self, message: Message) -> Document:
        """Write a document; the one that stands.

        Raises:
            OSError: no answer: it may have been written, unless nobody took the connection
                (ConnectionRefusedError).
        """
        body = json.dumps(asdict(message)).encode()
        (document,) = self._call("POST", "/documents", body)
        return document

    def look(self, reference: str) -> list[Document]:
        """All documents under a reference, oldest first.

        Raises:
            OSError: no answer.
        """
        return self._call("GET", f"/documents?reference={reference}")

    def _call(self, method: str, path: str, body: bytes | None = None) -> list[Document]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_seconds)
        try:
            connection.request(method, path, body)
            found: list[Document] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return found
