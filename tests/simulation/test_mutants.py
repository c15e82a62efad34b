"""The simulator sees what is broken: each broken promise of the protocol has a history it kills."""

from collections.abc import Sequence

import pytest

from tests.simulation.mutants.kills import KILLS, SURVIVORS
from tests.simulation.mutants.mutant import Trial
from tests.simulation.mutants.registry import BY_NAME, HUNTS


@pytest.mark.parametrize("name", sorted(KILLS))
def test_a_broken_promise_is_seen(name: str) -> None:
    mutant, trial = BY_NAME[name].mutant, KILLS[name]

    with mutant.alive():
        broken = trial.run()

    assert not broken.is_good, trial.words


def distinct(trials: Sequence[Trial]) -> list[Trial]:
    return [trial for place, trial in enumerate(trials) if trial not in trials[:place]]


@pytest.mark.parametrize("trial", distinct([*KILLS.values()]), ids=lambda trial: trial.words)
def test_the_same_history_is_good_where_nothing_is_broken(trial: Trial) -> None:
    names = [name for name, each in KILLS.items() if each == trial]

    with BY_NAME[names[0]].mutant.control():
        whole = trial.run()

    assert whole.is_good, (names, whole.verdict, whole.crashes)


def test_nearly_every_mutant_dies_and_each_that_does_not_says_why() -> None:
    assert {*KILLS, *SURVIVORS} == {found.mutant.name for found in HUNTS}
    assert len(KILLS) >= 0.95 * len(HUNTS)
    for name in SURVIVORS:
        assert "survives" in (BY_NAME[name].mutant.breaks.__doc__ or "")
