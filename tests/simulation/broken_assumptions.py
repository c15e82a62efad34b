"""What the assumptions are worth: duplicates per 10,000 effects where one of them does not hold.

`python -m tests.simulation.broken_assumptions` prints the table for classes E1 and E2.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from shared.simulation.histories.faults import LEVELS, FaultLevel, Faults
from shared.simulation.histories.history import Plan, run_history
from shared.simulation.histories.judge import Verdict

HEAVY = replace(LEVELS[FaultLevel.HEAVY], rollback=0.0)
BROKEN: Mapping[str, Faults] = MappingProxyType(
    {
        "all hold": HEAVY,
        "commits up to 10 minutes late (A2)": replace(HEAVY, commits_within_seconds=600.0),
        "look-ups lag by 3 minutes (A3)": replace(HEAVY, lag_share=90.0),
    }
)
MOST_EFFECTS = 10_000


def verdict_of(broken: str, target: str, *, effects: int, seed: int = 1) -> Verdict:
    """One heavy history in which an assumption does not hold."""
    plan = Plan(
        seed=seed,
        effects=effects,
        level=FaultLevel.HEAVY,
        target=target,
        faults=BROKEN[broken],
    )
    return run_history(plan).verdict


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.broken_assumptions")
    parser.add_argument("--effects", type=int, default=MOST_EFFECTS)
    asked = parser.parse_args()
    for broken in BROKEN:
        for target in ("e1", "e2"):
            found = verdict_of(broken, target, effects=asked.effects)
            sys.stdout.write(
                f"{broken} | {target} | {found.duplicated * MOST_EFFECTS / asked.effects:.0f} "
                f"duplicated, {found.lost} lost, {found.stuck} stuck\n"
            )
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
