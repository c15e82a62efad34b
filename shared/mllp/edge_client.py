"""What an EHR does: fetch a token, POST a message or a resource, read the answer."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

STORED = "accepted"
SCOPE = "ledgerward/messages.send"
EXPIRY_MARGIN_SECONDS = 60
TIMEOUT_SECONDS = 40  # more than the edge's own limit, so that its answer always arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeAnswer:
    """The edge's answer.

    `code` is MSA-1 (AA, AE, AR), `accepted` for FHIR, or the code of what is wrong.
    """

    status: int
    code: str
    message_id: str
    document_id: str
    body: bytes = b""

    @property
    def text(self) -> str:
        """The answer for people: a segment a line."""
        return self.body.decode(errors="replace").replace("\r", "\n").strip()

    @property
    def is_accepted(self) -> bool:
        """2xx with AA or a stored resource: durable with us, never to be lost."""
        return httpx.codes.is_success(self.status) and self.code in ("AA", STORED)


@dataclass(slots=True, kw_only=True)
class EdgeClient:
    """One registered client of the edge, with its token while that is valid.

    Threads may share one. `kept_open` is how many connections stay open between messages.
    """

    api_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    kept_open: int = 0
    _http: httpx.Client = field(init=False, repr=False)
    _fetching: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _token: str = field(default="", init=False, repr=False)
    _valid_until: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """The connections are its own."""
        limits = httpx.Limits(max_keepalive_connections=self.kept_open)
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, limits=limits)

    def send(self, body: bytes) -> EdgeAnswer:
        """POST one HL7 v2 message.

        Raises:
            httpx.TransportError: nobody answered; sending the same message again is safe.
        """
        return self._post("hl7v2", body, "application/hl7-v2")

    def send_resource(self, path: str, body: bytes) -> EdgeAnswer:
        """POST one resource or Bundle of FHIR to `path`, such as `r5/DeviceUsage`.

        Raises:
            httpx.TransportError: nobody answered; sending the same again is safe.
        """
        return self._post(f"fhir/{path}", body, "application/fhir+json")

    def _post(self, path: str, body: bytes, content_type: str) -> EdgeAnswer:
        headers = {
            "Authorization": self.token(),
            "x-api-key": self.api_key,
            "Content-Type": content_type,
        }
        return _answer(self._http.post(f"{self.api_url}/{path}", content=body, headers=headers))

    def token(self) -> str:
        """A bearer token for the scope of the messages route."""
        with self._fetching:  # each one costs: many threads wait for the same
            if time.monotonic() >= self._valid_until:
                self._fetch_token()
        return self._token

    def _fetch_token(self) -> None:
        response = self._http.post(
            self.token_url,
            data={"grant_type": "client_credentials", "scope": SCOPE},
            auth=(self.client_id, self.client_secret),
        )
        response.raise_for_status()
        granted = response.json()
        self._token = granted["access_token"]
        self._valid_until = time.monotonic() + granted["expires_in"] - EXPIRY_MARGIN_SECONDS


def _answer(response: httpx.Response) -> EdgeAnswer:
    return EdgeAnswer(
        status=response.status_code,
        code=_code(response),
        message_id=response.headers.get("x-ledgerward-message-id", ""),
        document_id=response.headers.get("x-ledgerward-document-id", ""),
        body=response.content,
    )


def _code(response: httpx.Response) -> str:
    for segment in response.text.replace("\n", "\r").split("\r"):
        if segment.startswith("MSA|"):
            return segment.split("|")[1]
    content_type = response.headers.get("content-type", "")
    if "fhir+json" in content_type:
        return _outcome_code(response.json())
    return str(response.json().get("code", "")) if "json" in content_type else ""


def _outcome_code(resource: dict[str, Any]) -> str:
    """What an OperationOutcome says first; that of a stored resource says that it is."""
    if resource.get("resourceType") != "OperationOutcome":
        return STORED
    return str(resource["issue"][0]["details"]["coding"][0]["code"])
