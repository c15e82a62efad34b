"""A parker writes and then asks for the key; whoever adds the key asks for entries afterwards.

Two of them at once, in both families at random and on AWS at each single call: no line is lost.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from time import sleep

import pytest

from shared.canonical.parking import ParkedLine, ParkedState
from shared.ports.parking import ParkingLot
from tests.contract.families import Aws, Family
from tests.contract.parked_lines import CHARGE, ITEM, a_line, release, state_of
from tests.contract.wire import let_another_come_at

RACES = 200


def test_of_a_release_and_a_reversal_at_the_same_moment_exactly_one_wins(family: Family) -> None:
    lot, chance = family.parking, random.Random(7)  # noqa: S311
    released = 0
    with ThreadPoolExecutor(2) as workers:
        for number in range(RACES):
            line, start = a_line(number), Barrier(2)
            lot.park([line])
            waits = (chance.random() / 500, chance.random() / 500)
            claim = workers.submit(after, start, waits[0], partial(lot.claim, line.line_id))
            take_back = partial(lot.offset, line.line_id, by="r1")
            offset = workers.submit(after, start, waits[1], take_back)

            outcomes = (claim.result() is not None, bool(offset.result()))

            ends = {(True, False): ParkedState.RELEASED, (False, True): ParkedState.OFFSET}
            assert state_of(lot, line) is ends[outcomes]
            released += outcomes[0]
    assert 0 < released < RACES


def after(start: Barrier, seconds: float, work: Callable[[], object]) -> object:
    start.wait()
    sleep(seconds)
    return work()


@pytest.mark.parametrize("number", range(6))
def test_no_release_in_the_midst_of_parking_loses_the_line(
    on_aws: Family, aws: Aws, number: int
) -> None:
    lot, line, released = on_aws.parking, a_line(1, ITEM, CHARGE), list[str]()

    def come() -> None:
        released.extend(release(lot, ITEM))

    was_done = let_another_come_at(aws.dynamodb, number, come)
    lot.park([line])
    assert was_done() is (number < 3)
    assert_listed(lot, line)
    come()  # the key is there by now: the parker sees it

    assert line.line_id in released
    assert state_of(lot, line) is ParkedState.RELEASED


@pytest.mark.parametrize("number", range(8))
def test_parking_again_in_the_midst_of_a_release_loses_nothing(
    on_aws: Family, aws: Aws, number: int
) -> None:
    lot, line = on_aws.parking, a_line()
    lot.park([line])
    was_done = let_another_come_at(aws.dynamodb, number, lambda: lot.park([line]))

    release(lot, ITEM)

    assert was_done() is (number < 7)
    assert_listed(lot, line)


@pytest.mark.parametrize("number", range(7))
def test_a_neighbour_that_parks_in_the_midst_of_a_release_is_listed(
    on_aws: Family, aws: Aws, number: int
) -> None:
    lot, line, neighbour = on_aws.parking, a_line(1), a_line(2)
    lot.park([line])
    was_done = let_another_come_at(aws.dynamodb, number, lambda: lot.park([neighbour]))

    release(lot, ITEM)

    assert was_done()
    assert_listed(lot, neighbour)


@pytest.mark.parametrize("number", range(3))
def test_a_neighbour_that_leaves_in_the_midst_of_parking_takes_no_marker_along(
    on_aws: Family, aws: Aws, number: int
) -> None:
    lot, line, neighbour = on_aws.parking, a_line(1), a_line(2)
    lot.park([neighbour])
    lot.claim(neighbour.line_id)
    was_done = let_another_come_at(aws.dynamodb, number, lambda: lot.leave(ITEM, neighbour.line_id))

    lot.park([line])

    assert was_done()
    assert_listed(lot, line)


def assert_listed(lot: ParkingLot, line: ParkedLine) -> None:
    """A line that waits is found by whoever goes through the keys."""
    if state_of(lot, line) is ParkedState.PARKED:
        for key in line.missing:
            assert key in list(lot.missing_keys())
            assert line.line_id in list(lot.parked_on(key))
