"""Signed events of a registered source, through the deployed edge, and the news that goes back."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from infra.local.state import webhook_secrets
from infra.local.status_listener import StatusListener
from infra.local.webhook_sender import WebhookSender, signed
from tests.e2e.messages import TRACKER as SOURCE
from tests.e2e.messages import an_event, reference_of_use
from tests.e2e.stack import Stack, eventually

pytestmark = pytest.mark.stack


def reference_of(document: str) -> str:
    return reference_of_use(SOURCE, "EAST", document, "1")


def sender(stack: Stack) -> WebhookSender:
    return stack.deployment.webhooks(SOURCE)


def test_a_signed_event_posts_once_and_its_source_hears_of_it(stack: Stack) -> None:
    document, webhook_id = f"D-{uuid4().hex[:8]}", f"msg_{uuid4().hex}"
    body = an_event(stack.deployment.network, document)
    secrets = webhook_secrets(stack.settings)[SOURCE]

    with StatusListener(stack.settings.status_port, secrets) as listener:
        first = sender(stack).send(body, webhook_id, datetime.now(UTC))
        again = sender(stack).send(body, webhook_id, datetime.now(UTC))
        stack.settle()
        heard = eventually(
            lambda: any(document in json.dumps(dict(each.event)) for each in listener.news)
        )

    assert (first.status, first.code) == (202, "accepted")
    assert (again.status, again.code) == (202, "duplicate")
    assert stack.moves(reference_of(document)) == [(reference_of(document), 1)]
    assert heard


def test_the_same_id_with_another_body_is_held_line_by_line(stack: Stack) -> None:
    document, webhook_id = f"D-{uuid4().hex[:8]}", f"msg_{uuid4().hex}"
    secrets = webhook_secrets(stack.settings)[SOURCE]

    with StatusListener(stack.settings.status_port, secrets):
        sender(stack).send(
            an_event(stack.deployment.network, document), webhook_id, datetime.now(UTC)
        )
        other = sender(stack).send(
            an_event(stack.deployment.network, f"{document}-B"), webhook_id, datetime.now(UTC)
        )
        stack.settle()

    conflicts = stack.run("holds", "--code", "CONFLICT").result["holds"]
    assert (other.status, other.code) == (202, "conflict")
    assert other.document_id in {hold["document_id"] for hold in conflicts}
    assert stack.moves(reference_of(f"{document}-B")) == []


def a_version(stack: Stack, case: str, version: int, **quantities: int) -> bytes:
    """All that a case used, as its tracker counts it by now."""
    about = json.loads(an_event(stack.deployment.network, case))["document"]
    (line,) = about["lines"]
    lines = [line | {"id": name, "quantity": each} for name, each in quantities.items()]
    document = about | {"version": version, "lines": lines}
    return json.dumps({"type": "supply.used", "document": document}).encode()


def test_use4_a_case_told_in_versions_books_the_last_one_in_either_order(stack: Stack) -> None:
    in_order, reversed_order = f"D-{uuid4().hex[:8]}", f"D-{uuid4().hex[:8]}"
    secrets = webhook_secrets(stack.settings)[SOURCE]

    with StatusListener(stack.settings.status_port, secrets):
        for case, order in ((in_order, (1, 2)), (reversed_order, (2, 1))):
            versions = {1: a_version(stack, case, 1, A=2, B=1), 2: a_version(stack, case, 2, A=3)}
            for version in (*order, order[0]):
                sender(stack).send(versions[version], f"msg_{uuid4().hex}", datetime.now(UTC))
                stack.settle()

    net, again = (_net_of(stack, case) for case in (in_order, reversed_order))
    assert net == again == (3, 3)
    assert stack.run("tieout").result["unexplained"] == "0.00"


def _net_of(stack: Stack, case: str) -> tuple[int, int]:
    """Base units that a case used for good: by our ledger, and by the ERP's own moves."""
    traced = stack.run("trace", case).result["documents"]
    effects = [each for document in traced for each in document["effects"]]
    ours = theirs = 0
    for each in effects:
        sign = -1 if each["effect"]["effect_type"] == "reversal" else 1
        ours += sign * int(each["effect"]["quantity"]["in_base_units"])
        theirs += sign * sum(int(float(move["quantity"])) for move in each["moves"])
    return ours, theirs


def test_a_wrong_signature_and_a_stale_one_are_401_and_post_nothing(stack: Stack) -> None:
    document = f"D-{uuid4().hex[:8]}"
    body = an_event(stack.deployment.network, document)
    known = sender(stack)
    now = datetime.now(UTC)
    stale = signed(body, known.secret, "msg_stale", now - timedelta(seconds=301))
    forged = signed(body + b" ", known.secret, "msg_forged", now)

    answers = [known.post(body, headers) for headers in (stale, forged)]

    assert [(answer.status, answer.code) for answer in answers] == [
        (401, "webhook_stale"),
        (401, "webhook_signature_wrong"),
    ]
    assert stack.moves(reference_of(document)) == []
