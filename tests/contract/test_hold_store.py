"""Where holds wait: the promises kept by both families."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from shared.canonical.hold import Hold, HoldKind
from shared.simulation.hold_store import SimulatedHoldStore
from tests.contract.families import Aws, Family
from tests.contract.tables import HOLDS
from tests.contract.wire import let_another_come_first

OPENED = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LINE = "ab" * 32


def a_hold(code: str = "ITEM_UNMAPPED", *, due_in_hours: int = 24) -> Hold:
    return Hold(
        code=code,
        kind=HoldKind.BLOCKING,
        owner="item-master",
        line_id=LINE,
        document_id="D-1",
        message_id="message-1",
        opened_at=OPENED,
        due_at=OPENED + timedelta(hours=due_in_hours),
        position="FT1[2]-7.1 @ byte 214",
        rule="USE2a",
        detail="no item for charge code 4711",
        releases="add the charge code's cross reference",
        facility="NORTH",
        amount=Decimal("12.50"),
        content_hash="c" * 64,
        missing=("charge#EHR#4711",),
        payload='{"line":"1"}',
    )


def test_a_hold_is_read_back_as_it_was_opened(family: Family) -> None:
    bare = replace(
        a_hold("LINE_MALFORMED"), facility="", amount=None, content_hash="", missing=(), payload=""
    )
    family.holds.open([a_hold(), bare])

    assert family.holds.of_line(LINE) == (a_hold(), bare)
    assert family.holds.of_line("cd" * 32) == ()


def test_the_same_hold_stands_once_as_first_opened(family: Family) -> None:
    family.holds.open([a_hold()])

    family.holds.open([a_hold(), replace(a_hold(), due_at=OPENED + timedelta(days=9))])

    assert family.holds.of_line(LINE) == (a_hold(),)


def test_each_other_content_under_one_id_is_a_conflict_of_its_own(family: Family) -> None:
    one = replace(a_hold("CONFLICT"), content_hash="1" * 64)
    two = replace(a_hold("CONFLICT"), content_hash="2" * 64)

    family.holds.open([one, two, one])

    assert family.holds.of_line(LINE) == (one, two)
    family.holds.close(LINE, "CONFLICT", "the first content stands")
    assert family.holds.of_line(LINE) == ()


def test_an_owner_sees_what_is_due_first(family: Family) -> None:
    late, soon = a_hold("UOM_UNKNOWN", due_in_hours=48), a_hold("ITEM_UNMAPPED", due_in_hours=1)
    others = replace(a_hold("PERIOD_CLOSED"), owner="finance")
    family.holds.open([late, others, soon])

    assert list(family.holds.owned_by("item-master")) == [soon, late]
    assert list(family.holds.owned_by("finance")) == [others]
    assert list(family.holds.owned_by("nobody")) == []


def test_a_closed_hold_waits_for_nobody_and_its_neighbours_still_do(family: Family) -> None:
    neighbour = a_hold("ITEM_UNMAPPED_TWICE")
    family.holds.open([a_hold(), neighbour])

    family.holds.close(LINE, "ITEM_UNMAPPED", "the cross reference was added")

    assert family.holds.of_line(LINE) == (neighbour,)
    assert list(family.holds.owned_by("item-master")) == [neighbour]


def test_closing_what_is_not_open_is_no_error(family: Family) -> None:
    family.holds.close(LINE, "ITEM_UNMAPPED", "nothing there")
    family.holds.open([a_hold()])
    family.holds.close(LINE, "ITEM_UNMAPPED", "done")

    family.holds.close(LINE, "ITEM_UNMAPPED", "done twice")

    assert family.holds.of_line(LINE) == ()


def test_a_hold_can_be_opened_anew_after_it_was_closed(family: Family) -> None:
    family.holds.open([a_hold()])
    family.holds.close(LINE, "ITEM_UNMAPPED", "released")
    again = replace(a_hold(), detail="refused again", content_hash="d" * 64)

    family.holds.open([again])

    assert family.holds.of_line(LINE) == (again,)
    assert list(family.holds.owned_by("item-master")) == [again]


def test_the_same_content_again_does_not_bring_back_what_was_settled(family: Family) -> None:
    family.holds.open([a_hold()])
    family.holds.close(LINE, "ITEM_UNMAPPED", "posted")

    family.holds.open([a_hold()])

    assert family.holds.of_line(LINE) == ()


def test_a_hold_without_content_opens_anew_each_time(family: Family) -> None:
    access = replace(a_hold("TARGET_ACCESS"), content_hash="")
    family.holds.open([access])
    family.holds.close(LINE, "TARGET_ACCESS", "mended")

    family.holds.open([access])

    assert family.holds.of_line(LINE) == (access,)


def test_a_whole_message_is_kept_and_given_back(family: Family) -> None:
    long = replace(a_hold("POISON"), payload='{"line":"é"},' * 60_000)

    family.holds.open([long])

    assert family.holds.of_line(LINE) == (long,)


def test_a_payload_that_no_item_can_hold_is_named_by_its_hash(on_aws: Family) -> None:
    noise = "".join(hashlib.sha256(b"%d" % number).hexdigest() for number in range(16_000))
    huge = replace(a_hold("POISON"), payload=noise)

    on_aws.holds.open([huge])

    [hold] = on_aws.holds.of_line(LINE)
    digest = hashlib.sha256(noise.encode()).hexdigest()
    assert hold.payload == f"1024000 characters, too long to keep here; sha256 {digest}"


def test_a_hold_that_is_assigned_keeps_its_due_time(family: Family) -> None:
    finance = replace(a_hold("PERIOD_CLOSED", due_in_hours=12), owner="finance")
    family.holds.open([a_hold(due_in_hours=4), finance])

    given = family.holds.assign(LINE, "ITEM_UNMAPPED", "finance", "a price question", who="j.doe")

    assigned = replace(a_hold(due_in_hours=4), owner="finance")
    assert given
    assert list(family.holds.owned_by("finance")) == [assigned, finance]
    assert list(family.holds.owned_by("item-master")) == []


def test_what_is_not_open_cannot_be_assigned(family: Family) -> None:
    assert not family.holds.assign(LINE, "ITEM_UNMAPPED", "finance", "nothing there", who="j.doe")
    family.holds.open([a_hold()])
    assert not family.holds.assign(LINE, "UOM_UNKNOWN", "finance", "another code", who="j.doe")
    family.holds.close(LINE, "ITEM_UNMAPPED", "done", who="j.doe")

    assert not family.holds.assign(LINE, "ITEM_UNMAPPED", "finance", "too late", who="j.doe")

    assert list(family.holds.owned_by("finance")) == []


def test_an_assigned_hold_stands_and_is_not_opened_a_second_time(family: Family) -> None:
    family.holds.open([a_hold()])
    family.holds.assign(LINE, "ITEM_UNMAPPED", "finance", "a price question", who="j.doe")

    family.holds.open([a_hold()])

    assert family.holds.of_line(LINE) == (replace(a_hold(), owner="finance"),)


def test_all_conflicts_of_a_line_are_assigned_at_once(family: Family) -> None:
    conflicts = [replace(a_hold("CONFLICT"), content_hash=digit * 64) for digit in "12"]
    family.holds.open(conflicts)

    assert family.holds.assign(LINE, "CONFLICT", "finance", "which one?", who="j.doe")

    assert {hold.owner for hold in family.holds.of_line(LINE)} == {"finance"}


def test_the_simulation_remembers_who_assigned_and_closed() -> None:
    holds = SimulatedHoldStore()
    holds.open([a_hold()])
    holds.assign(LINE, "ITEM_UNMAPPED", "finance", "a price question", who="j.doe")
    holds.close(LINE, "ITEM_UNMAPPED", "priced", who="a.roe")

    [given], [closed] = holds.assigned, holds.closed
    assert (given.hold.owner, given.owner, given.who) == ("item-master", "finance", "j.doe")
    assert (closed.hold.owner, closed.reason, closed.who) == ("finance", "priced", "a.roe")
    assert closed.closed_at == holds.clock.now()


def test_a_hold_closed_while_it_is_assigned_stays_closed(on_aws: Family, aws: Aws) -> None:
    on_aws.holds.open([a_hold()])
    let_another_come_first(
        aws.dynamodb, "UpdateItem", lambda: on_aws.holds.close(LINE, "ITEM_UNMAPPED", "done")
    )

    assert not on_aws.holds.assign(LINE, "ITEM_UNMAPPED", "finance", "late", who="j.doe")

    assert on_aws.holds.of_line(LINE) == ()
    assert list(on_aws.holds.owned_by("finance")) == []


def test_the_table_remembers_who_owned_a_closed_hold_and_why_it_closed(
    on_aws: Family, aws: Aws
) -> None:
    on_aws.holds.open([a_hold()])
    on_aws.clock.advance(seconds=60)
    on_aws.holds.close(LINE, "ITEM_UNMAPPED", "the cross reference was added", who="a.roe")

    key = {"pk": {"S": f"line#{LINE}"}, "sk": {"S": "hold#ITEM_UNMAPPED"}}
    item = aws.dynamodb.get_item(TableName=HOLDS, Key=key)["Item"]

    assert "owner" not in item
    assert item["closed_owner"] == {"S": "item-master"}
    assert item["closed_reason"] == {"S": "the cross reference was added"}
    assert item["closed_by"] == {"S": "a.roe"}
    assert item["closed_at"] == {"S": "2026-03-14T12:01:00.000000+00:00"}


def test_opening_costs_one_write_and_a_list_one_read(on_aws: Family, aws: Aws) -> None:
    opened = aws.calls.counts_of(lambda: on_aws.holds.open([a_hold(), a_hold("UOM_UNKNOWN")]))
    listed = aws.calls.counts_of(lambda: list(on_aws.holds.owned_by("item-master")))
    closed = aws.calls.counts_of(lambda: on_aws.holds.close(LINE, "UOM_UNKNOWN", "done"))

    assert opened == {"PutItem": 2}
    assert listed == {"Query": 1}
    assert closed == {"Query": 1, "UpdateItem": 1}


def test_the_table_remembers_who_gave_a_hold_to_whom_and_why(on_aws: Family, aws: Aws) -> None:
    on_aws.holds.open([a_hold()])
    on_aws.holds.assign(LINE, "ITEM_UNMAPPED", "finance", "a price question", who="j.doe")

    key = {"pk": {"S": f"line#{LINE}"}, "sk": {"S": "hold#ITEM_UNMAPPED"}}
    item = aws.dynamodb.get_item(TableName=HOLDS, Key=key)["Item"]

    assert item["owner"] == {"S": "finance"}
    assert item["assigned_from"] == {"S": "item-master"}
    assert item["assigned_by"] == {"S": "j.doe"}
    assert item["assigned_reason"] == {"S": "a price question"}
    assert item["assigned_at"] == {"S": "2026-03-14T12:00:00.000000+00:00"}
