"""Many threads share one client of the edge, and one token."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from shared.cli.send import sent
from shared.mllp.edge_client import EdgeAnswer, EdgeClient
from tests.fhir import a_bundle, a_charge, a_request, body_of, sample

SENDERS = 8
ACK = "MSH|^~\\&|\rMSA|AA|1\r"


def an_edge(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]
) -> EdgeClient:
    """A client of an edge that answers so."""

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            answer(request)
            return httpx.Response(200, json={"access_token": "T", "expires_in": 3600})
        return answer(request)

    client = httpx.Client
    transport = httpx.MockTransport(answered)
    monkeypatch.setattr(httpx, "Client", lambda **more: client(transport=transport, **more))
    return EdgeClient(
        api_url="https://edge.example",
        token_url="https://login.example/token",  # noqa: S106 - no secret
        client_id="c",
        client_secret="s",  # noqa: S106 - nobody's
        api_key="k",
    )


def test_all_who_send_at_once_wait_for_the_same_token(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(202, text=ACK)

    edge = an_edge(monkeypatch, answer)
    together = Barrier(SENDERS)

    def send(_number: int) -> bool:
        together.wait()
        return edge.send(b"MSH|^~\\&|").is_accepted

    with ThreadPoolExecutor(SENDERS) as pool:
        accepted = list(pool.map(send, range(SENDERS)))

    assert accepted == [True] * SENDERS
    assert (asked.count("/token"), asked.count("/hl7v2")) == (1, SENDERS)


@pytest.mark.parametrize(
    ("body", "path", "content_type"),
    [
        (b"MSH|^~\\&|\n", "/hl7v2", "application/hl7-v2"),
        (body_of(a_charge()), "/fhir/r5/ChargeItem", "application/fhir+json"),
        (body_of(a_request()), "/fhir/r5/SupplyRequest", "application/fhir+json"),
        (sample("charge_item_r4"), "/fhir/r4/ChargeItem", "application/fhir+json"),
        (sample("device_use_statement_r4"), "/fhir/r4/DeviceUseStatement", "application/fhir+json"),
        (a_bundle(a_request()), "/fhir/r5", "application/fhir+json"),
        (sample("cut_bundle"), "/fhir/r5", "application/fhir+json"),
    ],
)
def test_what_a_file_holds_says_where_it_is_sent(
    monkeypatch: pytest.MonkeyPatch, body: bytes, path: str, content_type: str
) -> None:
    asked: list[tuple[str, str, bytes]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, request.headers["content-type"], request.content))
        return httpx.Response(202, text=ACK)

    sent(an_edge(monkeypatch, answer), body)

    assert asked[1:] == [(path, content_type, body.replace(b"|\n", b"|\r"))]


@pytest.mark.parametrize(
    ("status", "resource", "told"),
    [
        (201, {"resourceType": "DeviceUsage"}, ("accepted", True)),
        (200, {"resourceType": "Bundle"}, ("accepted", True)),
        (
            422,
            {
                "resourceType": "OperationOutcome",
                "issue": [{"details": {"coding": [{"code": "ITEM_MISSING"}]}}],
            },
            ("ITEM_MISSING", False),
        ),
    ],
)
def test_an_answer_in_fhir_says_whether_it_is_stored(
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    resource: dict[str, object],
    told: tuple[str, bool],
) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        body, shown = json.dumps(resource), {"content-type": "application/fhir+json"}
        return httpx.Response(status, content=body, headers=shown)

    heard: EdgeAnswer = sent(an_edge(monkeypatch, answer), body_of(a_charge()))

    assert (heard.status, heard.code, heard.is_accepted) == (status, *told)
