"""Versions that counted before a loss count alike after it, in whatever order they come (USE4)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from shared.canonical.breaker import Breaker
from shared.canonical.effect import EffectType
from shared.canonical.outcome import EffectState, LedgerEntry, Reservation
from shared.canonical.snapshot import line_name
from shared.canonical.usage import SupplyUsage
from shared.effects.doubt import is_undone
from shared.mapping.snapshots import case_after
from shared.simulation.erp import E2_TRAITS, SimulatedErp
from tests.effects import an_issue
from tests.unit.test_recover import LONG_AGO, World
from tests.unit.test_recover_versions import a_tracked_world, stands
from tests.unit.test_snapshots import arrived, counted

TOLD = ({"A": 2, "B": 4}, {"A": 5}, {"A": 3, "C": 1})


def recovered(world: World, order: Sequence[int]) -> World:
    """Everything is lost but archive and ERP; what is driven again is mapped in this order."""
    world.lose_everything()
    world.recover(LONG_AGO)
    bodies = world.usage.documents.bodies
    bodies[:] = [bodies[place] for place in order]
    world.usage.run_until_quiet()
    world.sweep()
    return world


def net(world: World) -> int:
    """What stands in the ERP, in pieces."""
    kinds = {EffectType.ISSUE: 1, EffectType.REVERSAL: -1}
    return sum(
        kinds[posted.effect.effect_type] * int(posted.document.lines[0].quantity)
        for posted in world.usage.erp.booked
    )


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_is_posted_is_explained_in_whatever_order_it_comes_again(
    order: tuple[int, ...],
) -> None:
    world = a_tracked_world(TOLD)
    booked, stood = world.booked, stands(world)
    heads = {name: replace(head, revision=0) for name, head in world.usage.heads.lines.items()}

    recovered(world, order)

    assert (world.booked, stands(world)) == (booked, stood)
    again = world.usage.heads.lines
    assert {key: (head.version, head.parts) for key, head in again.items()} == {
        key: (head.version, head.parts) for key, head in heads.items()
    }
    assert world.settled().driven == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("unsent", [1, 2, 3])
def test_a_version_that_counted_and_was_not_sent_is_sent_again(
    unsent: int, order: tuple[int, ...]
) -> None:
    world = a_tracked_world(TOLD, unsent=unsent)
    posted = len(world.documents)

    recovered(world, order)

    assert len(set(world.documents)) == len(world.documents) >= posted
    assert net(world) == 3 + 1  # what the last version says
    assert {each.state for each in world.usage.ledger.entries.values()} == {EffectState.DONE}


def test_a_target_that_enforces_nothing_has_nothing_twice() -> None:
    world = a_tracked_world(TOLD, erp=SimulatedErp(traits=E2_TRAITS))
    before = world.documents

    recovered(world, (2, 0, 1))

    assert world.documents == before
    assert {each.state for each in world.usage.ledger.entries.values()} == {EffectState.DONE}


OLD = replace(an_issue("TX-1"), part="2", correlation_id=f"{0:032x}")
RECOVERED = Breaker(target="erp", doubt_from=1_800_000_000)


def a_row(**changes: object) -> LedgerEntry:
    return LedgerEntry(effect=replace(OLD, **changes), state=EffectState.SENT)  # type: ignore[arg-type]


def test_a_copy_of_a_version_is_sent_only_as_it_stands_in_the_ledger() -> None:
    other = replace(OLD.quantity, in_base_units=OLD.quantity.in_base_units + 1)

    assert is_undone(OLD, None, None, RECOVERED)
    assert is_undone(OLD, a_row(quantity=other), None, RECOVERED)
    assert not is_undone(OLD, a_row(), None, RECOVERED)
    assert not is_undone(replace(OLD, part=""), None, None, RECOVERED)
    assert not is_undone(OLD, None, None, Breaker(target="erp"))


def test_a_copy_of_a_reversal_is_sent_only_as_it_is_reserved() -> None:
    reversal = replace(OLD, effect_type=EffectType.REVERSAL, part="", reverses="0" * 64)
    reservation = Reservation(
        reversal_id=reversal.effect_id,
        quantity=reversal.quantity.in_base_units,
        amount=reversal.amount,
    )
    original = replace(a_row(), reservations=(reservation,))
    other = replace(reservation, amount=reservation.amount + 1)

    assert not is_undone(reversal, None, original, RECOVERED)
    assert is_undone(reversal, None, replace(original, reservations=(other,)), RECOVERED)
    assert is_undone(reversal, None, replace(original, reservations=()), RECOVERED)
    assert is_undone(reversal, None, None, RECOVERED)
    new = replace(reversal, correlation_id=f"{1_900_000_000_000:012x}{1:020x}")
    assert not is_undone(new, None, None, RECOVERED)


@pytest.mark.parametrize("later", [(), (counted(4, B="1"),)], ids=["named", "dropped again"])
def test_a_line_that_only_a_later_version_named_again_is_found_too(
    later: tuple[SupplyUsage, ...],
) -> None:
    """Version 3 had been sighted when 1 counted, and neither is known any more: 2 dropped it."""
    first, second, third = counted(1, A="2"), counted(2, B="1"), counted(3, A="3", B="1")
    world = arrived(second)
    before = (dict(world.heads.cases), dict(world.heads.lines), dict(world.ledger.entries))
    standing = world.heads.read(third.case, [])[0]
    world.heads.move_case(standing, case_after(third.case, standing, third.versioned))
    arrived(first, world=world)
    (effect,) = [each.effect for each in world.erp.posted.values() if each.effect.part == "1"]
    world.heads.cases, world.heads.lines = before[0], before[1]
    world.ledger.entries.clear()
    world.ledger.entries.update(before[2])
    recall = world.recall._versions()  # noqa: SLF001 - the step that the other asks first

    told = [*later, first, second, third]

    recalled = recall(told)

    assert recalled.unexplained == 0
    assert world.ledger.entries[effect.effect_id].state is EffectState.SENT
    head = world.heads.read(first.case, [line_name(first.lines[0].key)])[1]
    assert [each.version for each in head.values()] == [1]
    again = recall(told)
    assert (again, len(world.ledger.entries)) == (recalled, 2)
