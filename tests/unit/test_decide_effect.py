"""People decide about what was refused and what nobody knows; the target is asked first."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.canonical.codec import from_json
from shared.canonical.master import ChargeCodeRecord
from shared.canonical.outcome import EffectState
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.errors import LedgerwardError, OutcomeUnknownError
from shared.mapping.keys import master_key
from shared.simulation.erp import E2_TRAITS, FaultKind, SimulatedErp
from shared.workflow.decide_effect import KIND, EffectDecision, Verdict
from shared.workflow.operator_entry import kind_of
from tests.builders import CHARGE_KEY, a_credit_line, a_document, a_usage_line
from tests.usage_world import UsageWorld

LINE = a_usage_line(quantity=Decimal(5))
EFFECT = line_effect_id("meridian", LINE)
QUIET = timedelta(seconds=100)


def decided(verdict: Verdict, *, erp_id: str = "") -> EffectDecision:
    return EffectDecision(
        effect_id=EFFECT,
        verdict=verdict,
        who="controller",
        reason="the period is open",
        erp_id=erp_id,
    )


def a_credit(quantity: int) -> SupplyUsage:
    line = a_credit_line(
        key=("EHR", "NORTH", "T-9", "credit"), reverses=CHARGE_KEY, quantity=Decimal(quantity)
    )
    return a_document(line, document_id="CREDIT", message_id="m-credit")


def a_refused_use(*, traits: bool = False) -> UsageWorld:
    """One use that the ERP has refused, with its hold."""
    world = UsageWorld(erp=SimulatedErp(traits=E2_TRAITS) if traits else SimulatedErp())
    world.erp.refuse("SUT-001", code="PERIOD_CLOSED", text="closed")
    world.receive(a_document(LINE))
    world.run_until_quiet()
    assert world.state_of(EFFECT) is EffectState.REJECTED
    assert world.open_codes(EFFECT) == ["PERIOD_CLOSED"]
    return world


def a_use_in_review() -> UsageWorld:
    """One use of which the ERP has two documents."""
    world = UsageWorld(erp=SimulatedErp(traits=E2_TRAITS))
    world.erp.fail_next(FaultKind.ANSWER_LOST)
    world.receive(a_document(LINE))
    world.run_until_quiet()
    entry = world.ledger.entries[EFFECT]
    world.erp.submit([entry.effect], {})
    world.clock.advance(seconds=QUIET.total_seconds())
    world.deliver((entry.effect,))
    assert world.state_of(EFFECT) is EffectState.REVIEW
    return world


@pytest.mark.parametrize("looks_up", [False, True])
def test_a_released_use_is_mapped_by_the_rules_of_now_and_posted_under_the_same_id(
    looks_up: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    world = a_refused_use(traits=looks_up)
    code = ChargeCodeRecord(application="EHR", charge_code="C-SUT", item="GLV-001", unit="EA")
    world.enter(code, master_key("charge", "EHR", "C-SUT"))

    state = world.judge(decided(Verdict.RELEASE))
    world.run_until_quiet()

    assert state is EffectState.FREE
    assert world.state_of(EFFECT) is EffectState.DONE
    (posted,) = world.erp.posted.values()
    assert (posted.effect.effect_id, posted.effect.item) == (EFFECT, "GLV-001")
    assert world.open_codes(EFFECT) == []


def test_what_is_refused_once_more_after_its_release_still_has_its_owner() -> None:
    world = a_refused_use()

    world.judge(decided(Verdict.RELEASE))
    world.run_until_quiet()

    assert world.state_of(EFFECT) is EffectState.REJECTED
    assert world.open_codes(EFFECT) == ["PERIOD_CLOSED"]


def test_a_use_whose_message_cannot_be_read_again_is_sent_as_it_was() -> None:
    world = a_refused_use()
    world.lines.clear()
    world.erp.accept("SUT-001")

    world.judge(decided(Verdict.RELEASE))
    owed = world.ledger.due(now=2**40, limit=9)
    world.deliver(tuple(entry.effect for entry in owed))

    assert world.state_of(EFFECT) is EffectState.DONE


def test_a_refusal_that_stands_is_closed_with_its_reason() -> None:
    world = a_refused_use()

    state = world.judge(decided(Verdict.CLOSE))

    assert state is world.state_of(EFFECT) is EffectState.REJECTED
    (closed,) = world.holds.closed
    assert (closed.who, closed.reason) == ("controller", "the period is open")
    assert world.open_codes(EFFECT) == []


def test_a_refusal_and_the_full_credit_that_waits_for_it_are_cancelled_out() -> None:
    world = a_refused_use()
    world.receive(a_credit(5))

    state = world.judge(decided(Verdict.CLOSE))
    world.run_until_quiet()

    assert state is world.state_of(EFFECT) is EffectState.OFFSET
    assert list(world.parking.missing_keys()) == []
    assert world.erp.documents == ()


def test_a_partial_credit_goes_on_waiting_for_a_refused_use() -> None:
    world = a_refused_use()
    world.receive(a_credit(3))

    state = world.judge(decided(Verdict.CLOSE))

    assert state is EffectState.REJECTED
    assert len(list(world.parking.missing_keys())) == 1


@pytest.mark.parametrize("verdict", [Verdict.CLOSE, Verdict.RELEASE])
def test_a_refusal_that_the_target_disproves_is_not_closed_and_not_sent_again(
    verdict: Verdict,
) -> None:
    world = a_refused_use()
    world.erp.accept("SUT-001")
    world.erp.submit([world.ledger.entries[EFFECT].effect], {})

    with pytest.raises(LedgerwardError, match="is in the target"):
        world.judge(decided(verdict))

    assert world.state_of(EFFECT) is EffectState.REJECTED
    assert world.open_codes(EFFECT) == ["PERIOD_CLOSED"]
    assert world.judge(decided(Verdict.POSTED, erp_id="1")) is EffectState.DONE


def test_one_document_is_named_and_must_be_there() -> None:
    world = a_use_in_review()

    with pytest.raises(LedgerwardError, match="no final document 7"):
        world.judge(decided(Verdict.POSTED, erp_id="7"))
    state = world.judge(decided(Verdict.POSTED, erp_id="2"))

    assert state is EffectState.DONE
    entry = world.ledger.entries[EFFECT]
    assert entry.document is not None
    assert (entry.document.erp_id, entry.next_at) == ("2", None)


def test_nobody_says_that_nothing_is_there_while_something_is() -> None:
    world = a_use_in_review()
    world.clock.advance(seconds=QUIET.total_seconds())

    with pytest.raises(LedgerwardError, match="document 1, 2"):
        world.judge(decided(Verdict.ABSENT))

    assert world.state_of(EFFECT) is EffectState.REVIEW


def test_what_is_not_there_is_sent_again_and_not_before_that_is_certain() -> None:
    world = a_use_in_review()
    world.erp.made.clear()  # both were reversed and removed in the ERP

    with pytest.raises(LedgerwardError, match="may still show"):
        world.judge(decided(Verdict.ABSENT))
    world.clock.advance(seconds=QUIET.total_seconds())
    state = world.judge(decided(Verdict.ABSENT))
    (owed,) = world.ledger.due(now=int(world.clock.now().timestamp()), limit=9)
    world.deliver((owed.effect,))

    assert state is EffectState.FREE
    assert world.state_of(EFFECT) is EffectState.DONE
    assert len(world.erp.documents) == 1


def test_a_late_worker_changes_nothing_that_a_person_has_decided() -> None:
    world = a_use_in_review()
    late = replace(world.ledger.entries[EFFECT], state=EffectState.FREE, owner="late", next_at=1)
    world.erp.made.clear()
    world.clock.advance(seconds=QUIET.total_seconds())
    world.judge(decided(Verdict.ABSENT))

    assert list(world.ledger.conclude([late])) == [False]
    assert world.ledger.entries[EFFECT].fence == late.fence + 1


def test_a_target_that_cannot_be_asked_leaves_everything_as_it_is() -> None:
    world = a_refused_use()
    world.erp.fail_next(FaultKind.OUTCOME_UNKNOWN, operation="find")

    with pytest.raises(OutcomeUnknownError):
        world.judge(decided(Verdict.CLOSE))

    assert world.open_codes(EFFECT) == ["PERIOD_CLOSED"]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_posted_use_is_nobodys_to_decide(verdict: Verdict) -> None:
    world = UsageWorld()
    world.receive(a_document(LINE))
    world.run_until_quiet()

    with pytest.raises(LedgerwardError, match="is DONE"):
        world.judge(decided(verdict))


def test_a_decision_is_archived_before_it_is_applied_and_made_again_if_it_was_lost() -> None:
    world = a_refused_use()
    before = dict(world.ledger.entries)
    holds = dict(world.holds.standing)
    world.judge(decided(Verdict.CLOSE))
    (kept,) = world.archive.objects.values()
    sighting, body = kept.sighting, kept.body
    assert kind_of(sighting) == KIND
    decision = from_json(EffectDecision, body)
    world.ledger.entries.update(before)
    world.holds.standing.update(holds)
    world.journal.chains.clear()

    again = [world.judge.again(sighting, decision), world.judge.again(sighting, decision)]

    assert (decision, again) == (decided(Verdict.CLOSE), [True, False])
    assert world.open_codes(EFFECT) == []
