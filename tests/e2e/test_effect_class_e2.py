"""The box on an ERP that only looks our references up: nothing twice though it dies in mid-play.

All is judged by the ERP's own tables.
"""

import pytest

from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import Stack
from tests.e2e.test_outages import Play, assert_all_is_well
from tests.e2e.test_reversals import a_credit

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


def test_a_box_keeps_the_class_that_it_was_made_with(plain_stack: Stack) -> None:
    refused = plain_stack.run("up", "--erp-class", "e1")

    assert refused.status != 0
    assert "class E2, not E1" in " ".join(refused.said.split())
    assert plain_stack.run("status").result["erp_class"] == "E2"
