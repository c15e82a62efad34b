"""A crash before and after every I/O of every step, alone and in pairs: nothing may come of it.

After one I/O and before the next of the same worker is one moment, so it is crashed once.

`python -m tests.simulation.crash_points [--pairs] [--target e1|e2|e3] [--history NAME]` runs all of
them; `--at K [L]` replays one history with its crashes, step by step.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from shared.simulation.histories.history import History, run_history
from shared.simulation.histories.targets import TARGETS
from tests.simulation.small_histories import CRASHED, SCENES, plan_of

# I/O that changes nothing. What follows the last change of a history is the same idle minute over
# and over: its first is crashed, the others are not.
READS = frozenset(
    {
        *("breakers.read", "breakers.read_with", "ledger.read", "ledger.due", "holds.of_line"),
        *("parking.missing_keys", "parking.parked_on", "parking.records", "master.exists"),
    }
)
IDLE_POINTS = 12


@dataclass(slots=True)
class Tried:
    """What one history came to at all its crash points. `failed` has those that went wrong."""

    name: str
    target: str
    points: int = 0
    moments: int = 0
    pairs: int = 0
    failed: list[tuple[int, ...]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    seconds: float = 0.0


def crashed(name: str, target: str, *crash_at: int) -> History:
    """One history, with a crash at each of these points."""
    return run_history(plan_of(name, target, crash_at), SCENES[name]())


def tried(name: str, target: str, *, in_pairs: bool, most_failures: int = 5) -> Tried:
    """Crash one history everywhere, until so many of its crashes have failed."""
    started, found = time.perf_counter(), Tried(name=name, target=target)
    for first, once in _singles(name, target, found):
        if in_pairs:
            for second in moments(once, after=first):
                found.pairs += 1
                _judge(found, crashed(name, target, first, second), first, second)
                if len(found.failed) >= most_failures:
                    break
        if len(found.failed) >= most_failures:
            break
    found.seconds = time.perf_counter() - started
    return found


def busy_points(history: History) -> int:
    """Points until nothing changes any more, and those of the idle minute after that."""
    names = history.point_names
    last = max((place for place, name in enumerate(names, 1) if name not in READS), default=0)
    return min(last + IDLE_POINTS, len(names))


def moments(history: History, *, after: int = 0) -> Sequence[int]:
    """One point of each moment at which a worker may die, behind the one at which it did."""
    points = range(after + 1, busy_points(history) + 1)
    return [each for each in points if each not in history.same_moment]


def command_of(name: str, target: str, crash_at: Sequence[int]) -> str:
    """The shortest command that replays a failure."""
    points = " ".join(map(str, crash_at))
    module = "python -m tests.simulation.crash_points"
    return f"{module} --target {target} --history {name} --at {points}"


def outcome_of(history: History) -> str:
    """What went wrong, in a line; "good" if nothing did."""
    if history.is_good:
        return "good"
    verdict = history.verdict
    counts = {
        "duplicated": verdict.duplicated,
        "lost": verdict.lost,
        "stuck": verdict.stuck,
        "cents": verdict.cents_off,
        "reviews": verdict.reviews - verdict.seeded_reviews,
        "refusals": verdict.refusals - verdict.seeded_refusals,
        "holds": verdict.holds_off,
        "crashes": sum(history.crashes.values()),
    }
    return " ".join(f"{count} {name}" for name, count in counts.items() if count)


def _singles(name: str, target: str, found: Tried) -> Iterator[tuple[int, History]]:
    unharmed = crashed(name, target)
    _judge(found, unharmed)
    found.points = busy_points(unharmed)
    for first in moments(unharmed):
        found.moments += 1
        once = crashed(name, target, first)
        _judge(found, once, first)
        yield first, once


def _judge(found: Tried, history: History, *crash_at: int) -> None:
    if not history.is_good:
        found.failed.append(crash_at)
        found.seen.append(outcome_of(history))


def _of_process(asked: tuple[str, str, bool]) -> Tried:
    name, target, in_pairs = asked
    return tried(name, target, in_pairs=in_pairs)


def _replayed(name: str, target: str, crash_at: Sequence[int]) -> bool:
    history = crashed(name, target, *crash_at)
    for step in history.trace:
        sys.stdout.write(f"{step}\n")
    sys.stdout.write(f"{outcome_of(history)} {history.verdict.examples} {history.crashes or ''}\n")
    return history.is_good


def _all(targets: Sequence[str], names: Sequence[str], *, in_pairs: bool, jobs: int) -> bool:
    asked = [(name, target, in_pairs) for target in targets for name in names]
    told = [0, 0, 0, 0]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_of_process, asked):
            counts = (found.points, found.moments, found.pairs, len(found.failed))
            told = [sum(each) for each in zip(told, counts, strict=True)]
            sys.stdout.write(
                f"{found.target} {found.name:<22} {_counted(counts)} {found.seconds:>7.1f} s\n"
            )
            for crash_at, seen in zip(found.failed, found.seen, strict=True):
                command = command_of(found.name, found.target, crash_at)
                sys.stdout.write(f"  {seen}: {command}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{'all':<25} {_counted(told)}\n")
    return not told[-1]


def _counted(counts: Sequence[int]) -> str:
    points, moments_, pairs, failures = counts
    return f"{points:>5} points, {moments_:>5} moments, {pairs:>7} pairs, {failures:>3} failures"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.crash_points")
    parser.add_argument("--pairs", action="store_true", help="all pairs, too")
    parser.add_argument("--target", choices=[*TARGETS], help="one class; else all")
    parser.add_argument("--history", choices=[*CRASHED], help="one history; else all")
    parser.add_argument("--at", type=int, nargs="+", help="replay this one")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    targets = [asked.target] if asked.target else [*TARGETS]
    names = [asked.history] if asked.history else [*CRASHED]
    if asked.at:
        return 0 if _replayed(names[0], targets[0], asked.at) else 1
    return 0 if _all(targets, names, in_pairs=asked.pairs, jobs=asked.jobs) else 1


if __name__ == "__main__":
    sys.exit(main())
