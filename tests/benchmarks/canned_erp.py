"""An ERP that answers below the HTTP client: every effect is posted, none is looked at."""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from shared.targets.tryton.client import TrytonClient, TrytonSettings

SETTINGS = TrytonSettings(base_url="http://erp.invalid", database="erp", key="key", company=1)


@dataclass
class CannedErp:
    """Answers as the ERP's own module does, and tells how much CPU it took itself."""

    calls: int = 0
    own_seconds: float = 0.0

    def client(self) -> TrytonClient:
        """The shipped client, on this ERP."""
        return TrytonClient(SETTINGS, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        started = time.thread_time()
        self.calls += 1
        effects = json.loads(request.content)["effects"]
        text = json.dumps({effect["reference"]: _posted(effect) for effect in effects})
        response = httpx.Response(200, text=text)
        self.own_seconds += time.thread_time() - started
        return response


def _posted(effect: dict[str, Any]) -> dict[str, object]:
    document = {
        "id": effect["reference"][:8],
        "reference": effect["reference"],
        "content_hash": effect["content_hash"],
        "state": "done",
        "item": effect["item"],
        "quantity": effect["quantity"],
        "unit_cost": "23.7575",
        "lot": effect["lot"],
        "journal": f"GL-{effect['reference'][:8]}",
    }
    return {"outcome": "posted", "document": document, "code": "", "text": ""}
