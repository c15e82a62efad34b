"""Which effects share a call of the target.

One that makes the target fail takes its call's other effects with it, and nothing says which it
was. So what has failed before is never sent with what has not, and with ever fewer companions: in
the end alone, where it delays nobody.
"""

from collections.abc import Mapping, Sequence

from shared.canonical.effect import Effect

COMPANIONS = (50, 12, 3, 1)  # effects a call by attempts so far; POLICY


def calls_of(
    effects: Sequence[Effect], attempts: Mapping[str, int], *, most: int = COMPANIONS[0]
) -> list[Sequence[Effect]]:
    """The calls to make, in this order: what was never tried, then what failed least often.

    Args:
        effects: Each effect once.
        attempts: Attempts so far by effect id; absent ones were never tried.
        most: Effects that the target takes in one call.
    """
    calls: list[Sequence[Effect]] = []
    for tries, companions in enumerate(COMPANIONS):
        size = min(companions, most)
        group = [each for each in effects if _tries(each, attempts) == tries]
        calls += [group[start : start + size] for start in range(0, len(group), size)]
    return calls


def is_suspect(effect: Effect, attempts: Mapping[str, int]) -> bool:
    """It is sent alone, and its failure may be its own fault instead of the target's."""
    return _tries(effect, attempts) == len(COMPANIONS) - 1


def _tries(effect: Effect, attempts: Mapping[str, int]) -> int:
    return min(attempts.get(effect.effect_id, 0), len(COMPANIONS) - 1)
