"""Exactly once into an ERP that enforces our reference, whatever the wire does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from shared.canonical.effect import Effect
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import FaultKind, SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.post_effect import PostEffect, PostOutcome
from shared.workflow.posting_holds import TARGET_LINE
from tests.effects import a_pace, an_issue, tokens

PLENTY = FixedDeadline(30)


@dataclass
class World:
    erp: SimulatedErp = field(default_factory=SimulatedErp)
    ledger: SimulatedEffectLedger = field(default_factory=SimulatedEffectLedger)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    clock: VirtualClock = field(default_factory=VirtualClock)
    documents_per_second: float = 0

    def __post_init__(self) -> None:
        self.breakers = SimulatedTargetBreaker(ledger=self.ledger)
        self.pace = a_pace(self.clock, self.documents_per_second)

    def deliver(self, *effects: Effect, deadline: FixedDeadline = PLENTY) -> list[PostOutcome]:
        step = PostEffect(
            target="erp",
            connector=self.erp,
            breakers=self.breakers,
            pace=self.pace,
            ledger=self.ledger,
            holds=self.holds,
            clock=self.clock,
            new_token=tokens(),
        )
        return list(step(effects, deadline))

    def state_of(self, effect: Effect) -> EffectState:
        return self.ledger.entries[effect.effect_id].state

    @property
    def hold_codes(self) -> list[str]:
        return [hold.code for hold in self.holds.standing.values()]

    def calls(self, operation: str) -> int:
        return sum(call.operation == operation for call in self.erp.calls)


def test_many_effects_share_one_call_and_each_is_written_once() -> None:
    world = World()
    effects = [an_issue(f"TX-{number}") for number in range(50)]

    outcomes = world.deliver(*effects)

    assert set(outcomes) == {PostOutcome.POSTED}
    assert (world.calls("submit"), world.calls("find"), world.ledger.writes) == (1, 0, 50)
    assert len(world.erp.documents) == 50


def test_a_duplicate_costs_no_call_and_no_write() -> None:
    world = World()
    world.deliver(an_issue())

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.DUPLICATE]
    assert (world.calls("submit"), world.ledger.writes) == (1, 1)


def test_the_same_effect_twice_in_one_batch_is_sent_once() -> None:
    world = World()

    outcomes = world.deliver(an_issue(), an_issue())

    assert outcomes == [PostOutcome.POSTED, PostOutcome.POSTED]
    assert [len(call.references) for call in world.erp.calls] == [1]
    assert world.ledger.writes == 1


def test_a_lost_answer_is_in_doubt_and_the_next_delivery_finds_it_written() -> None:
    world = World()
    world.erp.fail_next(FaultKind.ANSWER_LOST)

    first = world.deliver(an_issue())
    doubtful = world.ledger.entries[an_issue().effect_id]
    second = world.deliver(an_issue())

    assert (first, second) == ([PostOutcome.DEFERRED], [PostOutcome.DUPLICATE])
    assert (doubtful.state, doubtful.next_at is not None) == (EffectState.SENT, True)
    assert len(world.erp.documents) == 1
    assert world.state_of(an_issue()) is EffectState.DONE
    assert world.ledger.entries[an_issue().effect_id].next_at is None


def test_a_crash_after_posting_is_repaired_by_the_erp_that_looks_first() -> None:
    world = World()
    world.erp.submit([an_issue()], {})  # the worker died before it wrote the outcome

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.DUPLICATE]
    assert len(world.erp.documents) == 1
    assert world.state_of(an_issue()) is EffectState.DONE


@pytest.mark.parametrize("kind", [FaultKind.NOT_WRITTEN, FaultKind.THROTTLED])
def test_what_is_proven_not_written_waits_free(kind: FaultKind) -> None:
    world = World()
    world.erp.fail_next(kind)

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.DEFERRED]
    assert world.state_of(an_issue()) is EffectState.FREE
    assert world.ledger.entries[an_issue().effect_id].next_at is not None


def test_wrong_credentials_are_one_hold_for_the_whole_target() -> None:
    world = World()
    world.erp.fail_next(FaultKind.ACCESS_DENIED, FaultKind.ACCESS_DENIED)

    world.deliver(an_issue("TX-1"), an_issue("TX-2"))
    world.deliver(an_issue("TX-1"), an_issue("TX-2"))

    assert world.hold_codes == ["TARGET_ACCESS"]
    assert world.holds.of_line(TARGET_LINE)
    assert world.state_of(an_issue("TX-1")) is EffectState.FREE


def test_a_named_refusal_is_rejected_only_after_a_look_and_has_an_owner() -> None:
    world = World()
    bad = replace(an_issue("TX-2"), item="ITM-BAD")
    world.erp.refuse("ITM-BAD", code="PERIOD_CLOSED", text="2026-02 is closed")

    outcomes = world.deliver(an_issue("TX-1"), bad)

    assert outcomes == [PostOutcome.POSTED, PostOutcome.REJECTED]
    assert (world.calls("submit"), world.calls("find")) == (1, 1)
    assert world.state_of(bad) is EffectState.REJECTED
    (hold,) = world.holds.of_line(bad.effect_id)
    assert (hold.code, hold.owner) == ("PERIOD_CLOSED", "controller")


def test_a_call_refused_whole_is_halved_until_the_bad_effect_stands_alone() -> None:
    world = World()
    bad = replace(an_issue("TX-BAD"), item="ITM-BAD")
    world.erp.refuse("ITM-BAD", code="", text="no such thing", is_named=False)
    good = [an_issue(f"TX-{number}") for number in range(7)]

    outcomes = world.deliver(*good[:3], bad, *good[3:])

    assert outcomes.count(PostOutcome.POSTED) == 7
    assert outcomes[3] is PostOutcome.REJECTED
    assert len(world.erp.documents) == 7
    assert world.hold_codes == ["ERP_REFUSED"]


def test_a_refusal_that_was_a_lost_race_is_found_and_done() -> None:
    world = World()
    effect = replace(an_issue(), item="ITM-RACE")
    world.erp.submit([effect], {})  # the other first send
    world.erp.fail_next(FaultKind.BATCH_REFUSED)

    outcomes = world.deliver(effect)

    assert outcomes == [PostOutcome.DUPLICATE]
    assert world.state_of(effect) is EffectState.DONE
    assert world.hold_codes == []


def test_a_refusal_that_cannot_be_looked_up_stays_owed() -> None:
    world = World()
    world.erp.fail_next(FaultKind.BATCH_REFUSED)
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="find")

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.DEFERRED]
    assert world.state_of(an_issue()) is EffectState.FREE
    assert world.hold_codes == []


def test_other_content_under_a_done_id_is_held_and_changes_nothing() -> None:
    world = World()
    world.deliver(an_issue())

    outcomes = world.deliver(an_issue(content_hash="b" * 64))

    assert outcomes == [PostOutcome.CONFLICT]
    assert (len(world.erp.documents), world.ledger.writes) == (1, 1)
    assert world.hold_codes == ["CONFLICT"]


def test_other_content_is_found_even_when_only_the_erp_remembers() -> None:
    world = World()
    world.erp.submit([an_issue()], {})

    outcomes = world.deliver(an_issue(content_hash="b" * 64))

    assert outcomes == [PostOutcome.CONFLICT]
    assert (world.ledger.entries, world.hold_codes) == ({}, ["CONFLICT"])


def test_two_contents_in_one_batch_post_the_first_and_hold_the_other() -> None:
    world = World()

    outcomes = world.deliver(an_issue(), an_issue(content_hash="b" * 64))

    assert outcomes == [PostOutcome.POSTED, PostOutcome.CONFLICT]
    assert len(world.erp.documents) == 1


class RacedLedger(SimulatedEffectLedger):
    """A ledger into which another worker writes first."""

    meanwhile: Callable[[], object] = int

    def record(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        first, self.meanwhile = self.meanwhile, int
        first()
        return super().record(entries)


@pytest.mark.parametrize("kind", [FaultKind.THROTTLED, FaultKind.OUTCOME_UNKNOWN])
def test_a_content_that_waits_is_held_if_another_is_posted_before_it_is_noted(
    kind: FaultKind,
) -> None:
    ledger = RacedLedger()
    world = World(ledger=ledger)
    ours, other = an_issue(), an_issue(content_hash="b" * 64)
    ledger.meanwhile = lambda: world.deliver(other)
    world.erp.fail_next(kind)

    outcomes = world.deliver(ours)

    assert outcomes == [PostOutcome.DEFERRED]
    assert ledger.entries[ours.effect_id].effect.content_hash == other.content_hash
    assert world.state_of(ours) is EffectState.DONE
    (hold,) = world.holds.standing.values()
    assert (hold.code, hold.content_hash) == ("CONFLICT", ours.content_hash)


def test_the_same_content_that_another_worker_posted_first_is_no_conflict() -> None:
    ledger = RacedLedger()
    world = World(ledger=ledger)
    ledger.meanwhile = lambda: world.deliver(an_issue())
    world.erp.fail_next(FaultKind.THROTTLED)

    world.deliver(an_issue())

    assert (world.state_of(an_issue()), world.hold_codes) == (EffectState.DONE, [])


def test_nothing_is_sent_that_could_outlive_its_worker() -> None:
    world = World()

    outcomes = world.deliver(an_issue(), deadline=FixedDeadline(24.9))

    assert outcomes == [PostOutcome.DEFERRED]
    assert world.erp.calls == []
    assert world.ledger.entries[an_issue().effect_id].next_at is not None


def test_the_content_that_the_target_took_wins_over_the_one_that_the_ledger_owes() -> None:
    world = World()
    taken, owed = an_issue(), an_issue(content_hash="b" * 64, quantity="3")
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)
    world.deliver(owed)
    world.erp.submit([taken], {})  # its worker died before it wrote the outcome
    first = world.deliver(taken)  # the ledger owes the other: a CONFLICT on hold

    second = world.deliver(owed)

    assert (first, second) == ([PostOutcome.CONFLICT], [PostOutcome.CONFLICT])
    entry = world.ledger.entries[taken.effect_id]
    assert (entry.state, entry.effect, entry.next_at) == (EffectState.DONE, taken, None)
    assert entry.document == world.erp.documents[0]
    held = {hold.content_hash for hold in world.holds.of_line(taken.effect_id)}
    assert held == {taken.content_hash, owed.content_hash}


def test_a_content_that_nobody_knows_leaves_the_item_owed() -> None:
    world = World()
    owed = an_issue(content_hash="b" * 64, quantity="3")
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)
    world.deliver(owed)
    world.erp.submit([an_issue()], {})

    world.deliver(owed)

    entry = world.ledger.entries[owed.effect_id]
    assert (entry.state, entry.effect) == (EffectState.SENT, owed)
    assert entry.next_at is not None
