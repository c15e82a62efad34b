"""What a registered webhook source does: sign an event as Standard Webhooks says, and POST it."""

from dataclasses import dataclass, field
from datetime import datetime

import httpx

from shared.formats.webhook.signature import key_of, signed_headers

TIMEOUT_SECONDS = 40  # more than the edge's own limit, so that its answer always arrives


def signed(body: bytes, secret: str, webhook_id: str, at: datetime) -> dict[str, str]:
    """The headers that a source sends with an event at this moment."""
    headers = signed_headers(body, webhook_id, at, (key_of(secret),))
    return {"Content-Type": "application/json", **headers}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """The edge's answer; `code` is accepted, duplicate or conflict, or a problem's."""

    status: int
    code: str
    message_id: str
    document_id: str
    text: str

    @property
    def is_accepted(self) -> bool:
        """2xx: durable with us, never to be lost."""
        return httpx.codes.is_success(self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSender:
    """One source of one edge. `api_url` is the stage's address, as the EHR's client has it."""

    api_url: str
    source: str
    secret: str = field(repr=False)

    def send(self, body: bytes, webhook_id: str, at: datetime) -> WebhookAnswer:
        """POST one event, signed.

        Raises:
            httpx.TransportError: nobody answered; sending the same event again is safe.
        """
        return self.post(body, signed(body, self.secret, webhook_id, at))

    def post(self, body: bytes, headers: dict[str, str]) -> WebhookAnswer:
        """POST with these headers as they are, right or wrong."""
        url = f"{self.api_url}/webhooks/{self.source}"
        with httpx.Client(timeout=TIMEOUT_SECONDS) as http:
            return _answer(http.post(url, content=body, headers=headers))


def _answer(response: httpx.Response) -> WebhookAnswer:
    is_json = "json" in response.headers.get("content-type", "")
    told = response.json() if is_json else {}
    return WebhookAnswer(
        status=response.status_code,
        code=str(told.get("code") or told.get("status") or ""),
        message_id=response.headers.get("x-ledgerward-message-id", ""),
        document_id=response.headers.get("x-ledgerward-document-id", ""),
        text=response.text,
    )
