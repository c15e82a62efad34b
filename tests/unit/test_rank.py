"""Which outcome may replace which, spelled out once."""

from itertools import product

import pytest

from shared.canonical.outcome import EffectState
from shared.effects.rank import may_replace, replaceable_by

S = EffectState
ALLOWED = {
    S.FREE: {S.FREE, S.SENT, S.DONE, S.REJECTED, S.REVIEW},
    S.SENT: {S.FREE, S.SENT, S.DONE, S.REJECTED, S.REVIEW},
    S.DONE: set(),
    S.OFFSET: {S.DONE},
    S.REJECTED: {S.DONE, S.OFFSET},
    S.REVIEW: {S.DONE},
}


@pytest.mark.parametrize(("old", "new"), list(product(S, S)))
def test_each_state_gives_way_to_those_above_it_only(old: EffectState, new: EffectState) -> None:
    assert may_replace(old, new) is (new in ALLOWED[old])


@pytest.mark.parametrize("new", list(S))
def test_anything_may_be_the_first_thing_known(new: EffectState) -> None:
    assert may_replace(None, new)


@pytest.mark.parametrize("new", list(S))
def test_a_store_is_told_exactly_what_a_state_replaces(new: EffectState) -> None:
    assert set(replaceable_by(new)) == {old for old in S if new in ALLOWED[old]}
