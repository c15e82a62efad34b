"""The same message, many times, some at once: one ERP document a line, counted in its own table."""

import pytest

from shared.cli.player import Player
from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import Stack

pytestmark = pytest.mark.stack
COPIES = 20


def test_twenty_copies_eight_at_once_are_one_document_a_line(stack: Stack) -> None:
    charges = [a_charge(stack.deployment.network) for _ in range(3)]
    body = a_message(*charges).encoded()

    answers = Player(edge=stack.deployment.edge()).play([body] * COPIES, lambda _: None)
    settling = stack.settle()

    assert all(answer.is_accepted for answer in answers)
    assert len({answer.message_id for answer in answers}) == COPIES
    assert len({answer.document_id for answer in answers}) == 1
    for charge in charges:
        reference = reference_of(charge)
        assert stack.moves(reference) == [(reference, 1)]
    assert settling.in_doubt == 0


def test_the_same_line_with_other_content_is_held_and_posts_nothing_more(stack: Stack) -> None:
    charge = a_charge(stack.deployment.network)
    stack.run("send", "-", typed=a_message(charge).encoded())
    stack.settle()
    other = a_charge(stack.deployment.network, transaction=charge.transaction, quantity="9")

    sent = stack.run("send", "-", typed=a_message(other).encoded())
    stack.settle()

    assert (sent.status, sent.result["code"]) == (0, "AA")
    conflicts = stack.run("holds", "--code", "CONFLICT").result["holds"]
    assert sent.result["document_id"] in {hold["document_id"] for hold in conflicts}
    assert stack.moves(reference_of(charge)) == [(reference_of(charge), 1)]
