"""The harness itself, on few effects: its judge counts, its faults strike, and what ours makes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from sys import executable

import pytest

from tests.benchmarks.exactly_once.__main__ import FAULTS, messages_of
from tests.benchmarks.exactly_once.cell import Figures, Plan, Verdict, judged, played
from tests.benchmarks.exactly_once.erp import Books, Document
from tests.benchmarks.exactly_once.peers import row_of
from tests.benchmarks.exactly_once.servers import (
    asked_of_tables,
    lose_replies,
    make_tables,
    served,
    tables_client,
)
from tests.benchmarks.exactly_once.terms import Ended, Fault, Message, World

EFFECTS = 2
PLAN = Plan(effects=EFFECTS)
Table = dict[tuple[str, Fault], Figures]


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """A target of class E2, all cells at once."""
    places = [("retry", Fault.TIMEOUT), ("powertools", Fault.TIMEOUT)]
    places += [("powertools", Fault.LOST_REPLY), *(("ours", fault) for fault in FAULTS)]
    messages = messages_of(EFFECTS)
    with served("tables") as port, ThreadPoolExecutor(len(places)) as pool:
        cells = {
            (name, fault): pool.submit(
                played,
                row_of(name),
                fault,
                effect_class="E2",
                plan=PLAN,
                messages=messages,
                tables_port=port,
                interpreter=executable,
            )
            for name, fault in places
        }
        yield {place: cell.result() for place, cell in cells.items()}


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """A target's empty table."""
    opened = Books(str(tmp_path / "books.sqlite"))
    yield opened
    opened.close()


def a_document(message: Message) -> Document:
    return {
        "reference": message.reference,
        "content_hash": message.content_hash,
        "item": message.item,
        "quantity": message.quantity,
    }


def test_the_judge_counts_a_planted_duplicate_and_a_planted_loss(books: Books) -> None:
    once, twice, lost = messages_of(3)
    for message in (once, twice, twice):
        books.commit(a_document(message))

    verdict = judged(
        (once, twice, lost), {m.reference: Ended.DONE for m in (once, twice, lost)}, books
    )

    assert verdict == Verdict(duplicates=1, stuck=1)


def test_what_is_posted_but_not_known_to_be_is_stuck(books: Books) -> None:
    (message,) = messages_of(1)
    books.commit(a_document(message))

    verdict = judged((message,), {message.reference: Ended.LEFT}, books)

    assert verdict == Verdict(duplicates=0, stuck=1)


def test_a_retry_without_a_record_posts_every_effect_twice(table: Table) -> None:
    assert table["retry", Fault.TIMEOUT].verdict == Verdict(duplicates=EFFECTS, stuck=0)


def test_a_record_that_an_error_deletes_does_not_keep_a_second_post_away(table: Table) -> None:
    assert table["powertools", Fault.TIMEOUT].verdict == Verdict(duplicates=EFFECTS, stuck=0)
    assert table["powertools", Fault.LOST_REPLY].verdict == Verdict(duplicates=0, stuck=0)


@pytest.mark.parametrize("fault", FAULTS)
def test_ours_posts_every_effect_once_and_knows_it(table: Table, fault: Fault) -> None:
    assert table["ours", fault].verdict == Verdict(duplicates=0, stuck=0)


def test_a_kill_is_a_kill_and_a_lost_reply_is_lost(table: Table) -> None:
    ours = table["ours", Fault.KILL]

    assert ours.rounds[0] == {"killed": EFFECTS}
    assert table["ours", Fault.LOST_REPLY].faults == EFFECTS
    assert table["powertools", Fault.LOST_REPLY].faults == EFFECTS


def test_a_reply_is_lost_after_the_write_and_both_calls_are_counted(tmp_path: Path) -> None:
    with served("tables") as port:
        world = World(
            erp_port=0,
            tables_port=port,
            prefix="w1",
            enforces_references=False,
            call_timeout_seconds=1,
            lambda_seconds=1,
            latest_commit_seconds=1,
            record_seconds=1,
            folder=str(tmp_path),
        )
        make_tables(world)
        lose_replies(world)
        client = tables_client(port)

        with pytest.raises(client.exceptions.ConditionalCheckFailedException):
            client.put_item(
                TableName="w1.records",
                Item={"id": {"S": "1"}},
                ConditionExpression="attribute_not_exists(id)",
            )

        client.close()
        assert asked_of_tables(world, "calls") == {"PutItem": 2}
        assert asked_of_tables(world, "lost") == 1
