"""LAW4, OOO3: any order and any repetition of one valid set of facts gives the same books."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.simulation.books import SimulatedBooks
from shared.simulation.erp import SimulatedErp
from shared.simulation.histories.cases import add_cases
from shared.simulation.histories.facts import Facts, Fate, Told, generated
from shared.simulation.histories.faults import FaultLevel
from shared.simulation.histories.history import Plan, Scene, World
from shared.simulation.histories.targets import TARGETS

LINES, IN_CASES = 60, 8
SPAN_SECONDS = 20.0


def a_valid_set(seed: int) -> Facts:
    """Uses, credits and cases in versions; nothing in conflict, and no credit too many (LAW4)."""
    random = Random(seed)  # noqa: S311 - no secret
    facts = generated(random, effects=LINES, span_seconds=SPAN_SECONDS)
    add_cases(random, facts, lines=IN_CASES, span_seconds=SPAN_SECONDS)
    valid = {
        use.lot
        for use in facts.uses
        if use.fate is not Fate.CONFLICT and sum(use.credits) <= use.units
    }
    uses = [use for use in facts.uses if use.lot in valid]
    told = [
        replace(each, lines=tuple(line for line in each.lines if line.lot in valid))
        for each in facts.messages
    ]
    said = [each for each in told if each.lines or each.version]
    return Facts(items=facts.items, uses=uses, messages=said, rules_at=facts.rules_at)


def told_in(order: Sequence[int], facts: Facts) -> Facts:
    """The same facts, each message as often as the order names it, over the same span."""
    step = SPAN_SECONDS / len(order)
    messages: list[Told] = [
        replace(facts.messages[which], at=place * step) for place, which in enumerate(order)
    ]
    return replace(facts, messages=messages)


def canonical_books(erp: SimulatedErp) -> str:
    """The hash of what is left net per original, place, account and cost centre (LAW4)."""
    books, lots = SimulatedBooks(erp), dict[str, str]()
    net: defaultdict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for move in books.moves():
        lots[move.reference] = move.lot
        net[move.lot, move.item, move.from_place] -= move.quantity
        net[move.lot, move.item, move.to_place] += move.quantity
    for line in books.lines():
        net[lots[line.reference], line.account, line.cost_centre] += line.amount
    left = sorted(f"{key} {amount.normalize():f}" for key, amount in net.items() if amount)
    return hashlib.sha256("\n".join(left).encode()).hexdigest()


def books_of(facts: Facts, target: str, level: FaultLevel) -> str:
    """The books in the end, which the judge has found to be what happened."""
    plan = Plan(seed=1, effects=facts.effects, level=level, target=target)
    world = World.of(plan, Scene(facts=facts))
    verdict = world.verdict()
    assert verdict.is_good, verdict
    return canonical_books(world.platform.stores.erp)


@pytest.mark.parametrize("level", [FaultLevel.NONE, FaultLevel.HEAVY])
@pytest.mark.parametrize("target", ["e1", "e2"])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(1, 1_000), data=st.data())
def test_any_order_and_repetition_gives_the_same_books(
    target: str, level: FaultLevel, seed: int, data: st.DataObject
) -> None:
    facts = a_valid_set(seed)
    once = range(len(facts.messages))
    again = data.draw(st.lists(st.sampled_from(once), max_size=len(once)), label="told again")
    order = data.draw(st.permutations([*once, *again]), label="order")

    in_order = books_of(facts, target, FaultLevel.NONE)
    assert books_of(told_in(order, facts), target, level) == in_order
    assert in_order != canonical_books(SimulatedErp(TARGETS[target]))
