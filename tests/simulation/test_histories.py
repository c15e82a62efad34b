"""The shipped steps in virtual time: whatever fails, the books are what happened."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.simulation.histories.campaign import Campaign, command_of, run_campaign
from shared.simulation.histories.faults import LEVELS, FaultLevel
from shared.simulation.histories.history import Plan, run_history
from shared.simulation.histories.targets import TARGETS

EFFECTS_EACH = 1_700  # of each level on each target: 20,400 in all
SMALL = Plan(seed=3, effects=120, level=FaultLevel.HEAVY)


@pytest.mark.parametrize("target", sorted(TARGETS))
@pytest.mark.parametrize("level", list(FaultLevel))
def test_nothing_is_lost_doubled_stuck_or_a_cent_off(level: FaultLevel, target: str) -> None:
    history = run_history(Plan(seed=1, effects=EFFECTS_EACH, level=level, target=target))

    assert history.is_good, (command_of(history.plan), history.verdict, history.crashes)
    assert history.effects == EFFECTS_EACH
    assert history.verdict.seeded_refusals > 0


def test_a_target_that_promises_too_much_is_found_out_where_nothing_else_prevents_doubles() -> None:
    """Assumption A2 broken: E2 commits long after the moment that its look-up trusts in."""
    broken = replace(LEVELS[FaultLevel.HEAVY], target_late=0.2, commits_within_seconds=900.0)
    plan = Plan(seed=1, effects=1_000, level=FaultLevel.HEAVY, faults=broken)

    looked_up = run_history(replace(plan, target="e2"))
    enforced = run_history(replace(plan, target="e1"))

    assert looked_up.verdict.duplicated > 0
    assert looked_up.verdict.cents_off > 0
    assert enforced.is_good, enforced.verdict


@pytest.mark.parametrize(("target", "seed"), [("e1", 5), ("e1", 11), ("e2", 1), ("e2", 4)])
def test_two_credits_of_one_use_survive_a_rollback(target: str, seed: int) -> None:
    """Cents go off in these if recovery does not ask what the target holds of the credits."""
    history = run_history(a_rollback(seed, target, effects=900, share_in_cases=0.0))

    assert history.is_good, (history.verdict, history.crashes)


@pytest.mark.parametrize(("target", "seed"), [("e1", 3), ("e1", 4), ("e2", 7), ("e2", 9)])
def test_cases_in_versions_survive_a_rollback(target: str, seed: int) -> None:
    """Lines are off in these if recovery does not ask what the target holds of the versions."""
    history = run_history(a_rollback(seed, target, effects=300, share_in_cases=0.7))

    assert history.is_good, (history.verdict, history.crashes)


def a_rollback(seed: int, target: str, *, effects: int, share_in_cases: float) -> Plan:
    return Plan(
        seed=seed,
        effects=effects,
        level=FaultLevel.HEAVY,
        target=target,
        faults=replace(LEVELS[FaultLevel.HEAVY], rollback=1.0),
        share_in_cases=share_in_cases,
    )


def test_one_seed_is_one_history() -> None:
    first = run_history(replace(SMALL, keeps_trace=True))
    second = run_history(replace(SMALL, keeps_trace=True))
    other = run_history(replace(SMALL, seed=4))

    assert first.trace == second.trace
    assert (first.digest, first.points) == (second.digest, second.points)
    assert first.digest != other.digest


def test_a_worker_dies_at_the_io_that_it_is_told_to_die_at() -> None:
    calm = Plan(seed=5, effects=20, level=FaultLevel.NONE, keeps_trace=True)

    history = run_history(replace(calm, crash_at=frozenset({40, 41})))

    deaths = [step.split(" ", 1)[1] for step in map(str.strip, history.trace) if "killed" in step]
    assert len(deaths) == 2
    assert [death.rsplit(" ", 1)[1] for death in deaths] == ["40", "41"]
    assert history.is_good, history.verdict


def test_a_campaign_goes_on_where_its_state_file_ends(tmp_path: Path) -> None:
    state = tmp_path / "outcomes.jsonl"
    levels = [FaultLevel.NONE, FaultLevel.BASE]
    asked = Campaign(effects=60, seed=1, levels=levels, targets=["e1"], state=state)
    run_campaign(replace(asked, levels=levels[:1], effects=30))
    watched: list[str] = []

    total = run_campaign(asked, watch=lambda history: watched.append(history.plan.level))

    assert watched == [FaultLevel.BASE]
    assert (total.histories, total.counts["effects"]) == (2, 60)


def test_a_campaign_names_the_command_of_each_history() -> None:
    asked = Campaign(effects=25_000, seed=7, levels=[FaultLevel.HEAVY], targets=["e1"])

    assert [command_of(plan) for plan in asked.plans()] == [
        "simulate --effects 10000 --seed 7 --faults heavy --target e1",
        "simulate --effects 10000 --seed 8 --faults heavy --target e1",
        "simulate --effects 5000 --seed 9 --faults heavy --target e1",
    ]


def test_each_level_does_more_harm_than_the_one_before() -> None:
    rates = [LEVELS[level] for level in FaultLevel]

    for name in type(rates[0]).__slots__:
        values = [getattr(level, name) for level in rates]
        assert values == sorted(values), name
