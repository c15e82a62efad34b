"""One HTTP POST to an address that a source's registration names."""

from collections.abc import Mapping
from typing import Final

import httpx

TIMEOUT_SECONDS: Final = 10.0
CONNECT_TIMEOUT_SECONDS: Final = 5.0


class HttpStatusSender:
    """Implements the StatusSender port. It never repeats and follows no redirection.

    The answer's body is not read: nothing in it is for us, and its size is a stranger's choice.

    Args:
        timeout_seconds: How long to wait for each step of an attempt.
        transport: Where bytes go; the network unless a test says otherwise.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        connect_seconds = min(CONNECT_TIMEOUT_SECONDS, timeout_seconds)
        self._longest_seconds = connect_seconds + 2 * timeout_seconds  # connect, write, read
        self._http = httpx.Client(
            timeout=httpx.Timeout(timeout_seconds, connect=connect_seconds),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            transport=transport,
            trust_env=False,
        )

    @property
    def timeout_seconds(self) -> float:
        """The longest that one attempt takes."""
        return self._longest_seconds

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        """The HTTP status that was answered; None if nobody answered in time."""
        try:
            with self._http.stream("POST", url, content=body, headers=dict(headers)) as response:
                return response.status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
