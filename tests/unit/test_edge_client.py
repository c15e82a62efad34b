"""Many threads share one client of the edge, and one token."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from shared.mllp.edge_client import EdgeClient

SENDERS = 8
ACK = "MSH|^~\\&|\rMSA|AA|1\r"


def test_all_who_send_at_once_wait_for_the_same_token(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "T", "expires_in": 3600})
        return httpx.Response(202, text=ACK)

    client = httpx.Client
    transport = httpx.MockTransport(answer)
    monkeypatch.setattr(httpx, "Client", lambda **more: client(transport=transport, **more))
    edge = EdgeClient(
        api_url="https://edge.example",
        token_url="https://login.example/token",  # noqa: S106 - no secret
        client_id="c",
        client_secret="s",  # noqa: S106 - nobody's
        api_key="k",
    )
    together = Barrier(SENDERS)

    def send(_number: int) -> bool:
        together.wait()
        return edge.send(b"MSH|^~\\&|").is_accepted

    with ThreadPoolExecutor(SENDERS) as pool:
        accepted = list(pool.map(send, range(SENDERS)))

    assert accepted == [True] * SENDERS
    assert (asked.count("/token"), asked.count("/hl7v2")) == (1, SENDERS)
