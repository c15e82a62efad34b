"""The arithmetic of the stack's figures, by hand; never the timings."""

import pytest

from tests.benchmarks.effects_rate import Round, rates_of
from tests.benchmarks.latency import spread_of
from tests.benchmarks.posting import Drained


def a_round(*, stack_seconds: float, erp_seconds: float) -> Round:
    return Round(
        stack=Drained(effects=100, seconds=stack_seconds),
        erp=Drained(effects=100, seconds=erp_seconds),
    )


def test_a_slow_round_counts_by_the_time_it_took() -> None:
    rounds = [
        a_round(stack_seconds=2.0, erp_seconds=1.0),
        a_round(stack_seconds=8.0, erp_seconds=9.0),
    ]

    rates = rates_of(rounds)

    assert (rates.stack, rates.erp) == (20.0, 20.0)
    assert rates.ratio == 1.0  # the mean of the rounds' own ratios, 0.5 and 1.125, is another


def test_a_stack_that_takes_longer_has_less_than_the_erps_own_rate() -> None:
    rates = rates_of([a_round(stack_seconds=5.0, erp_seconds=4.0)])

    assert rates.ratio == pytest.approx(0.8)


def test_percentiles_lie_among_what_was_measured() -> None:
    spread = spread_of([float(number) for number in range(101)])

    assert (spread.count, spread.p50, spread.p95, spread.worst) == (101, 50.0, 95.0, 100.0)


def test_one_slow_message_in_three_hundred_is_the_worst_and_not_the_tail() -> None:
    spread = spread_of([0.2] * 299 + [9.0])

    assert (spread.p50, spread.p95, spread.worst) == (0.2, 0.2, 9.0)
