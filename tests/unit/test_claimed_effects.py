"""Exactly once into an ERP that can only be asked, whatever the wire does (classes E2 and E3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from shared.canonical.claim import Claim
from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import EffectState, LedgerEntry, SubmitResult
from shared.effects.claims import MOST_UNDECIDED, claimed_entry
from shared.ports.clock import Deadline
from shared.ports.erp import Found
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import E2_TRAITS, E3_TRAITS, FaultKind, SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.cast_doubt import CastDoubt
from shared.workflow.post_effect import PostEffect, PostOutcome
from tests.effects import a_document_of, a_pace, an_issue, tokens

PLENTY = FixedDeadline(30)
QUIET_SECONDS = 30 + 30 + 2 + 2 * 5 + 1  # living, latest commit, lag, skew of two clocks


@dataclass
class Waning:
    """A deadline that comes closer as the clock moves."""

    clock: VirtualClock
    ends_at: float

    def remaining_seconds(self) -> float:
        return max(0.0, self.ends_at - self.clock.now().timestamp())


@dataclass
class World:
    """One target behind the step, the clock in the test's hand."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    ledger: SimulatedEffectLedger = field(default_factory=SimulatedEffectLedger)
    holds: SimulatedHoldStore = field(default_factory=SimulatedHoldStore)
    erp: SimulatedErp = field(default_factory=lambda: SimulatedErp(traits=E2_TRAITS))

    def __post_init__(self) -> None:
        self.erp.clock = self.clock
        self.breakers = SimulatedTargetBreaker(ledger=self.ledger)
        self.new_token = tokens()

    def deliver(self, *effects: Effect, deadline: Deadline = PLENTY) -> list[PostOutcome]:
        step = PostEffect(
            target="erp",
            connector=self.erp,
            breakers=self.breakers,
            pace=a_pace(self.clock),
            ledger=self.ledger,
            holds=self.holds,
            clock=self.clock,
            new_token=self.new_token,
        )
        return list(step(effects, deadline))

    def deliver_when_due(self, *effects: Effect) -> list[PostOutcome]:
        moments = [self.entry(effect).next_at or 0 for effect in effects]
        self.clock.advance(seconds=max(0, max(moments) - self.clock.now().timestamp()))
        return self.deliver(*effects)

    def entry(self, effect: Effect) -> LedgerEntry:
        return self.ledger.entries[effect.effect_id]

    def claim_as(self, owner: str, effect: Effect) -> LedgerEntry:
        """Another worker claims it, and is not heard of again unless the test says so."""
        now = self.clock.now()
        quiet = int(now.timestamp()) + QUIET_SECONDS - 1
        (entry,) = self.ledger.claim([Claim(effect=effect, owner=owner, at=now, quiet_until=quiet)])
        return entry

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.erp.calls]

    @property
    def hold_codes(self) -> list[str]:
        return [hold.code for hold in self.holds.standing.values()]


def test_an_effect_is_claimed_and_concluded_and_its_duplicate_costs_nothing() -> None:
    world = World()
    effects = [an_issue(f"TX-{number}") for number in range(50)]

    first = world.deliver(*effects)
    again = world.deliver(*effects)

    assert (set(first), set(again)) == ({PostOutcome.POSTED}, {PostOutcome.DUPLICATE})
    assert (world.operations, world.ledger.writes) == (["submit"], 100)
    entry = world.entry(effects[0])
    assert (entry.state, entry.fence, entry.attempts, entry.undecided) == (
        EffectState.DONE,
        *(1, 1, 0),
    )
    assert (entry.owner, entry.prior, entry.quiet_until, entry.next_at) == ("", None, 0, None)


def test_the_intent_stands_before_the_first_byte_is_sent() -> None:
    world = World()
    seen: list[LedgerEntry] = []

    class Watching(SimulatedErp):
        def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
            seen.append(world.entry(effects[0]))
            return SimulatedErp.submit(self, effects, found)

    world.erp = Watching(traits=E2_TRAITS, clock=world.clock)
    world.deliver(an_issue())

    (intent,) = seen
    assert (intent.state, intent.effect) == (EffectState.SENT, an_issue())
    assert intent.owner
    assert intent.quiet_until == int(world.clock.now().timestamp()) + QUIET_SECONDS - 1


def test_a_lost_answer_is_looked_up_once_that_can_tell_and_never_sent_again() -> None:
    world = World()
    world.erp.fail_next(FaultKind.ANSWER_LOST)

    first = world.deliver(an_issue())
    at_once = world.deliver(an_issue())
    doubtful = world.entry(an_issue())
    later = world.deliver_when_due(an_issue())

    assert (first, at_once, later) == (
        [PostOutcome.DEFERRED],
        [PostOutcome.DEFERRED],
        [PostOutcome.DUPLICATE],
    )
    assert doubtful.next_at == doubtful.quiet_until + 1
    assert world.operations == ["submit", "find"]
    assert len(world.erp.documents) == 1
    assert world.entry(an_issue()).document == world.erp.documents[0]


def test_a_commit_that_comes_late_is_found_and_not_doubled() -> None:
    world = World()
    world.erp.fail_next(FaultKind.LATE_COMMIT, late_seconds=29)
    world.erp.lag_seconds = 2

    world.deliver(an_issue())
    world.clock.advance(seconds=28)
    while_it_may_still_come = world.deliver(an_issue())
    later = world.deliver_when_due(an_issue())

    assert (while_it_may_still_come, later) == ([PostOutcome.DEFERRED], [PostOutcome.DUPLICATE])
    assert len(world.erp.documents) == 1


def test_what_was_lost_is_sent_again_once_a_look_up_says_so() -> None:
    world = World()
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)

    world.deliver(an_issue())
    later = world.deliver_when_due(an_issue())

    assert later == [PostOutcome.POSTED]
    assert world.operations == ["submit", "find", "submit"]
    assert len(world.erp.documents) == 1


def test_without_a_latest_commit_absence_proves_nothing_and_a_person_decides() -> None:
    world = World()
    world.erp.traits = replace(E2_TRAITS, latest_commit_seconds=None)
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)

    world.deliver(an_issue())
    while world.entry(an_issue()).next_at is not None:
        world.deliver_when_due(an_issue())

    assert world.entry(an_issue()).state is EffectState.REVIEW
    assert world.operations.count("submit") == 1
    assert world.hold_codes == ["REVIEW"]


def test_a_worker_killed_after_its_claim_leaves_a_doubt_that_is_looked_up() -> None:
    world = World()
    world.claim_as("dead", an_issue())
    world.erp.submit([an_issue()], {})

    at_once = world.deliver(an_issue())
    owed = world.entry(an_issue())
    later = world.deliver_when_due(an_issue())

    assert (at_once, later) == ([PostOutcome.DEFERRED], [PostOutcome.DUPLICATE])
    assert owed.next_at == owed.quiet_until + 1
    assert world.operations == ["submit", "find"]
    assert len(world.erp.documents) == 1


def test_what_waits_for_another_attempt_keeps_the_moment_it_is_owed_at() -> None:
    world = World()
    effect = an_issue()
    world.erp.fail_next(FaultKind.NOT_WRITTEN)
    world.deliver(effect)
    owed_at = world.entry(effect).next_at
    world.claim_as("alive", effect)

    world.deliver(effect)

    assert world.entry(effect).next_at == owed_at


class ForgetfulLedger(SimulatedEffectLedger):
    """Loses the reply of every claim, so that it is asked for once more, as an SDK does."""

    def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
        SimulatedEffectLedger.claim(self, claims)
        return SimulatedEffectLedger.claim(self, claims)


def test_our_own_claim_whose_reply_was_lost_is_ours() -> None:
    world = World(ledger=ForgetfulLedger())

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.POSTED]
    assert (world.operations, world.entry(an_issue()).fence) == (["submit"], 1)


def test_our_own_lost_claim_still_knows_that_it_found_doubt() -> None:
    world = World(ledger=ForgetfulLedger())
    world.erp.fail_next(FaultKind.ANSWER_LOST)
    world.deliver(an_issue())

    outcomes = world.deliver_when_due(an_issue())

    assert outcomes == [PostOutcome.DUPLICATE]
    assert world.operations == ["submit", "find"]
    assert len(world.erp.documents) == 1


@pytest.mark.parametrize("kind", [FaultKind.NOT_WRITTEN, FaultKind.THROTTLED])
def test_what_is_proven_not_written_is_free_and_sent_without_a_look(kind: FaultKind) -> None:
    world = World()
    world.erp.fail_next(kind)

    world.deliver(an_issue())
    entry = world.entry(an_issue())
    again = world.deliver_when_due(an_issue())

    assert (entry.state, entry.undecided) == (EffectState.FREE, 0)
    assert again == [PostOutcome.POSTED]
    assert world.operations == ["submit", "submit"]


def test_an_attempt_proven_not_written_clears_no_earlier_doubt_that_nobody_looked_up() -> None:
    world = World()
    world.erp.fail_next(FaultKind.ANSWER_LOST)
    world.deliver(an_issue())
    world.erp.fail_next(FaultKind.NOT_WRITTEN, operation="find")

    world.deliver_when_due(an_issue())

    entry = world.entry(an_issue())
    assert (entry.state, entry.next_at) == (EffectState.SENT, entry.quiet_until + 1)
    assert world.deliver_when_due(an_issue()) == [PostOutcome.DUPLICATE]
    assert len(world.erp.documents) == 1


def test_absence_that_was_looked_up_and_an_attempt_proven_not_written_is_free() -> None:
    world = World()
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, FaultKind.THROTTLED)
    world.deliver(an_issue())

    world.deliver_when_due(an_issue())

    assert world.entry(an_issue()).state is EffectState.FREE


def test_a_draft_that_was_left_is_finished_and_never_made_again() -> None:
    world = World()
    world.erp.fail_next(FaultKind.DRAFT_LEFT)
    world.deliver(an_issue())
    (draft,) = world.erp.documents

    later = world.deliver_when_due(an_issue())

    assert later == [PostOutcome.POSTED]
    assert world.erp.documents == (replace(draft, is_final=True),)
    assert world.entry(an_issue()).state is EffectState.DONE


def test_a_draft_stays_in_doubt_while_finishing_it_is_refused_for_now() -> None:
    world = World()
    world.erp.fail_next(FaultKind.DRAFT_LEFT, FaultKind.THROTTLED)
    world.deliver(an_issue())

    world.deliver_when_due(an_issue())
    between = world.entry(an_issue()).state
    world.deliver_when_due(an_issue())

    assert between is EffectState.SENT
    assert [document.is_final for document in world.erp.documents] == [True]


def test_a_refusal_after_the_first_step_is_rejected_once_its_draft_is_cancelled() -> None:
    world = World()
    world.erp.refuse("ITM-0001", code="PERIOD_CLOSED", after_draft=True)

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.REJECTED]
    assert (world.erp.documents, world.hold_codes) == ((), ["PERIOD_CLOSED"])
    assert world.entry(an_issue()).state is EffectState.REJECTED


def test_a_cancelling_nobody_knows_the_end_of_stays_in_doubt_and_is_done_again() -> None:
    world = World()
    world.erp.refuse("ITM-0001", code="PERIOD_CLOSED", after_draft=True)
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="cancel")

    world.deliver(an_issue())
    between = (world.entry(an_issue()).state, len(world.erp.documents), world.hold_codes)
    later = world.deliver_when_due(an_issue())

    assert between == (EffectState.SENT, 1, [])
    assert (later, world.erp.documents) == ([PostOutcome.REJECTED], ())


def test_several_documents_are_a_persons_business_with_a_proposal() -> None:
    world = World()
    world.claim_as("dead", an_issue())
    world.erp.submit([an_issue()], {})
    world.erp.submit([an_issue()], {})  # twice: an assumption was broken

    world.deliver(an_issue())
    later = world.deliver_when_due(an_issue())

    assert later == [PostOutcome.REVIEW]
    entry = world.entry(an_issue())
    assert (entry.state, entry.next_at) == (EffectState.REVIEW, None)
    assert entry.reason == "2 documents under one reference: keep 1, reverse 2"
    assert world.hold_codes == ["REVIEW"]
    assert len(world.erp.documents) == 2


def test_other_content_in_the_target_is_held_and_nothing_is_sent() -> None:
    world = World()
    world.claim_as("dead", an_issue(content_hash="b" * 64))
    world.erp.submit([an_issue()], {})
    world.clock.advance(seconds=QUIET_SECONDS)

    outcomes = world.deliver(an_issue(content_hash="b" * 64))

    assert outcomes == [PostOutcome.CONFLICT]
    entry = world.entry(an_issue())
    assert (entry.state, entry.next_at is not None) == (EffectState.SENT, True)
    assert (world.hold_codes, len(world.erp.documents)) == (["CONFLICT"], 1)


def test_the_content_that_the_target_took_wins_over_the_one_that_is_claimed() -> None:
    world = World()
    taken, owed = an_issue(), an_issue(content_hash="b" * 64, quantity="3")
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)
    world.deliver(owed)
    world.erp.submit([taken], {})  # before the ledger was put back to an earlier moment
    first = world.deliver(taken)

    second = world.deliver_when_due(owed)

    assert (first, second) == ([PostOutcome.CONFLICT], [PostOutcome.CONFLICT])
    assert (world.entry(taken).state, world.entry(taken).effect) == (EffectState.DONE, taken)
    held = {hold.content_hash for hold in world.holds.of_line(taken.effect_id)}
    assert held == {taken.content_hash, owed.content_hash}
    assert len(world.erp.documents) == 1


def test_other_content_under_an_id_that_another_claim_took_first_is_held() -> None:
    world = World()
    other = an_issue(content_hash="b" * 64)

    class Overtaken(SimulatedEffectLedger):
        def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
            if not self.entries:
                (mine,) = claims
                self.entries[mine.effect.effect_id] = claimed_entry(
                    None, replace(mine, effect=other, owner="another")
                )
            return SimulatedEffectLedger.claim(self, claims)

    world.ledger = Overtaken()
    world.breakers = SimulatedTargetBreaker(ledger=world.ledger)

    outcomes = world.deliver(an_issue())

    assert outcomes == [PostOutcome.CONFLICT]
    assert (world.operations, world.hold_codes) == ([], ["CONFLICT"])
    assert world.entry(an_issue()).effect == other


class RacedLedger(SimulatedEffectLedger):
    """Another content is written between this worker's read and its own write."""

    rival: Effect | None = None

    def owe(self, entries: Sequence[LedgerEntry]) -> None:
        self._be_first()
        super().owe(entries)

    def amend(self, entries: Sequence[LedgerEntry]) -> Sequence[bool]:
        self._be_first()
        return super().amend(entries)

    def _be_first(self) -> None:
        if self.rival is not None:
            first = LedgerEntry(effect=self.rival, state=EffectState.FREE, next_at=1)
            super().amend([first])
            self.rival = None


@pytest.mark.parametrize("is_doubted", [False, True], ids=["put off", "raised into doubt"])
def test_other_content_that_is_put_off_first_leaves_a_hold(is_doubted: bool) -> None:  # noqa: FBT001
    world = World(ledger=RacedLedger())
    assert isinstance(world.ledger, RacedLedger)
    if is_doubted:
        CastDoubt(targets=("erp",), breakers=world.breakers, clock=world.clock).begin()
    world.ledger.rival = replace(an_issue(), content_hash="another")

    outcome = world.deliver(an_issue(), deadline=PLENTY if is_doubted else FixedDeadline(1))

    assert outcome == [PostOutcome.CONFLICT]
    assert world.hold_codes == ["CONFLICT"]
    assert world.entry(an_issue()).effect.content_hash == "another"
    assert world.operations == []


def test_twenty_attempts_that_nobody_knows_the_end_of_are_a_persons_business() -> None:
    world = World()
    world.erp.traits = replace(E2_TRAITS, outage_after_calls=2**31)
    effect = an_issue()

    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)
    world.deliver(effect)
    for _ in range(MOST_UNDECIDED - 2):
        world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="find")
        world.deliver_when_due(effect)
    before = world.entry(effect)
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="find")
    last = world.deliver_when_due(effect)

    assert (before.state, before.undecided) == (EffectState.SENT, MOST_UNDECIDED - 1)
    assert last == [PostOutcome.REVIEW]
    assert (world.entry(effect).state, world.hold_codes) == (EffectState.REVIEW, ["REVIEW"])
    assert world.operations.count("submit") == 1


def test_what_is_throttled_for_long_is_tried_for_long() -> None:
    world = World()
    world.erp.fail_next(*[FaultKind.THROTTLED] * (MOST_UNDECIDED + 5))

    world.deliver(an_issue())
    for _ in range(MOST_UNDECIDED + 5):
        world.deliver_when_due(an_issue())

    assert world.entry(an_issue()).state is EffectState.DONE
    assert world.hold_codes == []


def test_nothing_is_claimed_that_could_not_be_sent_in_time() -> None:
    world = World()

    outcomes = world.deliver(an_issue(), deadline=FixedDeadline(24.9))

    assert (outcomes, world.operations) == ([PostOutcome.DEFERRED], [])
    entry = world.entry(an_issue())
    assert (entry.state, entry.fence, entry.attempts) == (EffectState.FREE, 0, 0)
    assert entry.next_at is not None
    assert world.deliver_when_due(an_issue()) == [PostOutcome.POSTED]


def test_a_look_up_that_takes_the_time_leaves_what_it_proved() -> None:
    world = World()
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN)
    world.deliver(an_issue())

    class Slow(SimulatedErp):
        def find(self, references: Sequence[str]) -> Found:
            world.clock.advance(seconds=6)
            return SimulatedErp.find(self, references)

    world.erp = Slow(traits=E2_TRAITS, clock=world.clock)
    world.clock.advance(seconds=QUIET_SECONDS)
    ends_at = world.clock.now().timestamp() + 30
    outcomes = world.deliver(an_issue(), deadline=Waning(world.clock, ends_at))

    assert (outcomes, world.operations) == ([PostOutcome.DEFERRED], ["find"])
    assert world.entry(an_issue()).state is EffectState.FREE


def test_a_claim_that_takes_the_time_leaves_the_look_up_to_the_next() -> None:
    world = World()
    world.erp.fail_next(FaultKind.ANSWER_LOST)
    world.deliver(an_issue())

    class Slow(SimulatedEffectLedger):
        def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
            entries = SimulatedEffectLedger.claim(self, claims)
            world.clock.advance(seconds=6)
            return entries

    world.ledger = Slow(entries=world.ledger.entries)
    world.clock.advance(seconds=QUIET_SECONDS)
    ends_at = world.clock.now().timestamp() + 30
    outcomes = world.deliver(an_issue(), deadline=Waning(world.clock, ends_at))

    entry = world.entry(an_issue())
    assert (outcomes, world.operations) == ([PostOutcome.DEFERRED], ["submit"])
    assert (entry.state, entry.attempts, entry.undecided) == (EffectState.SENT, 1, 1)
    assert world.deliver_when_due(an_issue()) == [PostOutcome.DUPLICATE]


def recovered_world() -> tuple[World, Effect, Effect]:
    """A reversal that the target holds and the ledger has lost, and an issue as new as it is."""
    world = World()
    at = int(world.clock.now().timestamp()) + 3600
    late_message = f"{at * 1000:012x}{1:020x}"
    reversal = replace(
        an_issue("TX-R"), effect_type=EffectType.REVERSAL, correlation_id=late_message
    )
    world.erp.submit([reversal], {})
    CastDoubt(targets=("erp",), breakers=world.breakers, clock=world.clock).begin()
    CastDoubt(targets=("erp",), breakers=world.breakers, clock=world.clock).end()
    world.clock.advance(seconds=7200)
    return world, reversal, replace(an_issue("TX-I"), correlation_id=late_message)


def test_a_reversal_is_looked_up_first_long_after_a_recovery_too() -> None:
    world, reversal, issue = recovered_world()

    outcomes = world.deliver(reversal, issue)

    assert outcomes == [PostOutcome.DUPLICATE, PostOutcome.POSTED]
    assert world.operations == ["submit", "find", "submit"]
    assert len(world.erp.documents) == 2


def test_so_it_is_when_it_was_claimed_and_no_time_was_left_to_look() -> None:
    world, reversal, _ = recovered_world()

    class Slow(SimulatedEffectLedger):
        def claim(self, claims: Sequence[Claim]) -> Sequence[LedgerEntry]:
            entries = SimulatedEffectLedger.claim(self, claims)
            world.clock.advance(seconds=6)
            return entries

    world.ledger = Slow(entries=world.ledger.entries)
    ends_at = world.clock.now().timestamp() + 30
    outcomes = world.deliver(reversal, deadline=Waning(world.clock, ends_at))

    assert (outcomes, world.operations) == ([PostOutcome.DEFERRED], ["submit"])
    assert world.deliver_when_due(reversal) == [PostOutcome.DUPLICATE]


@pytest.mark.parametrize("fault", [FaultKind.NOT_WRITTEN, FaultKind.OUTCOME_UNKNOWN])
def test_so_it_is_when_the_look_up_failed(fault: FaultKind) -> None:
    world, reversal, _ = recovered_world()
    world.erp.fail_next(fault, operation="find")

    outcomes = world.deliver(reversal)

    assert (outcomes, world.entry(reversal).state) == ([PostOutcome.DEFERRED], EffectState.SENT)
    assert world.deliver_when_due(reversal) == [PostOutcome.DUPLICATE]


def test_so_it_is_when_its_target_was_away_before_it_was_claimed() -> None:
    world, reversal, issue = recovered_world()
    world.erp.fail_next(*[FaultKind.NOT_WRITTEN] * 3)
    for number in range(3):
        world.deliver(replace(issue, effect_id=f"{number:064x}"))

    outcomes = world.deliver(reversal)

    assert (outcomes, world.entry(reversal).fence) == ([PostOutcome.DEFERRED], 0)
    assert world.deliver_when_due(reversal) == [PostOutcome.DUPLICATE]


def test_a_target_that_is_away_costs_no_claim_and_all_is_kept() -> None:
    world = World()
    world.erp.fail_next(*[FaultKind.NOT_WRITTEN] * 3)
    for number in range(3):
        world.deliver(an_issue(f"OUT-{number}"))
    calls, writes = len(world.erp.calls), world.ledger.writes

    new = [an_issue(f"TX-{number}") for number in range(9)]
    outcomes = world.deliver(*new, an_issue("OUT-1"))

    assert set(outcomes) == {PostOutcome.DEFERRED}
    assert (len(world.erp.calls) - calls, world.ledger.writes - writes) == (0, 10)
    due = {world.entry(effect).next_at for effect in (*new, an_issue("OUT-1"))}
    probe_at = world.breakers.read("erp").probe_at
    assert probe_at is not None
    assert all(probe_at < (each or 0) <= probe_at + 5 for each in due)
    assert {world.entry(effect).fence for effect in new} == {0}


def test_who_wakes_after_its_deadline_frees_nothing_that_another_has_claimed() -> None:
    world = World()
    zombie = world.claim_as("zombie", an_issue())
    world.clock.advance(seconds=QUIET_SECONDS)
    world.claim_as("alive", an_issue())

    written = world.ledger.conclude([replace(zombie, state=EffectState.FREE, next_at=1)])

    assert list(written) == [False]
    assert world.entry(an_issue()).owner == "alive"


def refused_too_late(ends: Callable[[LedgerEntry], LedgerEntry] | None = None) -> World:
    """A worker slept over a refusal, and woke when another had the effect."""
    world = World()
    world.erp.refuse("ITM-0001", code="PERIOD_CLOSED")

    class Slow(SimulatedErp):
        def submit(self, effects: Sequence[Effect], found: Found) -> Sequence[SubmitResult]:
            answers = SimulatedErp.submit(self, effects, found)
            world.clock.advance(seconds=QUIET_SECONDS + 1)
            claim = world.claim_as("alive", an_issue())
            if ends:
                world.ledger.conclude([ends(claim)])
            return answers

    world.erp = Slow(traits=E2_TRAITS, clock=world.clock, refusals=world.erp.refusals)
    world.deliver(an_issue())
    return world


def test_an_outcome_that_came_too_late_leaves_nothing_unowed() -> None:
    world = refused_too_late()

    entry = world.entry(an_issue())
    assert (entry.state, entry.owner) == (EffectState.SENT, "alive")
    assert entry.next_at == entry.quiet_until + 1


def test_its_hold_stays_for_another_attempt_that_goes_on_and_may_end_alike() -> None:
    world = refused_too_late()
    assert world.hold_codes == ["PERIOD_CLOSED"]

    alike = replace(world.entry(an_issue()), state=EffectState.REJECTED, next_at=None)
    assert list(world.ledger.conclude([alike])) == [True]

    world.deliver(an_issue())

    assert world.entry(an_issue()).state is EffectState.REJECTED
    assert world.hold_codes == ["PERIOD_CLOSED"]


def test_it_leaves_no_stray_hold_if_another_attempt_has_ended_otherwise() -> None:
    document = a_document_of(an_issue())

    world = refused_too_late(
        lambda claim: replace(claim, state=EffectState.DONE, document=document, next_at=None)
    )

    assert world.entry(an_issue()).state is EffectState.DONE
    assert world.hold_codes == []


def test_an_answer_that_proves_a_refusal_wrong_is_done_however_late() -> None:
    world = World()
    late = world.claim_as("late", an_issue())
    world.clock.advance(seconds=QUIET_SECONDS)
    world.erp.refuse("ITM-0001", code="PERIOD_CLOSED")
    world.deliver(an_issue())
    assert world.entry(an_issue()).state is EffectState.REJECTED

    done = replace(late, state=EffectState.DONE, document=a_document_of(an_issue()))
    written = world.ledger.conclude([done])

    assert list(written) == [True]
    assert world.entry(an_issue()).state is EffectState.DONE


def test_a_target_that_can_neither_refuse_nor_be_asked_gets_one_attempt() -> None:
    world = World(erp=SimulatedErp(traits=E3_TRAITS))
    effects = [an_issue("TX-1"), an_issue("TX-2"), an_issue("TX-3")]
    world.deliver(effects[0])
    for effect, kind in zip(
        effects[1:], (FaultKind.OUTCOME_UNKNOWN, FaultKind.THROTTLED), strict=True
    ):
        world.erp.fail_next(kind)
        world.deliver(effect)
    again = world.deliver(*effects)

    states = [world.entry(effect).state for effect in effects]
    assert states == [EffectState.DONE, EffectState.REVIEW, EffectState.REVIEW]
    assert world.hold_codes == ["REVIEW", "REVIEW"]
    assert set(again) == {PostOutcome.DUPLICATE}
    assert world.operations == ["submit"] * 3


def test_a_worker_killed_in_its_one_attempt_leaves_a_review() -> None:
    world = World(erp=SimulatedErp(traits=E3_TRAITS))
    world.claim_as("dead", an_issue())

    world.deliver(an_issue())
    later = world.deliver_when_due(an_issue())

    assert later == [PostOutcome.REVIEW]
    assert (world.operations, world.hold_codes) == ([], ["REVIEW"])


def test_what_was_never_tried_on_such_a_target_may_still_be() -> None:
    world = World(erp=SimulatedErp(traits=E3_TRAITS))

    world.deliver(an_issue(), deadline=FixedDeadline(1))
    later = world.deliver_when_due(an_issue())

    assert later == [PostOutcome.POSTED]
