"""Whatever step dies, at whatever I/O, nothing comes of it but that it is done again."""

import pytest

from shared.simulation.histories.history import History
from shared.simulation.histories.targets import TARGETS
from tests.simulation.crash_points import crashed, tried
from tests.simulation.small_histories import CRASHED

SMALLEST = "use"  # all others by the command


@pytest.mark.parametrize("target", sorted(TARGETS))
@pytest.mark.parametrize("name", sorted(CRASHED))
def test_no_single_crash_harms_a_history(name: str, target: str) -> None:
    found = tried(name, target, in_pairs=False)

    assert not found.failed, found.seen
    assert found.points >= 40


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_no_two_crashes_harm_the_smallest_history(target: str) -> None:
    found = tried(SMALLEST, target, in_pairs=True)

    assert not found.failed, found.seen
    assert found.pairs > found.points


def test_a_worker_that_is_crashed_is_seen_to_die_there() -> None:
    unharmed = crashed("use", "e2")
    sent = [place for place, name in enumerate(unharmed.point_names, 1) if "submit" in name]

    harmed = crashed("use", "e2", sent[1])

    assert [step for step in harmed.trace if "killed at target.submit" in step]
    assert len(sent) == 2, "before and after"


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_both_points_of_a_moment_are_the_same_crash(target: str) -> None:
    unharmed = crashed(SMALLEST, target)
    moments = sorted(unharmed.same_moment)

    stories = [
        (story_of(crashed(SMALLEST, target, point - 1)), story_of(crashed(SMALLEST, target, point)))
        for point in moments
    ]

    assert len(moments) >= 10
    assert [after for after, _ in stories] == [before for _, before in stories]


def story_of(history: History) -> list[str]:
    """All that happened but the name of the I/O that the worker died at."""
    return [step for step in history.trace if "killed at" not in step]
