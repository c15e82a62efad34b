"""`python -m tests.simulation.mutants [NAME ...]`: hunt every mutant until a history kills it."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.simulation.mutants.hunting import hunted
from tests.simulation.mutants.registry import BY_NAME


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants")
    parser.add_argument("names", nargs="*", choices=[[], *BY_NAME], help="these; else all")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    names, killed = asked.names or [*BY_NAME], 0
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        for found in pool.map(hunted, names):
            killed += found.trial is not None
            target = BY_NAME[found.name].target
            by = found.trial.words if found.trial else "SURVIVED"
            sys.stdout.write(
                f"{found.name} | {target} | {by} | {found.seen} | {found.histories} | "
                f"{found.seconds:.1f} s\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{killed} of {len(names)} mutants killed\n")
    return 0 if killed >= 0.95 * len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
