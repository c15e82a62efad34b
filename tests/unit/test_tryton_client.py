"""What each answer of Tryton's proves (the table of faults on the wire)."""

import json
from collections.abc import Callable

import httpx
import pytest

from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.targets.tryton.client import (
    ATTEMPTS_AT_A_DUPLICATE,
    PAGE,
    TrytonClient,
    TrytonSettings,
)

MASKED = "<!doctype html><title>400 Bad Request</title><p>Unable to get RPC method</p>"
DUPLICATE = httpx.Response(
    400, json={"status": 400, "message": "DUPLICATE_INTEGRATION_REF", "description": ""}
)


class Wire:
    """Answers each request with the next of its answers, the last one for ever; keeps requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def client_on(handler: Callable[[httpx.Request], httpx.Response]) -> TrytonClient:
    return TrytonClient(
        TrytonSettings(base_url="http://erp.test:8169", database="hospital", key="k", company=1),
        transport=httpx.MockTransport(handler),
    )


def post(wire: Wire) -> object:
    return client_on(wire).call("stock.move", "ledgerward_post", {"company": 1})


def html(status: int) -> httpx.Response:
    return httpx.Response(status, html=MASKED)


def test_a_call_carries_the_key_and_the_company_to_the_database() -> None:
    wire = Wire(httpx.Response(200, json={}))

    post(wire)

    request = wire.requests[0]
    assert str(request.url) == (
        "http://erp.test:8169/hospital/rest/model/stock.move/ledgerward_post"
    )
    assert request.headers["Authorization"] == "bearer k"
    assert request.headers["X-Tryton-Context"] == "eyJjb21wYW55IjoxfQ=="
    assert json.loads(request.content) == {"company": 1}


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")],
    ids=lambda error: type(error).__name__,
)
def test_a_server_that_was_never_reached_wrote_nothing(error: Exception) -> None:
    with pytest.raises(NotWrittenError) as caught:
        post(Wire(error))

    assert not caught.value.target_access


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("no answer"),
        httpx.WriteTimeout("half sent"),
        httpx.ReadError("reset"),
        httpx.WriteError("broken pipe"),
        httpx.RemoteProtocolError("disconnected"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_call_that_breaks_after_sending_may_have_been_written(error: Exception) -> None:
    wire = Wire(error)

    with pytest.raises(OutcomeUnknownError):
        post(wire)

    assert len(wire.requests) == 1  # time and retries clear no doubt


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_key_or_right_is_a_fault_of_access_to_the_whole_target(status: int) -> None:
    with pytest.raises(NotWrittenError) as caught:
        post(Wire(html(status)))

    assert caught.value.target_access


@pytest.mark.parametrize(("stated", "expected"), [("7", 7.0), ("", None), ("soon", None)])
def test_being_asked_to_slow_down_says_when_to_come_back(
    stated: str, expected: float | None
) -> None:
    with pytest.raises(NotWrittenError) as caught:
        post(Wire(httpx.Response(429, headers={"Retry-After": stated})))

    assert caught.value.retry_after_seconds == expected
    assert not caught.value.target_access


def test_a_reference_written_elsewhere_is_asked_for_again_at_once() -> None:
    wire = Wire(DUPLICATE, DUPLICATE, httpx.Response(200, json={"LW1": "posted"}))

    assert post(wire) == {"LW1": "posted"}
    assert [request.content for request in wire.requests] == [wire.requests[0].content] * 3


def test_a_reference_that_stays_a_duplicate_was_not_written_by_us_and_is_never_a_refusal() -> None:
    wire = Wire(DUPLICATE)

    with pytest.raises(NotWrittenError):
        post(wire)

    assert len(wire.requests) == ATTEMPTS_AT_A_DUPLICATE


def test_a_business_refusal_wrote_nothing_and_names_its_reason() -> None:
    refusal = httpx.Response(
        400, json={"status": 400, "message": "No open period.", "description": ""}
    )

    with pytest.raises(BatchRefusedError) as caught:
        post(Wire(refusal))

    assert caught.value.refusal == "No open period."


@pytest.mark.parametrize(
    "answer",
    [
        html(400),
        httpx.Response(400, json=["no", "reason"]),
        httpx.Response(400, json={"status": 400}),
        httpx.Response(200, text="<html>a proxy's page</html>"),
        httpx.Response(200, json={"__class__": "Decimal", "decimal": "many"}),
        html(500),
        html(502),
        html(503),
        html(504),
        httpx.Response(302),
    ],
    ids=[
        "html 400",
        "a list",
        "no message",
        "html 200",
        "not a decimal",
        "500",
        "502",
        "503",
        "504",
        "302",
    ],
)
def test_an_answer_that_proves_nothing_leaves_the_outcome_unknown(answer: httpx.Response) -> None:
    with pytest.raises(OutcomeUnknownError):
        post(Wire(answer))


def test_a_long_list_is_read_page_by_page_from_the_last_record_on() -> None:
    full = [{"id": number} for number in range(1, PAGE + 1)]
    wire = Wire(httpx.Response(200, json=full), httpx.Response(200, json=[{"id": PAGE + 5}]))

    rows = list(client_on(wire).rows("stock.move", [["state", "=", "done"]], ("quantity",)))

    assert len(rows) == PAGE + 1
    assert len(wire.requests) == 2
    assert wire.requests[0].url.params["d"] != wire.requests[1].url.params["d"]


def test_books_that_may_not_be_read_are_a_fault_of_access() -> None:
    refusal = httpx.Response(
        400, json={"status": 400, "message": "You are not allowed to access.", "description": ""}
    )

    with pytest.raises(NotWrittenError) as caught:
        list(client_on(Wire(refusal)).rows("account.move.line", [], ("debit",)))

    assert caught.value.target_access


def test_the_key_is_never_shown() -> None:
    settings = TrytonSettings(base_url="http://erp.test", database="d", key="secret", company=1)

    assert "secret" not in repr(settings)


def test_no_call_begins_after_the_time_that_several_share() -> None:
    wire = Wire(httpx.Response(200, json={}))
    client = client_on(wire)

    with client.sharing(0.0), pytest.raises(NotWrittenError) as caught:
        client.call("stock.lot", "create", {"vlist": []})

    assert not caught.value.unreachable
    assert wire.requests == []
    client.call("stock.lot", "create", {"vlist": []})
    assert len(wire.requests) == 1


def test_a_button_is_pressed_on_one_record_and_answers_with_the_fields_asked_for() -> None:
    wire = Wire(httpx.Response(200, json={"id": 7, "state": "waiting"}))

    row = client_on(wire).press("stock.shipment.internal", 7, "wait", ["state"])

    assert row["state"] == "waiting"
    assert str(wire.requests[0].url).endswith("/stock.shipment.internal/7/wait?f=state")


def test_a_button_that_answers_with_no_record_leaves_doubt() -> None:
    wire = Wire(httpx.Response(200, json=[]))

    with pytest.raises(OutcomeUnknownError):
        client_on(wire).press("stock.shipment.internal", 7, "do", ["state"])
