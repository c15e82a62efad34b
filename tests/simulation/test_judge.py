"""The judge sees what is wrong in the books, whatever the ledger says of it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from shared.canonical.outcome import EffectState
from shared.simulation.histories.facts import Fate
from shared.simulation.histories.faults import FaultLevel
from shared.simulation.histories.history import Plan, World
from shared.simulation.histories.judge import Verdict, judged


@pytest.fixture
def world() -> Iterator[World]:
    """A history that went well."""
    ended = World.of(Plan(seed=1, effects=60, level=FaultLevel.NONE))
    assert ended.verdict().is_good
    yield ended
    ended.kernel.kill_all()


def again(world: World) -> Verdict:
    stores = world.platform.stores
    return judged(world.platform, world.facts, mishaps=stores.target.mishaps)


def first_reference(world: World) -> str:
    return next(iter(world.platform.stores.erp.made))


def test_a_document_twice_is_duplicated(world: World) -> None:
    made = world.platform.stores.erp.made
    made[first_reference(world)] *= 2

    verdict = again(world)

    assert (verdict.duplicated, verdict.lost) == (1, 0)
    assert verdict.cents_off > 0


def test_a_document_that_is_not_there_is_lost(world: World) -> None:
    del world.platform.stores.erp.made[first_reference(world)]

    assert again(world).lost == 1


def test_a_cent_is_a_cent(world: World) -> None:
    held = world.platform.stores.erp.made[first_reference(world)]
    held[0] = replace(held[0], amount=held[0].amount + Decimal("0.01"))

    verdict = again(world)

    assert (verdict.cents_off, verdict.duplicated, verdict.lost) == (1, 0, 0)


def test_an_effect_that_is_still_owed_is_stuck(world: World) -> None:
    entries = world.platform.stores.ledger.entries
    key = next(iter(entries))
    entries[key] = replace(entries[key], state=EffectState.SENT)

    assert again(world).stuck > 0


def test_a_hold_that_nobody_seeded_is_told(world: World) -> None:
    standing = world.platform.stores.holds.standing
    del standing[next(iter(standing))]

    verdict = again(world)

    assert verdict.holds_off == 1
    assert not verdict.is_good


def test_a_document_of_what_never_happened_is_told(world: World) -> None:
    plain = next(each for each in world.facts.uses if each.fate is Fate.PLAIN and not each.credits)
    world.facts.uses.remove(plain)

    verdict = again(world)

    assert (verdict.duplicated, verdict.examples["never happened"]) == (1, [plain.lot])


def test_a_case_is_judged_by_its_highest_version(world: World) -> None:
    changed = next(each for each in world.facts.uses if each.fate is Fate.VERSIONED and each.units)
    place = world.facts.uses.index(changed)
    verdicts = []
    for units in (changed.units + 1, changed.units - 1):
        world.facts.uses[place] = replace(changed, units=units)
        verdicts.append(again(world))

    assert [(each.lost, each.duplicated) for each in verdicts] == [(1, 0), (0, 1)]
    assert all(each.cents_off > 0 for each in verdicts)
    assert sum(each.fate is Fate.VERSIONED and each.units > 0 for each in world.facts.uses) == 4
