"""Many histories of at most 10,000 effects each, one seed after another, on several processes."""

import gc
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from shared.simulation.histories.faults import FaultLevel
from shared.simulation.histories.history import History, Plan, run_history

MOST_EFFECTS = 10_000  # of one history

COUNTS = (
    *("effects", "events", "duplicated", "lost", "stuck", "cents_off", "reviews"),
    *("seeded_reviews", "refusals", "seeded_refusals", "holds_off", "crashes"),
)

Watch = Callable[[History], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What is asked for: the effects are shared out evenly among all levels and targets."""

    effects: int
    seed: int
    levels: Sequence[FaultLevel]
    targets: Sequence[str]
    jobs: int = 1
    state: Path | None = None

    def plans(self) -> Iterator[Plan]:
        """Each history of it: the first has the campaign's own seed."""
        kinds = [(level, target) for target in self.targets for level in self.levels]
        share, rest = divmod(self.effects, len(kinds))
        for place, (level, target) in enumerate(kinds):
            left, seed = share + (place < rest), self.seed
            while left > 0:
                effects = min(left, MOST_EFFECTS)
                yield Plan(seed=seed, effects=effects, level=level, target=target)
                left, seed = left - effects, seed + 1


@dataclass(slots=True)
class Total:
    """The sum of many histories. `failed` are those that went wrong."""

    histories: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    failed: list[Mapping[str, object]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, outcome: Mapping[str, object]) -> None:
        """One more history's outcome."""
        self.histories += 1
        for name in COUNTS:
            self.counts[name] += int(str(outcome[name]))
        if not outcome["is_good"]:
            self.failed.append(outcome)

    def result(self) -> dict[str, object]:
        """The object that programs read."""
        seconds = round(self.seconds, 1)
        return {
            "histories": self.histories,
            **self.counts,
            "seconds": seconds,
            "events_per_second": round(self.counts["events"] / max(self.seconds, 1e-6)),
            "effects_per_second": round(self.counts["effects"] / max(self.seconds, 1e-6)),
            "failed": self.failed,
        }


def run_campaign(campaign: Campaign, *, watch: Watch | None = None) -> Total:
    """Run what its state file does not have yet; every outcome is kept there as it comes."""
    started, total = time.perf_counter(), Total()
    known = _known(campaign.state)
    plans = []
    for plan in campaign.plans():
        if outcome := known.get(command_of(plan)):
            total.add(outcome)
        else:
            plans.append(plan)
    for history in _histories(plans, campaign.jobs):
        outcome = outcome_of(history)
        total.add(outcome)
        if campaign.state is not None:
            with campaign.state.open("a") as lines:
                lines.write(json.dumps(outcome) + "\n")
        if watch is not None:
            watch(history)
    total.seconds = time.perf_counter() - started
    return total


def command_of(plan: Plan) -> str:
    """The shortest command that runs exactly this history again."""
    told = f"--effects {plan.effects} --seed {plan.seed} --faults {plan.level} "
    return f"simulate {told}--target {plan.target}"


def outcome_of(history: History) -> dict[str, object]:
    """One history in counts, with what went wrong in words."""
    verdict = history.verdict
    return {
        "command": command_of(history.plan),
        "is_good": history.is_good,
        "effects": history.effects,
        "events": history.events,
        "duplicated": verdict.duplicated,
        "lost": verdict.lost,
        "stuck": verdict.stuck,
        "cents_off": verdict.cents_off,
        "reviews": verdict.reviews,
        "seeded_reviews": verdict.seeded_reviews,
        "refusals": verdict.refusals,
        "seeded_refusals": verdict.seeded_refusals,
        "holds_off": verdict.holds_off,
        "crashes": sum(history.crashes.values()),
        "seconds": round(history.seconds, 2),
        "examples": {**verdict.examples, "crashes": [*history.crashes][:5]},
    }


def _histories(plans: Sequence[Plan], jobs: int) -> Iterator[History]:
    if jobs <= 1 or len(plans) <= 1:
        yield from map(run_history, plans)
        return
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_without_haste
    ) as pool:
        running: list[Future[History]] = [pool.submit(_alone, plan) for plan in plans]
        for future in as_completed(running):
            yield future.result()


def _alone(plan: Plan) -> History:
    """Run one history, and leave nothing of its world behind."""
    history = run_history(plan)
    gc.collect()
    return history


def _without_haste() -> None:
    """Collect garbage seldom: nearly all that a history makes lives until its end."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _known(state: Path | None) -> Mapping[str, Mapping[str, object]]:
    """Outcomes by the command of their history; a line that was cut off is run again."""
    if state is None or not state.exists():
        return {}
    found: dict[str, Mapping[str, object]] = {}
    for line in state.read_text().splitlines():
        try:
            outcome = json.loads(line)
            found[outcome["command"]] = outcome
        except (ValueError, KeyError):
            continue
    return found
