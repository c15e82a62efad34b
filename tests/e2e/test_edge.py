"""Who may speak, and that nothing is kept of those who may not."""

import base64

import httpx
import pytest

from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import Stack

pytestmark = pytest.mark.stack


def posted(stack: Stack, body: bytes, token: str | None) -> httpx.Response:
    url = f"{stack.run('status').result['addresses']['api']}/hl7v2"
    headers = {"Content-Type": "application/hl7-v2", "x-api-key": stack.deployment.edge().api_key}
    return httpx.post(
        url,
        content=body,
        headers=headers | ({"Authorization": token} if token else {}),
        timeout=30,
    )


def archived(stack: Stack) -> int:
    from infra.local.contents import output  # noqa: PLC0415
    from infra.local.state import read_outputs  # noqa: PLC0415

    bucket = output(read_outputs(stack.settings), "RawBucket")
    pages = stack.deployment.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(page.get("KeyCount", 0) for page in pages)


def token_of_another_client(stack: Stack, scope: str) -> str:
    """A client of the same pool that nobody registered with us."""
    from infra.local.contents import output  # noqa: PLC0415
    from infra.local.state import read_addresses, read_outputs  # noqa: PLC0415

    cognito = stack.deployment.clients.cognito
    pool = output(read_outputs(stack.settings), "UserPoolId")
    if scope.startswith("other/"):
        cognito.create_resource_server(
            UserPoolId=pool,
            Identifier="other",
            Name="other",
            Scopes=[{"ScopeName": "read", "ScopeDescription": "something else"}],
        )
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="stranger",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[scope],
        AllowedOAuthFlowsUserPoolClient=True,
    )["UserPoolClient"]
    granted = httpx.post(
        read_addresses(stack.settings)["token"],
        data={"grant_type": "client_credentials", "scope": scope},
        auth=(made["ClientId"], made["ClientSecret"]),
    )
    return str(granted.json()["access_token"])


def an_altered_token(stack: Stack) -> str:
    """A real token whose claims somebody changed."""
    head, claims, signature = stack.deployment.edge().token().split(".")
    padded = base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))
    forged = padded.replace(b"messages.send", b"messages.SEND")
    return ".".join((head, base64.urlsafe_b64encode(forged).decode().rstrip("="), signature))


@pytest.mark.parametrize("token", [None, "garbage", "a.b.c"])
def test_an_unknown_token_is_a_problem_with_a_stable_code(stack: Stack, token: str | None) -> None:
    before = archived(stack)

    answer = posted(stack, a_message(a_charge(stack.deployment.network)).encoded(), token)

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "unauthorized"
    assert archived(stack) == before


@pytest.mark.parametrize("key", [{}, {"x-api-key": "0123456789abcdefghij"}])
def test_a_token_without_the_key_of_a_plan_is_refused_and_nothing_is_stored(
    stack: Stack, key: dict[str, str]
) -> None:
    before = archived(stack)
    token = stack.deployment.edge().token()

    answer = httpx.post(
        f"{stack.run('status').result['addresses']['api']}/hl7v2",
        content=a_message(a_charge(stack.deployment.network)).encoded(),
        headers={"Content-Type": "application/hl7-v2", "Authorization": token, **key},
        timeout=30,
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "api_key_invalid")
    assert archived(stack) == before


def test_a_token_for_another_scope_is_refused_and_nothing_is_stored(stack: Stack) -> None:
    before = archived(stack)

    answer = posted(
        stack,
        a_message(a_charge(stack.deployment.network)).encoded(),
        token_of_another_client(stack, "other/read"),
    )

    assert answer.status_code in (401, 403)  # the engine says 401 where AWS says 403
    assert answer.json()["code"] in ("unauthorized", "forbidden")
    assert archived(stack) == before


def test_a_client_that_nobody_registered_is_refused_and_nothing_is_stored(stack: Stack) -> None:
    before = archived(stack)
    charge = a_charge(stack.deployment.network)

    answer = posted(
        stack,
        a_message(charge).encoded(),
        token_of_another_client(stack, "ledgerward/messages.send"),
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "client_not_registered")
    assert archived(stack) == before
    assert stack.moves(reference_of(charge)) == []


def test_bytes_arrive_exactly_as_they_were_sent(stack: Stack) -> None:
    body = a_message(a_charge(stack.deployment.network)).encoded()
    odd = body.replace(b"TEST^PATIENT", b"TEST^\xc4\xd6\xdc\x00").replace(
        b"|P|2.5.1", b"|P|2.5.1||||||8859/1"
    )

    answer = posted(stack, odd, stack.deployment.edge().token())

    message_id = answer.headers["x-ledgerward-message-id"]
    (document,) = stack.run("trace", message_id).result["documents"]
    (sighting,) = [
        entry["data"]
        for entry in document["journal"]
        if entry["data"].get("message_id") == message_id and entry["kind"] == "received"
    ]
    import hashlib  # noqa: PLC0415

    assert sighting["sha256"] == hashlib.sha256(odd).hexdigest()


def test_a_body_over_the_limit_is_refused_and_journalled(stack: Stack) -> None:
    body = a_message(a_charge(stack.deployment.network)).encoded() + b"A" * 2_000_000

    answer = posted(stack, body, stack.deployment.edge().token())

    assert answer.status_code == 400
    assert b"MSA|AR" in answer.content
    message_id = answer.headers["x-ledgerward-message-id"]
    (document,) = stack.run("trace", message_id).result["documents"]
    assert [entry["kind"] for entry in document["journal"]] == ["rejected"]
