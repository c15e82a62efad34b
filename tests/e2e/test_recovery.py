"""The engine killed while all sources send, and the ledger emptied: all that was answered is there.

The suite kills it once, in the middle; `LEDGERWARD_KILLS` asks for more, at moments of chance.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from infra.local.day import play_day
from infra.local.state import webhook_secrets
from infra.local.status_listener import StatusListener
from shared.cli.day_player import DayPlayer
from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import Stack, as_an_account, eventually

pytestmark = pytest.mark.stack

KILLS = int(os.environ.get("LEDGERWARD_KILLS", "0"))
EVERYTHING = ("recover", "--since", "2000-01-01")


@dataclass
class Sending:
    """One day's morning of three sources, and charges whose references are known."""

    stack: Stack
    day: date  # of its own: two days under one date would tell two things under one id
    pause_seconds: float = 0.15
    references: set[str] = field(default_factory=set)
    told: int = 0

    def __enter__(self) -> "Sending":
        deployment = self.stack.deployment
        charges = [a_charge(deployment.network) for _ in range(30)]
        self.references = {reference_of(charge) for charge in charges}
        day = play_day(deployment.network, self.day)
        known = tuple(a_message(charge).encoded() for charge in charges)
        part = type(day.morning)(
            messages=tuple(
                x for pair in zip(known, day.morning.messages, strict=False) for x in pair
            ),
            files=day.morning.files,
            events=day.morning.events,
        )
        self.player = DayPlayer(
            deployment=deployment, edge=deployment.edge(), webhooks=deployment.webhooks("ORTRACK")
        )
        self._thread = threading.Thread(
            target=lambda: self.player.play(part, self._tell, self.pause_seconds)
        )
        self._thread.start()
        return self

    def _tell(self) -> None:
        self.told += 1

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        assert len(self.player.messages) == 2 * len(self.references)
        assert all(answer.is_accepted for answer in self.player.messages)


@pytest.fixture(autouse=True, scope="module")
def listener(own_stack: Stack) -> Iterator[None]:
    """The source that wants to hear what became of its events."""
    secrets = webhook_secrets(own_stack.settings)["ORTRACK"]
    with StatusListener(own_stack.settings.status_port, secrets):
        yield


def assert_all_is_in_the_books_once(stack: Stack, references: set[str]) -> None:
    settling = stack.settle()
    booked = dict(stack.moves())
    tied = stack.run("tieout")

    assert settling.dead == 0
    assert {each: booked.get(each, 0) for each in references} == dict.fromkeys(references, 1)
    assert set(booked.values()) == {1}
    assert (tied.status, tied.result["unexplained"]) == (0, "0.00"), tied.result["differences"]


@pytest.mark.parametrize("kill", range(KILLS or 1))
def test_what_was_answered_before_a_kill_is_in_the_books_once(own_stack: Stack, kill: int) -> None:
    chance = random.Random()  # noqa: S311 - a moment, not a secret
    after = chance.uniform(0.05, 0.9) if KILLS else 0.5
    day = date.today() - timedelta(days=kill)  # noqa: DTZ011 - the hospitals' calendar day

    with Sending(stack=own_stack, day=day) as sending:
        assert eventually(lambda: sending.told >= after * 2 * len(sending.references))
        time.sleep(chance.random())
        recovered = own_stack.lose_engine()

    print(f"killed at {after:.0%} of what was sent: {recovered}")  # noqa: T201 - for who runs ten
    assert_all_is_in_the_books_once(own_stack, sending.references)
    assert own_stack.run(*EVERYTHING).result["driven"] == 0


def test_a_purged_queue_is_driven_again_with_an_account_s_own_rights(own_stack: Stack) -> None:
    stack, clients = own_stack, own_stack.deployment.clients
    queue = stack.deployment.output("DocumentsQueueUrl")
    charge = a_charge(stack.deployment.network)
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")

    with stack.halted("map_document"):
        answer = stack.deployment.edge().send(a_message(charge).encoded())
        clients.sqs.purge_queue(QueueUrl=queue)
    recovered = as_an_account(stack).run("recover", "--since", since)

    assert answer.is_accepted
    assert recovered.status == 0, recovered.said
    assert recovered.result["driven"] == 1
    assert_all_is_in_the_books_once(stack, {reference_of(charge)})


def test_an_account_must_say_since_when(own_stack: Stack) -> None:
    refused = as_an_account(own_stack).run("recover")

    assert refused.status == 1
    assert "--since" in refused.said


def test_an_emptied_ledger_is_filled_again_from_the_archive(own_stack: Stack) -> None:
    stack, table = own_stack, own_stack.deployment.output("EffectsTable")
    before = stack.moves()
    dynamodb = stack.deployment.clients.dynamodb
    items = dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk")
    keys = [item for page in items for item in page["Items"]]
    assert before
    assert len(keys) >= len(before)

    for key in keys:
        dynamodb.delete_item(TableName=table, Key=key)
    assert stack.run("down").status == 0
    assert stack.run("up").status == 0
    recovered = stack.run(*EVERYTHING)

    assert recovered.status == 0, recovered.said
    assert recovered.result["driven"] > 0
    assert stack.moves() == before
    assert_all_is_in_the_books_once(stack, {reference for reference, _ in before})
    assert stack.run(*EVERYTHING).result["driven"] == 0
