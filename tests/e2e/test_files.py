"""The same file dropped three times, two of them at once, and renamed: same books."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from infra.local.cabinet import RETURN, cabinet_csv
from shared.cli.file import drop_file
from tests.e2e.messages import a_row, reference_of_use
from tests.e2e.stack import Finished, Stack, eventually

pytestmark = pytest.mark.stack


def reference_of(transaction: str) -> str:
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
        assert stack.moves(reference_of(transaction)) == [(reference_of(transaction), 1)]
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
    assert stack.moves(reference_of(f"W-{run}-1")) == [(reference_of(f"W-{run}-1"), 1)]
    assert stack.moves(reference_of(f"W-{run}-2")) == []


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
