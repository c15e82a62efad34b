"""A charge becomes one posting, and anyone can walk from its bytes to the GL line and back."""

from pathlib import Path

import pytest

from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import Stack

pytestmark = pytest.mark.stack
SAMPLE = Path(__file__).parents[2] / "events/inbound/hl7v2/one_line_dft.hl7"


def test_the_sample_posts_and_is_traced_both_ways(stack: Stack) -> None:
    sent = stack.run("send", str(SAMPLE))
    stack.settle()

    forward = stack.run("trace", sent.result["message_id"])

    assert (sent.status, sent.result["code"]) == (0, "AA")
    (document,) = forward.result["documents"]
    assert document["chain_breaks_at"] is None
    assert document["journal"][0]["data"]["raw_key"].endswith(sent.result["message_id"])
    (effect,) = document["effects"]
    assert effect["state"] == "DONE"
    (move,) = effect["moves"]
    assert {line["account"] for line in effect["lines"]} == {"5.1.9", "1.3.1"}
    for key in (move["erp_id"], move["reference"], effect["lines"][0]["journal"]):
        back = stack.run("trace", key)
        assert [each["document_id"] for each in back.result["documents"]] == [
            sent.result["document_id"]
        ]


def test_a_message_typed_by_hand_posts_too(stack: Stack) -> None:
    charge = a_charge(stack.deployment.network)
    typed = a_message(charge).encoded().replace(b"\r", b"\n")

    sent = stack.run("send", "-", typed=typed)
    stack.settle()

    assert sent.status == 0
    assert stack.moves(reference_of(charge)) == [(reference_of(charge), 1)]


def test_what_is_not_taken_fails_the_command(stack: Stack) -> None:
    sent = stack.run("send", "-", typed=b"hello\n")

    assert (sent.status, sent.result["code"], sent.result["status"]) == (1, "AR", 400)


def test_a_key_that_leads_nowhere_says_so(stack: Stack) -> None:
    traced = stack.run("trace", "NO-SUCH-KEY")

    assert (traced.status, traced.result["documents"]) == (1, [])


def test_a_line_that_waits_is_listed_with_owner_and_release(stack: Stack) -> None:
    charge = a_charge(stack.deployment.network, charge_code="C-NOBODY-KNOWS")
    sent = stack.run("send", "-", typed=a_message(charge).encoded())
    stack.settle()

    listed = stack.run("holds", "--code", "ITEM_UNMAPPED")

    (hold,) = [
        each for each in listed.result["holds"] if each["document_id"] == sent.result["document_id"]
    ]
    assert (hold["owner"], bool(hold["due_at"]), bool(hold["releases"])) == (
        "supply_chain_analyst",
        True,
        True,
    )
    assert stack.moves(reference_of(charge)) == []
