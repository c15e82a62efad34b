"""Where lines wait: the promises kept by both families."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.canonical.parking import ParkedState
from tests.contract.families import Aws, Family
from tests.contract.parked_lines import CHARGE, ITEM, PARKED_AT, a_line, state_of
from tests.contract.tables import HOLDS


def test_a_line_is_read_back_as_it_was_parked(family: Family) -> None:
    reversal = replace(a_line(2, "effect#" + "a" * 64), waits_until=PARKED_AT + timedelta(hours=72))

    family.parking.park([a_line(), reversal])

    ids = [a_line().line_id, reversal.line_id, "f" * 64]
    assert family.parking.records(ids) == {
        a_line().line_id: a_line(),
        reversal.line_id: reversal,
    }
    assert family.parking.records([]) == {}


def test_a_long_document_is_kept_and_given_back(family: Family) -> None:
    long = a_line(payload='{"line":"é"},' * 60_000)

    family.parking.park([long])

    assert family.parking.claim(long.line_id) == replace(long, state=ParkedState.RELEASED)


def test_a_line_that_could_not_be_released_is_not_parked(on_aws: Family) -> None:
    noise = "".join(random.Random(1).choices("0123456789abcdef", k=1_000_000))  # noqa: S311

    with pytest.raises(ValueError, match="does not fit"):
        on_aws.parking.park([a_line(payload=noise)])

    assert list(on_aws.parking.missing_keys()) == []


def test_a_line_waits_under_each_key_it_lacks(family: Family) -> None:
    both, one = a_line(1, ITEM, CHARGE), a_line(2, CHARGE)

    family.parking.park([both, one, both])

    assert list(family.parking.parked_on(ITEM)) == [both.line_id]
    assert sorted(family.parking.parked_on(CHARGE)) == [both.line_id, one.line_id]
    assert list(family.parking.parked_on("item#ITM-2")) == []
    assert sorted(family.parking.missing_keys()) == [CHARGE, ITEM]


def test_a_key_is_listed_until_the_last_line_leaves_it(family: Family) -> None:
    both, one = a_line(1, ITEM, CHARGE), a_line(2, CHARGE)
    family.parking.park([both, one])
    family.parking.claim(both.line_id)

    family.parking.leave(CHARGE, both.line_id)
    assert sorted(family.parking.missing_keys()) == [CHARGE, ITEM]
    family.parking.leave(ITEM, both.line_id)
    assert list(family.parking.missing_keys()) == [CHARGE]
    family.parking.close(one.line_id)
    family.parking.leave(CHARGE, one.line_id)

    assert list(family.parking.missing_keys()) == []
    assert list(family.parking.parked_on(CHARGE)) == []


def test_leaving_where_one_does_not_wait_is_no_error(family: Family) -> None:
    family.parking.leave(ITEM, a_line().line_id)
    family.parking.park([a_line()])

    family.parking.leave(ITEM, "f" * 64)

    assert list(family.parking.parked_on(ITEM)) == [a_line().line_id]
    assert list(family.parking.missing_keys()) == [ITEM]


def test_a_line_that_still_waits_for_a_key_cannot_be_taken_off_it(family: Family) -> None:
    family.parking.park([a_line(1, ITEM, CHARGE)])
    family.parking.park([a_line(1, CHARGE)])

    family.parking.leave(ITEM, a_line().line_id)
    family.parking.leave(CHARGE, a_line().line_id)

    assert list(family.parking.missing_keys()) == [CHARGE]
    assert list(family.parking.parked_on(CHARGE)) == [a_line().line_id]


def test_a_line_may_be_released_twice_and_parked_again(family: Family) -> None:
    line = a_line()
    family.parking.park([line])

    released = replace(line, state=ParkedState.RELEASED)
    assert family.parking.claim(line.line_id) == released
    assert family.parking.claim(line.line_id) == released
    later = replace(line, missing=(CHARGE,), parked_at=PARKED_AT + timedelta(hours=1))
    family.parking.park([later])

    assert family.parking.records([line.line_id]) == {line.line_id: later}


@pytest.mark.parametrize("state", list(ParkedState))
def test_whatever_state_it_is_given_in_a_parked_line_is_parked(
    family: Family, state: ParkedState
) -> None:
    family.parking.park([replace(a_line(), state=state, offset_by="ab")])

    assert family.parking.records([a_line().line_id]) == {a_line().line_id: a_line()}


def test_a_line_that_was_cancelled_out_stays_so_when_it_comes_again(family: Family) -> None:
    line = a_line()
    family.parking.park([line])
    assert family.parking.offset(line.line_id, by="r1")
    family.parking.leave(ITEM, line.line_id)

    family.parking.park([line, a_line(2, CHARGE)])

    assert state_of(family.parking, line) is ParkedState.OFFSET
    assert family.parking.claim(line.line_id) is None
    assert not family.parking.close(line.line_id)
    assert list(family.parking.missing_keys()) == [CHARGE]


def test_a_line_that_a_person_closed_stays_so_when_it_comes_again(family: Family) -> None:
    line = a_line()
    family.parking.park([line])
    assert family.parking.close(line.line_id)

    family.parking.park([line])

    assert state_of(family.parking, line) is ParkedState.CLOSED
    assert family.parking.claim(line.line_id) is None
    assert not family.parking.offset(line.line_id, by="r1")
    assert not family.parking.close(line.line_id)


def test_the_same_reversal_may_cancel_a_line_out_twice_and_no_other_may(family: Family) -> None:
    line = a_line()
    family.parking.park([line])

    assert family.parking.offset(line.line_id, by="r1")
    assert family.parking.offset(line.line_id, by="r1")
    assert not family.parking.offset(line.line_id, by="r2")

    record = family.parking.records([line.line_id])[line.line_id]
    assert (record.state, record.offset_by) == (ParkedState.OFFSET, "r1")


def test_what_went_on_can_neither_be_cancelled_out_nor_closed(family: Family) -> None:
    line = a_line()
    family.parking.park([line])
    family.parking.claim(line.line_id)

    assert not family.parking.offset(line.line_id, by="r1")
    assert not family.parking.close(line.line_id)
    assert state_of(family.parking, line) is ParkedState.RELEASED


def test_nothing_can_be_done_to_what_was_never_parked(family: Family) -> None:
    line = a_line()

    assert family.parking.claim(line.line_id) is None
    assert not family.parking.offset(line.line_id, by="r1")
    assert not family.parking.close(line.line_id)

    assert family.parking.records([line.line_id]) == {}


def test_hundreds_of_lines_under_one_key_are_all_found(on_aws: Family, aws: Aws) -> None:
    lines = [a_line(number) for number in range(120)]

    calls = aws.calls.counts_of(lambda: on_aws.parking.park(lines))

    assert calls == {"PutItem": 120, "BatchWriteItem": 6}
    assert len(list(on_aws.parking.parked_on(ITEM))) == 120
    assert len(on_aws.parking.records([line.line_id for line in lines])) == 120


def test_each_decision_is_one_write_and_every_read_is_consistent(on_aws: Family, aws: Aws) -> None:
    lot, reads = on_aws.parking, list[bool]()
    lot.park([a_line(1), a_line(2), a_line(3)])
    watch = aws.dynamodb.meta.events
    watch.register(
        "provide-client-params.dynamodb.Query",
        lambda params, **_: reads.append(params.get("ConsistentRead", False)),
    )

    claim = aws.calls.counts_of(lambda: lot.claim(a_line(1).line_id))
    offset = aws.calls.counts_of(lambda: lot.offset(a_line(2).line_id, by="r1"))
    close = aws.calls.counts_of(lambda: lot.close(a_line(3).line_id))
    left = aws.calls.counts_of(lambda: lot.leave(ITEM, a_line(1).line_id))
    listed = aws.calls.counts_of(lambda: [*lot.missing_keys(), *lot.parked_on(ITEM)])

    assert claim == offset == close == {"UpdateItem": 1}
    assert left == {"DeleteItem": 1, "BatchGetItem": 1, "Query": 1}
    assert listed == {"Query": 2}
    assert reads == [True] * 3


def test_the_tables_items_are_laid_out_beside_the_holds(on_aws: Family, aws: Aws) -> None:
    on_aws.parking.park([a_line(1, CHARGE)])

    line_id = a_line(1).line_id
    for pk, sk in (
        (f"line#{line_id}", "parked"),
        (f"missing#{CHARGE}", line_id),
        ("missing", CHARGE),
    ):
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        assert "Item" in aws.dynamodb.get_item(TableName=HOLDS, Key=key)
    assert on_aws.holds.of_line(line_id) == ()
