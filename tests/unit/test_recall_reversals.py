"""What reversals took is lost with their original's row, and is not lost for good (USE6)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.canonical.outcome import EffectState
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.simulation.erp import E2_TRAITS, FaultKind, SimulatedErp
from shared.workflow.cast_doubt import CastDoubt
from tests.builders import SUTURE, a_document, a_master, a_usage_line
from tests.unit.test_pair_reversal import credit, id_of, net, original
from tests.usage_world import UsageWorld

ORIGINAL_ID = line_effect_id("meridian", a_usage_line())
DOUBT_SECONDS = 120  # E1: a delivery, and a commit that nobody bounds, are over by then


class World(UsageWorld):
    """Loses what reversals took, and recovers."""

    def lose(self, **kept: object) -> None:
        """The original's row is that from before any reversal, and reversals have none."""
        before = replace(self.ledger.entries[ORIGINAL_ID], reservations=(), **kept)  # type: ignore[arg-type]
        self.ledger.entries.clear()
        self.ledger.entries[ORIGINAL_ID] = before
        self.parking.lines.clear()
        self.doubt.begin()

    @property
    def doubt(self) -> CastDoubt:
        return CastDoubt(targets=("erp",), breakers=self.breakers, clock=self.clock)

    def end_doubt(self) -> None:
        self.clock.advance(seconds=DOUBT_SECONDS)
        assert self.recall() == 0
        self.doubt.end()
        self.release()
        self.run_until_quiet()

    @property
    def quantities(self) -> list[str]:
        return [format(each.lines[0].quantity, "f") for each in self.erp.documents]


def posted(world: World, *documents: SupplyUsage) -> World:
    for document in documents:
        world.receive(document)
        world.run_until_quiet()
    return world


def test_a_reversal_takes_what_one_that_the_target_holds_has_left() -> None:
    world = posted(World(), original(), credit("A", 3))
    world.lose()

    posted(world, credit("B", 3), credit("A", 3))
    assert world.quantities == ["5", "3"]
    assert sorted(world.parking.parked_on("doubt#erp")) == sorted(
        id_of(each) for each in (credit("A", 3), credit("B", 3))
    )
    world.end_doubt()

    assert world.quantities == ["5", "3", "2"]
    assert world.open_codes(id_of(credit("B", 3))) == ["REVERSAL_EXCESS"]
    assert net(world) == 0
    assert list(world.parking.missing_keys()) == []


def test_what_was_booked_is_reserved_to_the_cent() -> None:
    """1 of 2 for 0.01 is 0.00, and the other 0.01: the one that the target holds came second."""
    cheap = replace(SUTURE, unit_cost=Decimal("0.0050"), version="2")
    world = World(master=a_master(cheap))
    posted(world, a_document(a_usage_line(quantity=Decimal(2))))
    world.map(credit("A", 1))  # reserved, and never sent
    world.effects.bodies.clear()
    posted(world, credit("B", 1))
    world.lose()

    posted(world, credit("A", 1), credit("B", 1))
    world.end_doubt()

    assert list(world.amounts()) == ["0.01", "0.01", "0.00"]
    assert net(world) == 0


def test_the_order_before_the_loss_does_not_matter_where_all_is_held() -> None:
    world = posted(World(), original(), credit("A", 3), credit("B", 3))
    world.lose()

    posted(world, credit("B", 3), credit("A", 3))
    world.end_doubt()

    assert world.quantities == ["5", "3", "2"]
    taken = {
        each.reversal_id: each.quantity for each in world.ledger.entries[ORIGINAL_ID].reservations
    }
    assert taken == {id_of(credit("A", 3)): 3, id_of(credit("B", 3)): 2}


def test_a_draft_has_taken_its_quantity_too() -> None:
    world = World(erp=SimulatedErp(traits=E2_TRAITS))
    posted(world, original())
    world.erp.fail_next(FaultKind.DRAFT_LEFT)
    posted(world, credit("A", 3))
    world.lose()

    posted(world, credit("B", 3), credit("A", 3))
    world.end_doubt()
    world.clock.advance(seconds=DOUBT_SECONDS)  # B's message is older than the recovery
    world.deliver(tuple(each.effect for each in world.ledger.due(now=2**40, limit=9)))

    assert world.quantities == ["5", "3", "2"]
    assert [each.is_final for each in world.erp.documents] == [True] * 3
    assert net(world) == 0


def test_nothing_is_asked_before_a_commit_under_way_would_show() -> None:
    world = posted(World(), original())
    world.erp.fail_next(FaultKind.LATE_COMMIT, late_seconds=45)
    posted(world, credit("A", 3))
    world.lose()
    posted(world, credit("B", 3), credit("A", 3))
    finds = [call.operation for call in world.erp.calls].count("find")

    assert world.recall() == 2
    assert [call.operation for call in world.erp.calls].count("find") == finds
    world.end_doubt()

    assert world.quantities == ["5", "3", "2"]


@pytest.mark.parametrize("fault", [FaultKind.OUTCOME_UNKNOWN, FaultKind.NOT_WRITTEN])
def test_a_target_that_does_not_answer_is_asked_again(fault: FaultKind) -> None:
    world = posted(World(), original(), credit("A", 3))
    world.lose()
    posted(world, credit("B", 3), credit("A", 3))
    world.clock.advance(seconds=DOUBT_SECONDS)
    world.erp.fail_next(fault, operation="find")

    assert (world.recall(), world.recall()) == (2, 0)


def test_an_original_that_is_not_known_to_be_posted_is_waited_for() -> None:
    world = posted(World(), original(), credit("A", 3))
    world.lose(state=EffectState.SENT)
    posted(world, credit("A", 3))
    world.clock.advance(seconds=DOUBT_SECONDS)

    assert world.recall() == 1
    posted(world, original())
    world.deliver((world.ledger.entries[ORIGINAL_ID].effect,))

    assert world.recall() == 0
    assert len(world.ledger.entries[ORIGINAL_ID].reservations) == 1


def test_a_target_is_asked_once_of_what_waits_until_more_waits_or_the_ledger_is_lost_again() -> (
    None
):
    world = posted(World(), original(), credit("A", 3))
    world.lose(state=EffectState.SENT)
    posted(world, credit("A", 3))
    world.clock.advance(seconds=DOUBT_SECONDS)

    def asked() -> tuple[int, int]:
        before = len(world.erp.calls)
        return world.recall(), len(world.erp.calls) - before

    assert [asked(), asked()] == [(1, 1), (1, 0)]
    posted(world, credit("B", 1))
    assert [asked(), asked()] == [(1, 1), (1, 0)]
    world.doubt.begin()
    world.clock.advance(seconds=DOUBT_SECONDS)
    assert [asked(), asked()] == [(1, 1), (1, 0)]


def test_nobody_who_waits_means_nobody_is_asked() -> None:
    world = posted(World(), original())
    calls = len(world.erp.calls)
    world.doubt.begin()

    assert world.recall() == 0
    assert len(world.erp.calls) == calls
