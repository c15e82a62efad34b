"""Whatever step dies, at whatever I/O, nothing comes of it but that it is done again."""

import pytest

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
