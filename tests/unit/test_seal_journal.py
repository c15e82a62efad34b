"""What has ended is sealed, once, and each seal goes on from the one before."""

from dataclasses import replace

import pytest

from shared.canonical.journal import GENESIS, stamp
from shared.canonical.seal import BEGINNING, read_seal
from shared.errors import SealBrokenError
from shared.simulation.seal_store import SimulatedSealStore
from tests.sealing import SealedWorld


def test_an_hour_is_sealed_one_hour_after_it_has_ended_and_not_before() -> None:
    world = SealedWorld()  # at 12:00
    world.append("D-1", "a", "b")
    world.pass_hours(1.9)

    early = world.seal()
    world.pass_hours(0.1)
    (seal,) = world.seal()

    # What ended before 12:00 held nothing, and that is sealed too.
    assert [(each.count, each.until) for each in early] == [(0, "2026-03-14T12:00:00.000000Z")]
    assert (seal.name, seal.count) == ("2026-03-14T12.2", 2)
    assert (seal.since, seal.until) == (early[0].until, "2026-03-14T13:00:00.000000Z")


def test_every_hour_with_entries_has_a_seal_and_nothing_is_left_between() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(1)
    world.append("D-1", "b")
    world.pass_hours(50)
    world.append("D-2", "c")
    world.pass_hours(5)

    seals = world.seal()

    assert [(seal.period, seal.count) for seal in seals] == [
        ("2026-03-14T12", 1),
        ("2026-03-14T13", 1),
        ("2026-03-16T15", 1),
        ("2026-03-16T18", 0),  # that nothing came since
    ]
    assert seals[0].since == BEGINNING
    assert [seal.since for seal in seals[1:]] == [seal.until for seal in seals[:-1]]


def test_each_seal_carries_the_root_and_the_hash_of_the_one_before() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(0.1)
    (first,) = world.seal(to_now=True)
    world.append("D-1", "b")
    world.pass_hours(0.1)
    (second,) = world.seal(to_now=True)

    assert (first.count, second.count) == (1, 1)
    assert (first.previous_root, first.previous_hash) == (GENESIS, GENESIS)
    assert (second.previous_root, second.previous_hash) == (first.root, first.hash)


def test_sealing_again_adds_nothing() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(3)

    assert len(world.seal()) == 2
    assert world.seal() == ()


@pytest.mark.parametrize("altered", ["2026-03-14T12:07:00+14:00", "2026-03-14T12:07:zz"])
def test_a_moment_that_somebody_altered_ends_in_one_seal_like_any_other(altered: str) -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(0.1)
    world.seal(to_now=True)
    world.append("D-1", "b")
    chain = world.journal.chains["D-1"]
    chain[1] = replace(chain[1], appended=altered)
    world.pass_hours(0.1)

    (seal,) = world.seal(to_now=True)

    assert seal.until == stamp(world.clock.now())


class LookedTooEarly(SimulatedSealStore):
    """Asked before the other sealer had written."""

    def numbers(self) -> tuple[int, ...]:
        return ()


def test_two_who_seal_at_once_leave_one_chain() -> None:
    world, other = SealedWorld(), SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(3)
    (theirs, *_) = world.seal()
    other.append("D-1", "a", "b")
    other.pass_hours(3)
    other.seals = LookedTooEarly(seals=world.seals.seals, indexes=world.seals.indexes)

    assert other.seal() == ()
    assert read_seal(world.seals.seals[1]) == theirs


def test_nothing_follows_a_seal_that_was_altered() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    (seal,) = world.seal(to_now=True)
    world.seals.seals[1] = seal.line.replace(b'"number":1', b'"number":7')
    world.pass_hours(0.1)

    with pytest.raises(SealBrokenError, match="seal 1 is not the seal that was made"):
        world.seal(to_now=True)


def test_the_rest_of_an_hour_that_was_sealed_in_part_is_sealed_with_its_chains() -> None:
    """A chain is listed where it opened the hour, before the seal that ended in it."""
    world = SealedWorld()
    world.append("D-1", "a")
    world.append("D-2", "b")
    world.pass_hours(0.5)
    (first,) = world.seal(to_now=True)
    world.append("D-1", "c", "d")
    world.pass_hours(2)

    (rest,) = world.seal()

    assert (first.count, rest.count) == (2, 2)
    assert (rest.since, rest.until) == (first.until, "2026-03-14T13:00:00.000000Z")
    assert world.verify().findings == ()


def test_the_rest_of_an_hour_without_entries_is_sealed_with_the_next_that_has_some() -> None:
    world = SealedWorld()
    world.append("D-1", "a")
    world.pass_hours(0.5)
    (first,) = world.seal(to_now=True)
    world.pass_hours(3)
    world.append("D-1", "b")
    world.pass_hours(2)

    (rest,) = world.seal()

    assert (rest.since, rest.until) == (first.until, "2026-03-14T16:00:00.000000Z")
    assert (rest.name, rest.count) == ("2026-03-14T15.2", 1)
