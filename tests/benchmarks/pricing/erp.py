"""An ERP that answers everything as posted: what it is sent is what the connector sends."""

import json
from collections.abc import Mapping

import httpx

from shared.targets.tryton.client import TrytonClient, TrytonSettings


class AnsweringErp:
    """Answers the real connector's calls, and counts documents and bytes."""

    def __init__(self) -> None:
        self.posted = 0
        self.calls = 0
        self.bytes_asked = 0
        self._made = 10_000_000  # an id as long as those of books that are some years old

    def client(self, _secret: Mapping[str, object]) -> TrytonClient:
        """A client of it, as the secret's would be."""
        settings = TrytonSettings(base_url="http://erp", database="d", key="k" * 36, company=1)
        return TrytonClient(settings, transport=httpx.MockTransport(self._answer))

    def forget(self) -> None:
        """Count from nothing again."""
        self.posted = self.calls = self.bytes_asked = 0

    def _answer(self, request: httpx.Request) -> httpx.Response:
        head = sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
        lines = json.loads(request.content)["effects"]
        self.calls += 1
        self.posted += len(lines)
        self.bytes_asked += head + len(request.content)
        return httpx.Response(200, json={line["reference"]: self._posted(line) for line in lines})

    def _posted(self, line: Mapping[str, str]) -> Mapping[str, object]:
        self._made += 1
        document = {
            "id": str(self._made),
            "reference": line["reference"],
            "content_hash": line["content_hash"],
            "state": "done",
            "item": line["item"],
            "quantity": line["quantity"],
            "unit_cost": "23.7575",
            "lot": line["lot"],
            "journal": f"2026-{self._made}",
        }
        return {"outcome": "posted", "code": "", "text": "", "document": document}
