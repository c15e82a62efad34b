"""Credits and returns, in parts, in any order, before and after their originals (USE5 to USE7)."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from shared.canonical.outcome import EffectState
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.workflow.cast_doubt import CastDoubt
from tests.builders import CHARGE_KEY, a_credit_line, a_document, a_usage_line
from tests.usage_world import UsageWorld

ORIGINAL = a_usage_line(quantity=Decimal(5))


def original() -> SupplyUsage:
    return a_document(ORIGINAL)


def credit(transaction: str, quantity: int) -> SupplyUsage:
    line = a_credit_line(
        key=("EHR", "NORTH", transaction, "credit"), reverses=CHARGE_KEY, quantity=Decimal(quantity)
    )
    return a_document(line, document_id=f"CREDIT-{transaction}", message_id=f"m-{transaction}")


def id_of(document: SupplyUsage) -> str:
    return line_effect_id("meridian", document.lines[0])


def net(world: UsageWorld) -> Decimal:
    issued = -sum(
        posted.amount
        for posted in world.erp.posted.values()
        if posted.effect.to_place.endswith("USED")
    )
    returned = sum(
        posted.amount
        for posted in world.erp.posted.values()
        if posted.effect.from_place.endswith("USED")
    )
    return Decimal(issued + returned)


def test_a_credit_after_its_original_is_the_inverse_with_the_same_lot_and_dimensions() -> None:
    world = UsageWorld()
    world.receive(original())
    world.run_until_quiet()

    world.receive(credit("T-9", 5))
    world.run_until_quiet()

    issue, inverse = (posted.effect for posted in world.erp.posted.values())
    assert (inverse.item, inverse.lot, inverse.dimensions) == (
        issue.item,
        issue.lot,
        issue.dimensions,
    )
    assert (inverse.from_place, inverse.to_place) == (issue.to_place, issue.from_place)
    assert net(world) == 0


@pytest.mark.parametrize("order", list(permutations(["original", "three", "two"])))
def test_parts_in_any_order_net_to_nothing(order: tuple[str, ...]) -> None:
    world = UsageWorld()
    arrivals = {"original": original(), "three": credit("T-3", 3), "two": credit("T-2", 2)}

    for name in order:
        world.receive(arrivals[name])
        world.run_until_quiet()

    assert {world.state_of(id_of(each)) for each in arrivals.values()} == {EffectState.DONE}
    assert net(world) == 0
    assert list(world.parking.missing_keys()) == []


def test_two_reversals_of_three_on_five_give_three_and_two() -> None:
    world = UsageWorld()
    for document in (original(), credit("T-1A", 3), credit("T-1B", 3)):
        world.receive(document)
        world.run_until_quiet()

    quantities = [str(document.lines[0].quantity) for document in world.erp.documents]
    assert quantities == ["5", "3", "2"]
    assert world.open_codes(id_of(credit("T-1B", 3))) == ["REVERSAL_EXCESS"]
    assert net(world) == 0


def test_when_nothing_is_left_the_reversal_is_held_and_posts_nothing() -> None:
    world = UsageWorld()
    for document in (original(), credit("T-1A", 5), credit("T-1B", 1)):
        world.receive(document)
        world.run_until_quiet()

    assert len(world.erp.documents) == 2
    assert world.open_codes(id_of(credit("T-1B", 1))) == ["REVERSAL_NOTHING_LEFT"]


def test_a_redelivered_reversal_takes_no_second_share() -> None:
    world = UsageWorld()
    for document in (original(), credit("T-1A", 3), credit("T-1A", 3)):
        world.receive(document)
        world.run_until_quiet()
    again = replace(credit("T-1A", 3), document_id="AGAIN", message_id="again")
    world.receive(again)
    world.run_until_quiet()

    assert len(world.erp.documents) == 2
    (entry,) = world.ledger.read([id_of(original())]).values()
    assert [str(each.quantity) for each in entry.reservations] == ["3"]


def unmapped_original() -> SupplyUsage:
    return a_document(replace(ORIGINAL, charge_code="C-NONE"))


def test_a_full_reversal_of_a_parked_original_cancels_both_out_unsent() -> None:
    world = UsageWorld()
    world.receive(unmapped_original())

    mapping = world.receive(credit("T-9", 5))
    world.run_until_quiet()

    assert mapping.ends["offset"] == 1
    assert world.erp.documents == ()
    assert world.open_codes(id_of(unmapped_original())) == []
    assert world.open_codes(id_of(credit("T-9", 5))) == []


def test_an_original_that_may_have_been_posted_before_a_loss_is_never_cancelled_out() -> None:
    world = UsageWorld()
    world.clock.advance(seconds=60)
    CastDoubt(targets=("erp",), breakers=world.breakers, clock=world.clock).begin()
    late = replace(unmapped_original(), received_at=world.clock.now().isoformat())
    world.clock.advance(seconds=60)
    world.receive(late)

    mapping = world.receive(credit("T-9", 5))

    assert mapping.ends["waiting"] == 1
    assert world.open_codes(id_of(unmapped_original())) == ["ITEM_UNMAPPED"]


def test_an_original_that_came_after_a_loss_is_cancelled_out_as_ever() -> None:
    world = UsageWorld()
    CastDoubt(targets=("erp",), breakers=world.breakers, clock=world.clock).begin()
    world.clock.advance(seconds=60)
    world.receive(replace(unmapped_original(), received_at=world.clock.now().isoformat()))

    mapping = world.receive(credit("T-9", 5))

    assert mapping.ends["offset"] == 1


def test_an_original_that_was_cancelled_out_never_posts_even_from_another_copy() -> None:
    world = UsageWorld()
    world.receive(unmapped_original())
    world.receive(credit("T-9", 5))

    world.receive(replace(original(), document_id="COPY", message_id="copy"))
    world.run_until_quiet()

    assert world.erp.documents == ()


def test_a_partial_reversal_of_a_parked_original_waits() -> None:
    world = UsageWorld()
    world.receive(unmapped_original())

    mapping = world.receive(credit("T-9", 2))

    assert mapping.ends["waiting"] == 1
    assert world.open_codes(id_of(unmapped_original())) == ["ITEM_UNMAPPED"]


def test_a_second_full_reversal_of_a_cancelled_original_is_held() -> None:
    world = UsageWorld()
    world.receive(unmapped_original())
    world.receive(credit("T-9", 5))

    world.receive(credit("T-8", 5))

    assert world.open_codes(id_of(credit("T-8", 5))) == ["REVERSAL_NOTHING_LEFT"]


class DyingPort:
    """A port whose worker dies at one of its calls, counted over the named methods."""

    def __init__(self, port: object, methods: tuple[str, ...], dies_at: int) -> None:
        self._port, self._methods, self._left = port, methods, dies_at

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name in self._methods:
            self._left -= 1
            if self._left == 0:
                raise Crash
        return getattr(self._port, name)


class Crash(Exception):  # noqa: N818 - it stands for the platform, not for an error of ours
    pass


@pytest.mark.parametrize(
    ("port", "methods", "dies_at"),
    [("holds", ("of_line", "close"), number) for number in (1, 2, 3)]
    + [("parking", ("park", "offset", "leave"), number) for number in (1, 2, 3, 4, 5)],
)
def test_a_crash_in_mid_offset_leaves_no_hold_once_the_reversal_comes_again(
    port: str, methods: tuple[str, ...], dies_at: int
) -> None:
    world = UsageWorld()
    world.receive(unmapped_original())
    reversal = credit("T-9", 5)
    dying: Any = DyingPort(getattr(world, port), methods, dies_at)
    ports: dict[str, Any] = {port: dying}
    crashing = replace(world.map, pair=replace(world.map.pair, **ports))
    with pytest.raises(Crash):
        crashing(reversal)

    again = world.receive(reversal)
    world.release()
    world.run_until_quiet()

    assert again.ends["offset"] == 1
    assert world.holds.standing == {}
    assert list(world.parking.missing_keys()) == []
    assert world.erp.documents == ()


def test_an_offset_that_a_loss_interrupted_is_finished_and_does_not_go_round() -> None:
    world = UsageWorld()
    world.receive(unmapped_original())
    dying: Any = DyingPort(world.parking, ("park", "offset", "leave"), 3)
    crashing = replace(world.map, pair=replace(world.map.pair, parking=dying))
    with pytest.raises(Crash):
        crashing(credit("T-9", 5))
    world.clock.advance(seconds=60)
    CastDoubt(targets=("erp",), breakers=world.breakers, clock=world.clock).begin()

    again = world.receive(credit("T-9", 5))

    assert again.ends["offset"] == 1
    assert world.documents.bodies == []
    assert world.holds.standing == {}
