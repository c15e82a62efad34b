"""The hunt for one mutant: history after history, until one sees it."""

import time
from dataclasses import dataclass

from tests.simulation.crash_points import outcome_of
from tests.simulation.mutants.mutant import Trial
from tests.simulation.mutants.registry import BY_NAME, Hunt


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunted:
    """What killed a mutant, and how many histories that took; nothing if it survived."""

    name: str
    histories: int
    seconds: float
    trial: Trial | None = None
    seen: str = ""


def hunted(name: str) -> Hunted:
    """Look for a mutant where it is looked for, until the first history that sees it."""
    found, started, tried = BY_NAME[name], time.perf_counter(), 0
    for trial in list(found.trials()):
        tried += 1
        with found.mutant.alive():
            history = trial.run()
        if not history.is_good and _is_good_unbroken(found, trial):
            return Hunted(
                name=name,
                histories=tried,
                seconds=time.perf_counter() - started,
                trial=trial,
                seen=outcome_of(history),
            )
    return Hunted(name=name, histories=tried, seconds=time.perf_counter() - started)


def _is_good_unbroken(found: Hunt, trial: Trial) -> bool:
    """Else it would say nothing about the mutant."""
    with found.mutant.control():
        return trial.run().is_good
