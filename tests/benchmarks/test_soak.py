"""The arithmetic of a soak, by hand; never the timings."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.benchmarks.soak import BACKLOG, TOGETHER, Soaked, Trend
from tests.benchmarks.trends import (
    Sample,
    Stretch,
    all_of,
    backlog,
    calm_stretches,
    largest_of,
    slope_an_hour,
    windows,
)

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def test_a_slope_is_per_hour_by_least_squares() -> None:
    assert slope_an_hour([(minute(0), 10.0), (minute(30), 12.0), (minute(60), 14.0)]) == (
        pytest.approx(4.0)
    )
    assert slope_an_hour([(minute(0), 1.0), (minute(60), 4.0), (minute(120), 1.0)]) == (
        pytest.approx(0.0)
    )
    assert slope_an_hour([(minute(0), 10.0), (minute(60), 99.0)]) is None


def test_a_leak_shows_in_the_largest_process_though_there_are_fewer_of_them() -> None:
    samples = [
        Sample(at=minute(0), memory={"post_effect": [50.0, 60.0], "engine": [100.0]}),
        Sample(at=minute(1), memory={"post_effect": [70.0], "ERP": [100.0]}),
    ]

    largest = largest_of(samples)

    assert largest["post_effect"] == [(minute(0), 60.0), (minute(1), 70.0)]
    assert largest["ERP"] == [(minute(1), 100.0)]
    assert all_of(samples) == [(minute(0), 210.0), (minute(1), 170.0)]


def test_backlog_is_what_came_less_what_was_posted() -> None:
    came, posted = [minute(0), minute(1), minute(2)], [minute(5), minute(1.5), minute(2)]

    found = backlog([minute(each) for each in (0, 1, 1.5, 2, 5)], came, posted)

    assert [count for _, count in found] == [1.0, 2.0, 1.0, 1.0, 0.0]


def test_what_happens_from_an_outage_until_its_backlog_is_drained_has_no_part_in_a_slope() -> None:
    calm = calm_stretches(minute(0), minute(60), (minute(20), minute(40)))
    points = [(minute(each), 500.0 if 20 < each < 40 else each) for each in range(61)]

    trend = Trend.of("engine", points, calm)

    assert trend.slopes == pytest.approx({"before": 60.0, "after": 60.0, "calm": 60.0})
    assert (trend.first, trend.last, trend.most) == (0.0, 60.0, 500.0)


def test_windows_are_ten_minutes_and_at_most_a_third() -> None:
    ten = timedelta(minutes=10)

    assert [*windows(minute(0), minute(60), ten)] == [
        Stretch(name="first", begins=minute(0), ends=minute(10)),
        Stretch(name="last", begins=minute(50), ends=minute(60)),
    ]
    assert [each.begins for each in windows(minute(0), minute(3), ten)] == [minute(0), minute(2)]


def test_latencies_compare_what_came_first_with_what_came_last() -> None:
    came = [minute(each) for each in range(61)]
    posted = [each + timedelta(seconds=1 if each < minute(30) else 3) for each in came]
    soak = Soaked(
        came=came,
        posted=posted,
        refused=0,
        samples=[Sample(at=minute(each), memory={"engine": [80.0]}) for each in range(61)],
        gone_at=minute(20),
        back_at=minute(25),
        most_dead_letters=0,
    )

    found = soak.latencies()

    assert {name: (each.count, each.p50, each.p95) for name, each in found.items()} == {
        "first": (11, 1.0, 1.0),
        "last": (11, 3.0, 3.0),
    }
    assert [*soak.series()] == ["engine", TOGETHER, BACKLOG]
    assert [each.begins for each in soak.calm] == [minute(0), minute(25) + timedelta(seconds=1)]
