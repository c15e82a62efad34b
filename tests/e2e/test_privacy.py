"""A patient's data lies in the raw archive and nowhere else, whatever source told it and where."""

import base64
import json
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest

from infra.local.state import webhook_secrets
from infra.local.status_listener import StatusListener
from infra.local.webhook_sender import signed
from shared.cli.file import drop_file
from tests.e2e.at_rest import RAW, kept, places_of, raw_objects
from tests.e2e.canary import (
    FAMILY,
    SECRETS,
    VISIT,
    Needle,
    cabinet_files,
    hl7_messages,
    needles,
    webhook_bodies,
)
from tests.e2e.stack import Stack, eventually

pytestmark = pytest.mark.stack
SOURCE = "ORTRACK"
LOGS, TABLES = "engine/services/cloudwatch_logs.json", "engine/services/dynamodb.json"


def is_answered(stack: Stack, name: str) -> bool:
    return stack.run("file", "show", name).status == 0


def told_by_every_source(stack: Stack, run: str) -> tuple[list[str], list[str]]:
    """Send the patient in through every source.

    Returns what was answered, to senders and by news, and the ids of messages that were refused.
    """
    network, deployment = stack.deployment.network, stack.deployment
    edge, sender = deployment.edge(), deployment.webhooks(SOURCE)
    secrets = webhook_secrets(stack.settings)[SOURCE]
    bodies = webhook_bodies(network, run)
    with StatusListener(stack.settings.status_port, secrets) as listener:
        answers = [edge.send(message) for message in hl7_messages(network, run)]
        taken = [sender.send(body, f"msg_{uuid4().hex}", datetime.now(UTC)) for body in bodies]
        forged = signed(bodies[0] + b" ", sender.secret, "msg_forged", datetime.now(UTC))
        unsigned = sender.post(bodies[0], forged)
        for name, body in cabinet_files(network, run).items():
            drop_file(deployment, name, body)
            assert eventually(partial(is_answered, stack, name))
        stack.settle()
        news = [json.dumps(dict(each.event)) for each in listener.news]
    assert [answer.code for answer in answers] == [*["AA"] * 3, *["AE"] * 3, "AR", "AE", "AR"]
    assert [answer.status for answer in taken] == [202, *[422] * 6]
    assert unsigned.status == 401
    told = [answer.text for answer in (*taken, unsigned)] + news
    return told, [answer.message_id for answer in answers if answer.code == "AE"]


def said_by_commands(stack: Stack, run: str) -> list[str]:
    """What people are shown about it."""
    commands = [
        ("trace", f"E2E-{run}-H1"),
        ("trace", f"D-{run}"),
        ("trace", f"W-{run}-1"),
        ("holds",),
        ("tieout",),
        ("status",),
        *(("file", "show", f"{run}-{name}.csv") for name in ("taken", "headless", "unreadable")),
    ]
    ended = [stack.run(*command) for command in commands]
    assert all(each.result for each in ended)
    return [f"{json.dumps(each.result)}\n{each.said}" for each in ended]


def test_a_patient_told_by_every_source_lies_in_the_raw_archive_alone(stack: Stack) -> None:
    run = uuid4().hex[:8]
    archived_before = raw_objects(stack)

    told, refused = told_by_every_source(stack, run)
    shown = [*told, *said_by_commands(stack, run)]
    lying = [*kept(stack), *((f"shown {n}", text.encode()) for n, text in enumerate(shown))]

    found = {needle.text: places_of(needle, lying) for needle in needles()}
    elsewhere = {
        text: sorted(place for place in places if not place.startswith(RAW))
        for text, places in found.items()
    }
    assert {text: places for text, places in elsewhere.items() if places} == {}
    assert len(found[FAMILY] - archived_before) == 20
    assert all(found[text] for text in SECRETS)
    controls_are_found(stack, run, lying)
    for message_id in refused:
        assert LOGS in places_of(Needle(text=message_id), lying)


def controls_are_found(stack: Stack, run: str, lying: list[tuple[str, bytes]]) -> None:
    """The same search finds what is known to lie in each kind of place."""
    for transaction in (f"E2E-{run}-H1", f"D-{run}", f"W-{run}-1"):
        documents = stack.run("trace", transaction).result["documents"]
        traced = next(each for each in documents if each["effects"])
        effect = traced["effects"][0]
        message_id = traced["journal"][0]["data"]["message_id"]
        assert "table:JournalTable" in places_of(Needle(text=transaction), lying)
        assert "table:EffectsTable" in places_of(Needle(text=effect["effect"]["effect_id"]), lying)
        assert "erp" in places_of(Needle(text=effect["moves"][0]["reference"]), lying)
        assert TABLES in places_of(Needle(text=message_id), lying)
    assert "table:HoldsTable" in places_of(Needle(text=f"D-{run}"), lying)
    assert "bucket:OutboxBucket" in {
        place.partition("/")[0] for place in places_of(Needle(text=f"W-{run}-1"), lying)
    }
    assert any(place.startswith("shown") for place in places_of(Needle(text=f"D-{run}"), lying))


@pytest.mark.parametrize(
    "hay",
    [
        b"told of zqUORvix",
        base64.b64encode(b"x" + FAMILY.encode() + b"yz"),
        base64.b64encode(b"xy" + FAMILY.upper().encode()),
        FAMILY.encode("utf-16"),
    ],
)
def test_the_search_knows_the_spellings_of_a_name(hay: bytes) -> None:
    assert Needle(text=FAMILY).is_in(hay)
    assert not Needle(text=FAMILY).is_in(hay[:8])


def test_a_case_is_found_by_its_tokens_before_and_after_a_rotation(stack: Stack) -> None:
    run = uuid4().hex[:8]
    stack.deployment.edge().send(hl7_messages(stack.deployment.network, run)[1])
    stack.settle()
    before = stack.run("token", "of", "case", typed=VISIT.encode()).result["tokens"]

    rotated = stack.run("token", "rotate").result["current"]
    after = stack.run("token", "of", "case", typed=VISIT.encode()).result["tokens"]

    assert after[1:] == before
    assert after[0].startswith(f"C{rotated}-")
    traced = stack.run("trace", before[0]).result["documents"]
    assert any(f"E2E-{run}-H8" in json.dumps(each) for each in traced)
