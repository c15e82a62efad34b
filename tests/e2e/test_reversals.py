"""Credits in parts and before their originals, mappings in mid-play, while the ERP is killed."""

from decimal import Decimal

import pytest

from tests.e2e.messages import a_charge, a_credit, a_message, reference_of
from tests.e2e.stack import Stack

pytestmark = pytest.mark.stack


def booked(stack: Stack, document_id: str) -> list[Decimal]:
    """What the expense account shows for each line of a document."""
    (document,) = stack.run("trace", document_id).result["documents"]
    return [
        Decimal(line["amount"])
        for effect in document["effects"]
        for line in effect["lines"]
        if line["account"] == "5.1.9"
    ]


def test_parts_before_and_after_their_original_net_to_nothing_though_the_erp_dies(
    stack: Stack,
) -> None:
    network = stack.deployment.network
    uses = [a_charge(network, quantity="5") for _ in range(12)]
    unmapped = [a_charge(network, charge_code="C-LATE", quantity="3") for _ in range(4)]
    before = [a_credit(use, f"{use.transaction}-A", "3") for use in uses]
    after = [a_credit(use, f"{use.transaction}-B", "2") for use in uses]
    documents = [
        stack.run("send", "-", typed=a_message(*charges).encoded()).result["document_id"]
        for charges in (before[:6], uses, unmapped)
    ]
    for process in (stack.process("erp"), *stack.process("erp").children(recursive=True)):
        process.kill()
    documents += [
        stack.run("send", "-", typed=a_message(*charges).encoded()).result["document_id"]
        for charges in (before[6:], after)
    ]
    item = next(each for each in network.charge_codes if each.charge_code == uses[0].charge_code)
    added = stack.run(
        *("map", "add", "charge-code", "EHR", "C-LATE", "--item", item.item),
        *("--unit", item.unit, "--reason", "late"),
    )
    assert stack.run("up").status == 0
    stack.settle()

    tied = stack.run("tieout")

    assert (added.status, tied.status) == (0, 0), tied.result
    assert sum(sum(booked(stack, each)) for each in documents if each != documents[2]) == 0
    assert all(stack.moves(reference_of(charge)) for charge in unmapped)
    assert {count for _, count in stack.moves()} == {1}


def test_a_hold_is_shown_assigned_and_closed_with_who_and_why(stack: Stack) -> None:
    charge = a_charge(stack.deployment.network, department="NOWHERE")
    sent = stack.run("send", "-", typed=a_message(charge).encoded())
    stack.settle()
    listed = stack.run("holds", "--code", "DEPARTMENT_UNKNOWN").result["holds"]
    (hold,) = [each for each in listed if each["document_id"] == sent.result["document_id"]]

    shown = stack.run("holds", "show", hold["line_id"])
    assigned = stack.run(
        *("holds", "assign", hold["line_id"], "DEPARTMENT_UNKNOWN"),
        *("--to", "controller", "--reason", "who pays", "--who", "clerk"),
    )
    closed = stack.run(
        *("holds", "close", hold["line_id"], "DEPARTMENT_UNKNOWN"),
        *("--reason", "entered by mistake", "--who", "clerk"),
    )

    assert [each["code"] for each in shown.result["holds"]] == ["DEPARTMENT_UNKNOWN"]
    assert (assigned.status, closed.status) == (0, 0)
    assert closed.result["holds"][0]["owner"] == "controller"
    (document,) = stack.run("trace", sent.result["document_id"]).result["documents"]
    decided = {entry["kind"]: entry["data"]["who"] for entry in document["journal"][2:]}
    assert decided == {"hold_assigned": "clerk", "hold_closed": "clerk"}
