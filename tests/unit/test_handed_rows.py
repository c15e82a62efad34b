"""Counts and item records from the inbox rest in the journal, and their bad rows are held."""

from typing import Any

import pytest

from shared.canonical.stock import StockCause
from tests.golden import INBOUND
from tests.inbox import WorkerDiedError, World

COUNTS = (INBOUND / "flatfile" / "counts.csv").read_bytes()
ITEMS = (INBOUND / "flatfile" / "items.csv").read_bytes()
COUNTS_KEY = "cabinet/example_counts/sheet.csv"
ITEMS_KEY = "cabinet/example_items/items.csv"


def received(world: World, key: str) -> list[dict[str, Any]]:
    chains = [world.journal.read(each) for each in world.journal.find(key)]
    facts = [entry.fact for chain in chains for entry in chain]
    return [dict(fact.data) for fact in facts if fact.kind == "received"]


def test_a_count_goes_on_and_is_found_by_its_number_its_lots_and_its_file() -> None:
    world = World()

    outcome = world.receive(world.drop(COUNTS, key=COUNTS_KEY))

    assert (outcome.code, outcome.counts["read"], outcome.counts["held"]) == ("read", 3, 3)
    (fact,) = received(world, "transaction:S-12")
    told = {name: fact[name] for name in ("document", "lines", "malformed", "rests", "rows")}
    assert told == {
        "document": "InventoryReport",
        "lines": 2,
        "malformed": 1,
        "rests": False,
        "rows": [2, 3, 4],
    }
    assert received(world, "lot:L2643968") == [fact]
    assert len(received(world, "file:sheet.csv")) == 2
    (report,) = [each for each in world.documents.reports if each.control_id == "S-12"]
    assert (report.cause, len(report.lines)) == (StockCause.COUNT, 2)
    assert not world.documents.sent


def test_each_row_that_cannot_be_read_is_one_hold_however_often_its_file_comes() -> None:
    world = World()

    world.receive(world.drop(ITEMS, key=ITEMS_KEY))
    first = {(hold.line_id, hold.code) for hold in world.holds.standing.values()}
    world.receive(world.drop(ITEMS, key=ITEMS_KEY))

    assert {code for _, code in first} == {"LINE_MALFORMED"}
    assert len(first) == 6
    assert {(hold.line_id, hold.code) for hold in world.holds.standing.values()} == first
    details = [hold.detail.partition(":")[0] for hold in world.holds.standing.values()]
    assert sorted(details) == [
        *("CODE_UNKNOWN", "FORMULA", "GTIN_UNSOUND", "ROW_CONFLICT", "ROW_CONFLICT"),
        "VALUE_MISSING",
    ]


def test_an_item_is_the_same_document_in_whatever_file_its_rows_stand() -> None:
    world, header = World(), ITEMS.partition(b"\n")[0]
    rows = [row for row in ITEMS.split(b"\n")[1:] if row.startswith(b"SUT-001")]
    turned = b"\n".join([header, *reversed(rows), b""])

    world.receive(world.drop(ITEMS, key=ITEMS_KEY))
    world.receive(world.drop(turned, key="cabinet/example_items/other.csv"))

    assert len(world.journal.find("transaction:SUT-001")) == 1
    assert len(received(world, "transaction:SUT-001")) == 2


def test_a_worker_that_dies_anywhere_leaves_what_another_finishes() -> None:
    whole = World()
    whole.receive(whole.drop(ITEMS, key=ITEMS_KEY))
    for dies_at in range(1, whole.calls + 1):
        world = World(dies_at=dies_at)
        file = world.drop(ITEMS, key=ITEMS_KEY)
        with pytest.raises(WorkerDiedError):
            world.receive(file)
        world.receive(file)

        assert set(world.journal.chains) == set(whole.journal.chains), dies_at
        assert {hold.line_id for hold in world.holds.standing.values()} == {
            hold.line_id for hold in whole.holds.standing.values()
        }
