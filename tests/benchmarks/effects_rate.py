"""Effects per second into the ERP through the deployed stack, beside the ERP's own rate.

`python -m tests.benchmarks.effects_rate` on a box that is up. The queue is filled first. The ERP's
own rate is that of the connector's same call from this process, with the batch size and the
concurrency of the deployed mapping, on the same ERP in the same run. The two take turns, so that
other load and the ERP's growth fall on both. Seconds run from opening the queue until its last
message is acknowledged; `told` until journal and event bus have heard of all outcomes.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.canonical.effect import Effect
from shared.cli.deployment import open_deployment
from tests.benchmarks.posting import Drained, Posting
from tests.benchmarks.workload import fresh_effects, sample_effects

ROUNDS, EFFECTS, WARM_UP = 10, 200, 100
BUDGET = 0.80


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One queueful through the stack, and as many effects straight into the ERP."""

    stack: Drained
    erp: Drained


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Effects a second over all rounds, both ways."""

    stack: float
    erp: float

    @property
    def ratio(self) -> float:
        """Which share of the ERP's own rate arrives through the stack."""
        return self.stack / self.erp


def rate_of(drained: Sequence[Drained]) -> float:
    """All effects over all seconds: a slow round counts by the time it took."""
    return sum(each.effects for each in drained) / sum(each.seconds for each in drained)


def rates_of(rounds: Sequence[Round]) -> Rates:
    """Both rates over these rounds."""
    return Rates(
        stack=rate_of([each.stack for each in rounds]), erp=rate_of([each.erp for each in rounds])
    )


def taken_in_turns(
    posting: Posting, samples: Sequence[Effect], *, rounds: int, effects: int
) -> list[Round]:
    """Both ways with as many effects, the first of a round now one, now the other."""
    done = []
    for number in range(rounds):
        mine, theirs = fresh_effects(samples, effects), fresh_effects(samples, effects)
        if number % 2:
            erp = posting.into_the_erp(theirs)
            stack = posting.through_the_stack(mine)
        else:
            stack = posting.through_the_stack(mine)
            erp = posting.into_the_erp(theirs)
        done.append(Round(stack=stack, erp=erp))
    return done


def rows(rounds: Sequence[Round]) -> Iterator[str]:
    """The table, round by round and in sum."""
    head = ("round", "effects", "stack s", "told s", "stack /s", "ERP s", "ERP /s", "ratio")
    yield "".join(f"{each:>10}" for each in head)
    for number, each in enumerate(rounds, start=1):
        yield _row(str(number), [each])
    yield _row("all", rounds)


def _row(name: str, rounds: Sequence[Round]) -> str:
    rates = rates_of(rounds)
    figures = (
        f"{sum(each.stack.effects for each in rounds)}",
        f"{sum(each.stack.seconds for each in rounds):.2f}",
        f"{sum(each.stack.told_seconds for each in rounds):.2f}",
        f"{rates.stack:.1f}",
        f"{sum(each.erp.seconds for each in rounds):.2f}",
        f"{rates.erp:.1f}",
        f"{rates.ratio:.0%}",
    )
    return f"{name:>10}" + "".join(f"{figure:>10}" for figure in figures)


def main() -> None:
    """Measure and print; exit 1 below the budget."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--effects", type=int, default=EFFECTS)
    chosen = options.parse_args()
    posting = Posting(open_deployment())
    samples = sample_effects(posting.deployment)
    posting.through_the_stack(fresh_effects(samples, WARM_UP))
    posting.into_the_erp(fresh_effects(samples, WARM_UP))
    rounds = taken_in_turns(posting, samples, rounds=chosen.rounds, effects=chosen.effects)
    ratio = rates_of(rounds).ratio
    sys.stdout.write("\n".join(rows(rounds)) + "\n")
    sys.stdout.write(
        f"batches of {posting.batch_size}, {posting.concurrency} at once;"
        f" {ratio:.0%} of the ERP's own rate, budget {BUDGET:.0%}\n"
    )
    sys.exit(ratio < BUDGET)


if __name__ == "__main__":
    main()
