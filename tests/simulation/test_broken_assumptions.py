"""What is promised under assumptions is not promised without them; class E2 alone needs them."""

import pytest

from tests.simulation.broken_assumptions import BROKEN, verdict_of

EFFECTS = 2_000
BREAKS = [name for name in BROKEN if name != "all hold"]


@pytest.mark.parametrize("broken", BREAKS)
def test_without_its_assumptions_a_target_that_only_looks_up_has_duplicates(broken: str) -> None:
    assert verdict_of(broken, "e2", effects=EFFECTS).duplicated > 0


@pytest.mark.parametrize("broken", BROKEN)
def test_a_target_that_enforces_the_reference_needs_none_of_them(broken: str) -> None:
    verdict = verdict_of(broken, "e1", effects=EFFECTS)

    assert (verdict.duplicated, verdict.lost, verdict.stuck) == (0, 0, 0)


def test_while_they_hold_nothing_is_duplicated() -> None:
    assert verdict_of("all hold", "e2", effects=EFFECTS).duplicated == 0
