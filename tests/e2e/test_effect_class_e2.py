"""The box on an ERP that only looks our references up: nothing twice, whatever dies in mid-play.

All is judged by the ERP's own tables.
"""

from datetime import date

import pytest

from infra.local.state import webhook_secrets
from infra.local.status_listener import StatusListener
from tests.e2e.messages import a_charge, a_credit, a_message, reference_of
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_outages import Play, assert_all_is_well
from tests.e2e.test_recovery import Sending, assert_all_is_in_the_books_once

pytestmark = pytest.mark.stack

CHARGES = 24


def test_charges_and_credits_with_the_erp_killed_in_mid_play(plain_stack: Stack) -> None:
    network = plain_stack.deployment.network
    charges = [a_charge(network, quantity="5") for _ in range(CHARGES)]
    credits_ = [a_credit(each, f"{each.transaction}-C", "2") for each in charges]
    bodies = [
        a_message(each).encoded() for pair in zip(charges, credits_, strict=True) for each in pair
    ]
    play = Play(stack=plain_stack, bodies=[*bodies, *bodies], pause_seconds=0.3)

    with play:
        play.reaches(0.3)
        erp = plain_stack.process("erp")
        for process in (erp, *erp.children(recursive=True)):
            process.kill()
        play.reaches(0.7)
        assert plain_stack.run("up").status == 0

    assert_all_is_well(plain_stack, play, {reference_of(charge) for charge in charges})
    booked = plain_stack.moves()
    assert len(booked) == 2 * CHARGES
    assert {count for _, count in booked} == {1}


def test_what_was_answered_before_the_engine_was_killed_is_booked_once(plain_stack: Stack) -> None:
    secrets = webhook_secrets(plain_stack.settings)["ORTRACK"]
    today = date.today()  # noqa: DTZ011 - the hospitals' calendar day

    with StatusListener(plain_stack.settings.status_port, secrets):  # else its news stays owed
        with Sending(stack=plain_stack, day=today) as sending:
            assert eventually(lambda: sending.told >= len(sending.references))
            recovered = plain_stack.lose_engine()
        assert_all_is_in_the_books_once(plain_stack, sending.references)

    assert recovered["driven"] > 0


def test_a_box_keeps_the_class_that_it_was_made_with(plain_stack: Stack) -> None:
    refused = plain_stack.run("up", "--erp-class", "e1")

    assert refused.status != 0
    assert "class E2, not E1" in " ".join(refused.said.split())
    assert plain_stack.run("status").result["erp_class"] == "E2"
