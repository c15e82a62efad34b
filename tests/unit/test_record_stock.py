"""Counts, receipts and updates are kept once each, or wait for what they lack and go on alone."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from shared.canonical.journal import JournalFact
from shared.canonical.master import ChargeCodeRecord, LocationRecord, PlaceRecord, UnitRecord
from shared.canonical.parking import ParkedLine
from shared.canonical.stock import StockCause, StockFact
from shared.canonical.stock_report import StockLine, StockReport
from shared.canonical.trade import ItemId
from shared.effects.identity import stock_line_id
from shared.errors import ThrottledError
from shared.mapping.keys import master_key
from shared.simulation.parking import SimulatedParkingLot
from shared.simulation.stock_store import SimulatedStockStore
from shared.workflow.line_ends import texts
from tests.builders import NOW, a_master
from tests.stock import COUNT_KEY, STORE, a_stock_line, a_stock_report
from tests.usage_world import UsageWorld

Ended = tuple[dict[str, int], int]  # lines by their end, and holds

LINE_ID = stock_line_id("meridian", COUNT_KEY)
SHELF = LocationRecord(application="EHR", location="SHELF-9", place=STORE)
SHELF_KEY = master_key("location", "EHR", "SHELF-9")
CODE = ChargeCodeRecord(application="EHR", charge_code="C-NEW", item="GLV-001", unit="EA")
CODE_KEY = master_key("charge", "EHR", "C-NEW")
NEW_ITEM = (ItemId("buyer", "C-NEW"),)


def on_a_new_shelf(**changes: Any) -> StockLine:  # noqa: ANN401
    return a_stock_line(location="SHELF-9", **changes)


def a_copy(*lines: StockLine, number: int = 1) -> StockReport:
    """The same lines under another message and document."""
    return a_stock_report(*lines, document_id=f"COPY-{number}", message_id=f"copy-{number}")


def told(world: UsageWorld, *reports: StockReport) -> Ended:
    """Reports arrive and are recorded; how the last one's lines ended."""
    for report in reports:
        fact = JournalFact(
            fact_id=f"received:{report.message_id}",
            kind="received",
            at=world.clock.now().isoformat(),
        )
        world.journal.append(report.document_id, [fact])
    last = [world.record(report) for report in reports][-1]
    return last.ends, last.holds


def kept(world: UsageWorld) -> dict[str, str]:
    """What was recorded: quantities by line."""
    return {fact_id: str(fact.quantity) for fact_id, fact in world.stock.facts.items()}


def on_hand(world: UsageWorld) -> dict[str, str]:
    found = world.positions("meridian", "NORTH", STORE)
    return {each.item: str(each.on_hand) for each in found}


def lines_of(world: UsageWorld, document_id: str) -> list[list[str]]:
    """How the lines of a document ended, time by time."""
    entries = world.journal.read(document_id)
    return [list(texts(each.fact.data["lines"])) for each in entries if each.fact.kind == "mapped"]


def test_a_count_is_recorded_and_lies_there() -> None:
    world = UsageWorld()

    assert told(world, a_stock_report()) == ({"recorded": 1}, 0)

    assert kept(world) == {LINE_ID: "7"}
    assert on_hand(world) == {"GLV-001": "7"}


def test_the_journal_says_how_each_line_ended_and_where_it_is_told() -> None:
    world = UsageWorld()
    report = a_stock_report(a_stock_line(), on_a_new_shelf(key=("other",)), chunk=2, chunks=3)

    counts = told(world, report)

    other = stock_line_id("meridian", ("other",))
    fact = world.journal.read(report.document_id)[-1].fact
    assert counts == ({"recorded": 1, "held": 1}, 1)
    assert (fact.fact_id, fact.kind, fact.at) == ("mapped:message-1:2", "mapped", NOW.isoformat())
    assert fact.data == {
        "message_id": "message-1",
        "chunk": 2,
        "rules_as_of": NOW.isoformat(),
        "effects": 0,
        "lines": [f"{LINE_ID} recorded", f"{other} held"],
        "holds": [f"PLACE_UNMAPPED {other}"],
        "evidence": [],
        "places": [f"{STORE} GLV-001"],
    }


def test_the_same_again_changes_nothing() -> None:
    world = UsageWorld()
    told(world, a_stock_report())

    again = told(world, a_stock_report(), a_copy(a_stock_line()))

    assert again == ({"recorded": 1}, 0)
    assert kept(world) == {LINE_ID: "7"}
    assert on_hand(world) == {"GLV-001": "7"}
    assert world.stock.facts[LINE_ID].document_id == a_stock_report().document_id


def test_other_chunks_of_the_same_lines_change_nothing() -> None:
    world = UsageWorld()
    lines = [a_stock_line(key=("EHR", str(number))) for number in range(4)]
    told(world, a_stock_report(*lines))
    before = kept(world)

    told(world, a_stock_report(lines[2], chunk=2), a_stock_report(lines[3], *lines[:2], chunk=1))

    assert (len(before), kept(world)) == (4, before)
    assert on_hand(world) == {"GLV-001": "28"}


def test_another_content_under_a_lines_id_is_held_and_the_first_stands() -> None:
    world = UsageWorld()
    told(world, a_stock_report())

    other = told(world, a_copy(a_stock_line(quantity=Decimal(8))))

    assert other == ({"held": 1}, 1)
    assert kept(world) == {LINE_ID: "7"}
    assert world.open_codes(LINE_ID) == ["CONFLICT"]
    assert lines_of(world, "COPY-1") == [[f"{LINE_ID} held"]]
    assert world.parking.lines == {}


def test_each_other_content_is_one_conflict_however_often_it_comes() -> None:
    world = UsageWorld()
    eight, nine = (a_stock_line(quantity=Decimal(each)) for each in (8, 9))

    told(world, a_stock_report(), a_copy(eight), a_copy(eight, number=2), a_copy(nine, number=3))

    assert world.open_codes(LINE_ID) == ["CONFLICT", "CONFLICT"]


def test_a_line_that_lacks_a_rule_goes_on_when_that_is_added() -> None:
    world = UsageWorld()
    ended = told(world, a_stock_report(on_a_new_shelf()))
    codes = world.open_codes(LINE_ID)

    released = world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()

    assert ended == ({"held": 1}, 1)
    assert (codes, released, world.open_codes(LINE_ID)) == (["PLACE_UNMAPPED"], 1, [])
    assert kept(world) == {LINE_ID: "7"}
    assert list(world.parking.missing_keys()) == []
    document_id = a_stock_report().document_id
    assert lines_of(world, document_id) == [[f"{LINE_ID} held"], [f"{LINE_ID} recorded"]]


def test_the_others_of_its_report_do_not_wait_for_it() -> None:
    world = UsageWorld()
    told(world, a_stock_report(a_stock_line(key=("other",)), on_a_new_shelf()))
    before = on_hand(world)

    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()

    assert (before, on_hand(world)) == ({"GLV-001": "7"}, {"GLV-001": "14"})
    assert len(kept(world)) == 2


def test_the_sweep_finds_what_an_adder_that_died_left_behind() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()))
    world.master.put([SHELF], recorded_at=world.clock.now())

    swept = world.release()
    world.run_until_quiet()

    assert (swept, kept(world)) == (1, {LINE_ID: "7"})


@pytest.mark.parametrize("shelf_first", [True, False])
def test_a_line_that_lacks_two_rules_waits_for_both(*, shelf_first: bool) -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf(ids=NEW_ITEM)))
    entries = [partial(world.enter, SHELF, SHELF_KEY), partial(world.enter, CODE, CODE_KEY)]

    entries[not shelf_first]()
    world.run_until_quiet()
    after_one = kept(world)
    entries[shelf_first]()
    world.run_until_quiet()

    assert (after_one, kept(world)) == ({}, {LINE_ID: "7"})
    assert world.open_codes(LINE_ID) == []


def test_a_gap_that_shows_only_when_the_first_is_filled_is_waited_for_too() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf(unit="CRATE")))
    crate = UnitRecord(
        item="GLV-001", unit="CRATE", numerator=40, denominator=1, valid_from=date(2020, 1, 1)
    )

    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()
    after_one = kept(world)
    world.enter(crate, master_key("unit", "GLV-001", "CRATE"))
    world.run_until_quiet()

    assert (after_one, kept(world)) == ({}, {LINE_ID: "280"})


def test_a_rule_added_between_reading_and_parking_is_found_by_the_parker() -> None:
    master = a_master()

    class AddedMeanwhile(SimulatedParkingLot):
        def park(self, lines: Sequence[ParkedLine]) -> None:
            master.put([SHELF], recorded_at=NOW)
            super().park(lines)

    world = UsageWorld(master=master, parking=AddedMeanwhile())
    told(world, a_stock_report(on_a_new_shelf()))
    world.run_until_quiet()

    assert kept(world) == {LINE_ID: "7"}
    assert world.open_codes(LINE_ID) == []


def test_what_only_a_person_can_mend_is_not_parked() -> None:
    world = UsageWorld()

    told(world, a_stock_report(a_stock_line(location="")))

    assert world.open_codes(LINE_ID) == ["PLACE_UNMAPPED"]
    assert world.parking.lines == {}


def test_a_line_whose_hold_a_person_closed_is_never_recorded() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()))
    world.close(LINE_ID, "PLACE_UNMAPPED")

    released = world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()
    world.clock.advance(seconds=1)
    again = told(world, a_stock_report(on_a_new_shelf()))
    copy = told(world, a_copy(on_a_new_shelf()))

    assert (released, kept(world)) == (0, {})
    assert again == copy == ({"closed": 1}, 0)
    assert world.open_codes(LINE_ID) == []


def test_the_same_message_again_after_its_release_changes_nothing() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()))
    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()

    told(world, a_stock_report(on_a_new_shelf()))
    world.run_until_quiet()
    swept = world.release()

    assert (kept(world), swept) == ({LINE_ID: "7"}, 0)
    assert world.open_codes(LINE_ID) == []
    assert list(world.parking.missing_keys()) == []


def test_another_copy_that_maps_is_recorded_at_once_and_the_parked_one_waits_no_more() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()))
    world.master.put([SHELF], recorded_at=world.clock.now())
    world.clock.advance(seconds=1)

    copy = told(world, a_copy(on_a_new_shelf()))
    swept = world.release()

    assert copy == ({"recorded": 1}, 0)
    assert world.open_codes(LINE_ID) == []
    assert list(world.parking.missing_keys()) == []
    assert (swept, world.documents.bodies, kept(world)) == (0, [], {LINE_ID: "7"})
    assert [closed.reason for closed in world.holds.closed] == ["the line is recorded"]


def test_a_conflict_stays_open_when_the_standing_content_comes_again() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()))
    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()
    told(world, a_copy(on_a_new_shelf(quantity=Decimal(8))))

    again = told(world, a_copy(on_a_new_shelf(), number=2))

    assert again == ({"recorded": 1}, 0)
    assert world.open_codes(LINE_ID) == ["CONFLICT"]


def test_a_report_follows_the_rules_of_its_first_arrival_however_often_it_comes() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()))
    world.clock.advance(seconds=3600)

    later = world.clock.now().isoformat()
    again = a_stock_report(on_a_new_shelf(), message_id="message-2", received_at=later)
    told(world, again)

    entries = world.journal.read(a_stock_report().document_id)
    moments = [each.fact.data["rules_as_of"] for each in entries if each.fact.kind == "mapped"]
    assert moments == [NOW.isoformat(), NOW.isoformat()]


def test_a_retraction_takes_its_line_back_whichever_comes_first() -> None:
    retraction = a_stock_line(key=(*COUNT_KEY, "retracted"), reverses=COUNT_KEY)
    reports = [a_stock_report(), a_copy(retraction)]
    for order in (reports, reports[::-1]):
        world = UsageWorld()

        told(world, *order)

        assert (len(kept(world)), on_hand(world)) == (2, {})


@dataclass(slots=True)
class ThrottledOnce(SimulatedStockStore):
    """Refuses the first record."""

    refused: list[str] = field(default_factory=list)

    def record(self, facts: Sequence[StockFact]) -> Sequence[StockFact]:
        if not self.refused:
            self.refused.extend(fact.fact_id for fact in facts)
            raise ThrottledError("positions: try again")
        return super(ThrottledOnce, self).record(facts)


def test_a_report_that_could_not_be_kept_says_so_and_is_kept_when_it_comes_again() -> None:
    world = UsageWorld(stock=ThrottledOnce())

    with pytest.raises(ThrottledError):
        told(world, a_stock_report())
    before = lines_of(world, a_stock_report().document_id)
    told(world, a_stock_report())

    assert (before, kept(world)) == ([], {LINE_ID: "7"})


def a_storm(world: UsageWorld, chance: random.Random) -> list[Callable[[], object]]:
    """30 receipts, half of them of a new code, on a new shelf; 15 copies; two adders; sweeps."""
    reports = thirty_receipts()
    copies = [
        replace(chance.choice(reports), document_id=f"COPY-{copy}", message_id=f"copy-{copy}")
        for copy in range(15)
    ]
    events: list[Callable[[], object]] = [
        *(partial(told, world, report) for report in (*reports, *copies)),
        partial(world.enter, SHELF, SHELF_KEY),
        partial(world.enter, CODE, CODE_KEY),
        *[world.run_until_quiet] * 3,
        *[world.release] * 2,
    ]
    chance.shuffle(events)
    return events


def thirty_receipts() -> list[StockReport]:
    """One unit each, of which the first fifteen have a name that is not known yet."""
    named = [NEW_ITEM if number < 15 else a_stock_line().ids for number in range(30)]
    lines = [
        on_a_new_shelf(key=("EHR", str(number)), ids=ids, quantity=Decimal(1))
        for number, ids in enumerate(named)
    ]
    return [
        replace(
            a_stock_report(line, cause=StockCause.RECEIPT),
            document_id=f"REPORT-{number}",
            message_id=f"message-{number}",
        )
        for number, line in enumerate(lines)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_thirty_receipts_fifteen_copies_and_two_adders_come_to_thirty_facts(seed: int) -> None:
    world = UsageWorld()

    for event in a_storm(world, random.Random(seed)):  # noqa: S311 - a shuffle, not a secret
        event()
    world.clock.advance(seconds=60)
    world.release()
    world.run_until_quiet()

    assert sum(Decimal(quantity) for quantity in kept(world).values()) == len(kept(world)) == 30
    assert world.holds.standing == {}
    assert list(world.parking.missing_keys()) == []


def test_of_two_contents_that_wait_for_one_rule_the_first_stands() -> None:
    world = UsageWorld()
    told(world, a_stock_report(on_a_new_shelf()), a_copy(on_a_new_shelf(quantity=Decimal(8))))
    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()
    assert kept(world) == {LINE_ID: "7"}
    assert world.open_codes(LINE_ID) == ["CONFLICT"]


def test_another_content_that_waits_is_a_conflict_once_it_maps() -> None:
    world = UsageWorld()
    told(world, a_stock_report(), a_copy(on_a_new_shelf()))
    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()
    assert world.open_codes(LINE_ID) == ["CONFLICT"]


def test_the_standing_content_again_does_not_end_another_that_waits() -> None:
    world = UsageWorld()
    told(world, a_stock_report(), a_copy(on_a_new_shelf()), a_copy(a_stock_line(), number=2))
    world.enter(SHELF, SHELF_KEY)
    world.run_until_quiet()
    assert world.open_codes(LINE_ID) == ["CONFLICT"]


def test_of_two_contents_in_one_report_only_the_second_is_a_conflict() -> None:
    world = UsageWorld()
    told(world, a_stock_report(a_stock_line(), a_stock_line(quantity=Decimal(8))))
    assert world.open_codes(LINE_ID) == ["CONFLICT"]


def test_a_retraction_finds_its_line_where_that_was_recorded() -> None:
    world = UsageWorld()
    told(world, a_stock_report())
    world.clock.advance(seconds=1)
    moved = LocationRecord(application="EHR", location="NORTH-STOREROOM", place="NORTH-ICU-STO")
    elsewhere = PlaceRecord(place="NORTH-ICU-STO", facility="NORTH")
    world.master.put((elsewhere, moved), recorded_at=world.clock.now())
    told(world, a_copy(a_stock_line(key=(*COUNT_KEY, "retracted"), reverses=COUNT_KEY)))
    assert on_hand(world) == {}


@dataclass
class Crashing:
    """A port whose worker dies before, or right behind, one of its calls."""

    port: Any
    crash: Callable[[], None]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        shipped = getattr(self.port, name)

        def call(*args: Any, **more: Any) -> Any:  # noqa: ANN401
            self.crash()
            answer = shipped(*args, **more)
            self.crash()
            return answer

        return call


def ends_of(world: UsageWorld) -> object:
    holds = sorted((hold.line_id, hold.code) for hold in world.holds.standing.values())
    return kept(world), holds, sorted(world.parking.missing_keys()), on_hand(world)


def crashed_at(number: int) -> UsageWorld | None:
    """A worker dies at this moment and its report comes again; None if it lived that long."""
    world, left = UsageWorld(), number

    def crash() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise InterruptedError

    dying: dict[str, Any] = {
        name: Crashing(getattr(world, name), crash)
        for name in ("journal", "holds", "parking", "stock", "release")
    }
    report = a_stock_report(
        a_stock_line(), on_a_new_shelf(key=("other",)), a_stock_line(quantity=Decimal(9))
    )
    fact = JournalFact(fact_id="received:message-1", kind="received", at=NOW.isoformat())
    world.journal.append(report.document_id, [fact])
    try:
        replace(world.record, **dying)(report)
    except InterruptedError:
        world.record(report)
        return world
    return None


def test_wherever_its_worker_dies_a_report_that_comes_again_ends_the_same() -> None:
    whole = UsageWorld()
    lines = (a_stock_line(), on_a_new_shelf(key=("other",)), a_stock_line(quantity=Decimal(9)))
    told(whole, a_stock_report(*lines))

    worlds = [crashed_at(number) for number in range(1, 40)]

    died = [world for world in worlds if world is not None]
    assert len(died) == 14
    assert all(ends_of(world) == ends_of(whole) for world in died)
