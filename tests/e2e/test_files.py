"""The same file dropped three times, two of them at once, and renamed: same books."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from infra.local.cabinet import RETURN, cabinet_csv
from shared.cli.file import drop_file
from tests.e2e.messages import a_charge, a_message, a_row, reference_of, reference_of_use
from tests.e2e.stack import Finished, Stack, eventually
from tests.hl7 import a_batch

pytestmark = pytest.mark.stack


def reference_of_row(transaction: str) -> str:
    return reference_of_use("CABINET", "SOUTH", transaction, "1")


def shown(stack: Stack, name: str) -> Finished:
    assert eventually(lambda: stack.run("file", "show", name).status == 0)
    return stack.run("file", "show", name)


def test_three_drops_two_at_once_and_renamed_are_one_set_of_books(stack: Stack) -> None:
    run = uuid4().hex[:8]
    transactions = [f"W-{run}-{number}" for number in range(20)]
    rows = [a_row(stack.deployment.network, each, quantity="2") for each in transactions]
    back = a_row(
        stack.deployment.network,
        f"R-{run}",
        kind=RETURN,
        quantity="1",
        original_transaction=transactions[0],
        original_line="1",
    )
    body, deployment = cabinet_csv([back, *rows]), stack.deployment

    with ThreadPoolExecutor(2) as at_once:
        list(at_once.map(lambda name: drop_file(deployment, name, body), [f"{run}.csv"] * 2))
    drop_file(deployment, f"{run}-renamed.csv", body)
    result = shown(stack, f"{run}-renamed.csv").result
    stack.settle()

    assert {row["outcome"] for row in result["rows"]} == {"read"}
    for transaction in transactions:
        assert stack.moves(reference_of_row(transaction)) == [(reference_of_row(transaction), 1)]
    assert {count for _, count in stack.moves()} == {1}
    assert stack.run("tieout").status == 0


def test_bad_rows_are_held_by_row_and_column_and_the_rest_goes_on(stack: Stack) -> None:
    run = uuid4().hex[:8]
    network = stack.deployment.network
    good, bad = a_row(network, f"W-{run}-1"), a_row(network, f"W-{run}-2", quantity="=2+2")

    drop_file(stack.deployment, f"{run}.csv", cabinet_csv([good, bad]))
    rows = shown(stack, f"{run}.csv").result["rows"]
    stack.settle()

    assert [(row["row"], row["outcome"], row["column"]) for row in rows] == [
        (2, "read", ""),
        (3, "held", "Quantity"),
    ]
    assert stack.moves(reference_of_row(f"W-{run}-1")) == [(reference_of_row(f"W-{run}-1"), 1)]
    assert stack.moves(reference_of_row(f"W-{run}-2")) == []


def test_messages_of_a_file_are_posted_once_also_those_that_come_alone_too(stack: Stack) -> None:
    name, network = f"{uuid4().hex[:8]}.hl7", stack.deployment.network
    charges = [a_charge(network) for _ in range(3)]
    messages = [a_message(charge).encoded() for charge in charges]
    broken = a_message(a_charge(network)).encoded().replace(b"DFT^P03", b"ADT^A01")

    assert stack.run("send", "-", typed=messages[0]).status == 0
    drop_file(stack.deployment, name, a_batch(*messages, broken), profile="hl7v2")
    rows = shown(stack, name).result["rows"]
    stack.settle()

    assert [row["outcome"] for row in rows] == ["read", "read", "read", "refused"]
    for charge in charges:
        assert stack.moves(reference_of(charge)) == [(reference_of(charge), 1)]
    traced = stack.run("trace", rows[0]["document_id"]).result
    assert name in str(traced)
    assert stack.run("tieout").status == 0


def test_the_inbox_is_empty_once_a_file_is_taken(stack: Stack) -> None:
    run = uuid4().hex[:8]
    body = cabinet_csv([a_row(stack.deployment.network, f"W-{run}")])

    key = drop_file(stack.deployment, f"{run}.csv", body)
    shown(stack, f"{run}.csv")

    def left() -> list[object]:
        listed = stack.deployment.clients.s3.list_object_versions(
            Bucket=stack.deployment.output("InboxBucket"), Prefix=key
        )
        return [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]

    assert eventually(lambda: left() == [])
