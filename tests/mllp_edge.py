"""A small edge over HTTP, with the login beside it and the secrets of whoever sends there."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN, API_KEY = "a-token", "a-key"
CLIENT_SECRET, TLS_SECRET = "arn:client", "arn:tls"


@dataclass
class Edge:
    """What it answers to a message; the bodies it was given; secret values by their ARN."""

    answer: bytes
    taken: list[bytes] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def client(self) -> dict[str, str]:
        """The secret of a client that this edge takes messages from."""
        return {
            "api_url": self.url,
            "token_url": f"{self.url}/token",
            "client_id": "a-client",
            "client_secret": "its-secret",
            "api_key": API_KEY,
        }

    def told(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to one POST."""
        match path:
            case "/":
                return 200, self._secret(json.loads(body)["SecretId"])
            case "/token":
                return 200, json.dumps({"access_token": TOKEN, "expires_in": 3600}).encode()
            case "/hl7v2" if (headers["Authorization"], headers["x-api-key"]) == (TOKEN, API_KEY):
                self.taken.append(body)
                return 202, self.answer
            case _:
                return 403, b""

    def _secret(self, arn: str) -> bytes:
        return json.dumps({"ARN": arn, "SecretString": self.secrets[arn]}).encode()


@contextmanager
def running(edge: Edge) -> Iterator[Edge]:
    """Listens on a free port, and knows its own address."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = edge.told(self.path, dict(self.headers.items()), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        edge.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield edge
        finally:
            server.shutdown()
