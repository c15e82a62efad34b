"""What a transaction is billed for, exactly; the arithmetic of AWS's units, by hand."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.pricing import prices
from tests.benchmarks.pricing.assumptions import USUAL_SAMPLING, Sampling, access_line
from tests.benchmarks.pricing.units import (
    Index,
    index_write_units,
    pieces,
    table_write_units,
    units_of_items,
    units_of_query,
)

ROOT = Path(__file__).parents[2]
EFFECT_PATH_BUDGET = Decimal("3.25")
ALL_IN_BUDGET = Decimal("20.00")  # what an environment copies elsewhere is its own choice
COPY_ELSEWHERE = Decimal("5.05")
DUE = Index(name="due", keys=("shard", "at"))

Figures = dict[str, Any]


@pytest.fixture(scope="module")
def figures() -> Figures:
    """What people run, with fewer effects before it."""
    command = [sys.executable, "-m", "tests.benchmarks.price", "--json"]
    done = subprocess.run(  # noqa: S603 - our own benchmark
        [*command, "--prefilled", "1000", "10000"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    answer: Figures = json.loads(done.stdout.splitlines()[-1])
    return answer


def rows_of(bill: Figures, service: str) -> dict[tuple[str, str], str]:
    return {
        (row["what"], row["unit"]): row["each"] for row in bill["rows"] if row["service"] == service
    }


def test_a_full_batch_makes_these_calls_a_transaction(figures: Figures) -> None:
    assert figures["fills"]["50"]["calls"] == {
        "receive_message: s3 PutObject raw": "1",
        "receive_message: dynamodb PutItem journal": "1",
        "receive_message: dynamodb BatchWriteItem journal": "1",
        "receive_message: sqs SendMessageBatch documents": "1",
        "map_document: dynamodb PutItem journal": "1",
        # Its item and its charge code; the class of the item is shared by many.
        "map_document: dynamodb Query master-data": "2.06",
        "map_document: dynamodb BatchGetItem holds": "1",
        "map_document: sqs SendMessageBatch effects": "0.1",
        "map_document: dynamodb Query journal": "1",
        "map_document: dynamodb BatchWriteItem journal": "0.1",
        "post_effect: dynamodb BatchGetItem effects": "0.02",
        "post_effect: dynamodb UpdateItem effects": "1",
        "publish_outcome: dynamodb Query journal": "1",
        "publish_outcome: dynamodb PutItem journal": "1",
        "publish_outcome: dynamodb Query holds": "2",
        "publish_outcome: events PutEvents outcomes": "0.08",
    }


def test_every_item_and_index_entry_of_a_transaction_is_one_write_unit(figures: Figures) -> None:
    units = rows_of(figures["fills"]["50"], "DynamoDB")

    written = {what: each for (what, unit), each in units.items() if unit == "write unit"}
    assert written == {
        "receive_message: journal": "6",
        "receive_message: journal, by_append": "1",
        "map_document: journal": "2",
        "post_effect: effects": "1",
        "post_effect: effects, by_period": "1",
        "publish_outcome: journal": "1",
    }


def test_sealing_reads_a_document_s_chain_once_and_its_share_of_a_page(figures: Figures) -> None:
    units = rows_of(figures["fills"]["50"], "DynamoDB")

    read = Decimal(units["seal_journal: journal", "read unit"])
    assert 1 < read <= 1 + Decimal(1024) / 4096 / 2  # its row in the index is one write unit


def test_one_raw_object_a_message_is_written_here_and_copied_elsewhere(figures: Figures) -> None:
    assert rows_of(figures["fills"]["50"], "S3") == {
        ("raw objects", "PUT"): "1",
        ("copies elsewhere", "PUT"): "1",
    }


def test_consumers_trace_at_most_what_the_edge_does_and_one_on_a_stream_nothing(
    figures: Figures,
) -> None:
    for bill in figures["fills"].values():
        traces = rows_of(bill, "X-Ray")

        assert {what: Decimal(each) for (what, _), each in traces.items()} == {
            "API and receive_message": Decimal("0.005"),
            "map_document": Decimal("0.005"),
            "post_effect": Decimal("0.005"),
            "publish_outcome": Decimal(0),
        }


def test_an_accepted_message_leaves_no_line_in_its_functions_log(figures: Figures) -> None:
    logs = rows_of(figures["fills"]["50"], "CloudWatch")

    assert Decimal(logs["receive_message", "GB"]) == 0


def test_a_batch_is_taken_from_its_queue_in_tens(figures: Figures) -> None:
    taken = {
        fill: rows_of(bill, "SQS")["effects: receive, delete", "request"]
        for fill, bill in figures["fills"].items()
    }

    assert taken == {"1": "2", "10": "0.2", "50": "0.2"}


@pytest.mark.parametrize("fill", ["10", "50"])
def test_the_effect_path_is_within_its_budget(figures: Figures, fill: str) -> None:
    assert Decimal(figures["fills"][fill]["effect_path_usd"]) <= EFFECT_PATH_BUDGET


def test_all_in_is_within_its_budget_and_the_copy_elsewhere_comes_on_top(figures: Figures) -> None:
    bill = figures["fills"]["50"]

    assert Decimal(bill["less_copies_usd"]) <= ALL_IN_BUDGET
    assert Decimal(bill["all_in_usd"]) - Decimal(bill["less_copies_usd"]) <= COPY_ELSEWHERE


def test_the_sums_are_those_of_the_rows(figures: Figures) -> None:
    for bill in figures["fills"].values():
        usd = {True: Decimal(0), False: Decimal(0)}
        for row in bill["rows"]:
            usd[row["is_effect_path"]] += Decimal(row["usd_per_million"])

        cent = Decimal("0.01")
        assert abs(usd[True] - Decimal(bill["effect_path_usd"])) < cent
        assert abs(usd[True] + usd[False] - Decimal(bill["all_in_usd"])) < cent


def test_a_ledger_that_has_grown_costs_nothing_more(figures: Figures) -> None:
    before, after = figures["fills"]["10"], figures["prefilled"]

    assert set(after) == {"1000", "10000"}
    for grown in after.values():
        assert grown["calls"] == before["calls"]
        assert grown["effect_path_usd"] == before["effect_path_usd"]
        assert grown["all_in_usd"] == before["all_in_usd"]


def test_a_write_is_paid_by_the_larger_of_old_and_new() -> None:
    small, large = {"pk": {"S": "x" * 1022}}, {"pk": {"S": "x" * 1023}}

    assert table_write_units(None, small) == 1
    assert table_write_units(None, large) == 2
    assert table_write_units(large, small) == 2
    assert table_write_units(None, None) == 1  # refused: paid all the same


def test_an_index_is_paid_only_for_what_it_sees() -> None:
    waits, later = (
        {"pk": {"S": "A"}, "shard": {"S": "1"}, "at": {"N": number}} for number in ("7", "8")
    )
    done = {"pk": {"S": "A"}}

    assert index_write_units(DUE, None, done) == 0
    assert index_write_units(DUE, None, waits) == 1
    assert index_write_units(DUE, waits, waits) == 0
    assert index_write_units(DUE, waits, waits | {"why": {"S": "again"}}) == 1
    assert index_write_units(DUE, waits, later) == 2
    assert index_write_units(DUE, later, done) == 1


def test_keys_are_paid_each_and_a_query_by_its_sum() -> None:
    item = {"pk": {"S": "x" * 3000}}

    assert units_of_items([3000, 0], is_consistent=True) == 2
    assert units_of_query([item, item], is_consistent=True) == 2
    assert units_of_query([item], is_consistent=False) == Decimal("0.5")
    assert units_of_query([], is_consistent=True) == 1


def test_a_request_is_paid_by_pieces() -> None:
    assert [pieces(size, 65536) for size in (0, 1, 65536, 65537)] == [1, 1, 1, 2]


def test_a_price_of_a_thousand_is_that_of_a_million_a_thousand_times() -> None:
    assert prices.S3_PUT.of_a_million(Decimal(1)) == 5
    assert prices.KMS_REQUEST.of_a_million(Decimal("0.5")) == Decimal("1.5")


def test_what_comes_seldom_is_traced_whole_and_a_peak_by_its_share() -> None:
    assert USUAL_SAMPLING.traced(Decimal("0.4")) == 1
    assert USUAL_SAMPLING.traced(Decimal(50)) == Decimal("0.069")


def test_a_share_without_the_first_of_a_second_is_traced_at_every_rate() -> None:
    share = Sampling(first_of_a_second=Decimal(0), share=Decimal("0.01"))

    assert [share.traced(Decimal(rate)) for rate in ("0.4", "50")] == [Decimal("0.01")] * 2


def test_the_access_log_is_as_long_as_its_format_says() -> None:
    assert access_line('{"status":"$context.status"}') == '{"status":"202"}'
