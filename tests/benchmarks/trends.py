"""The arithmetic of a soak: slopes over time outside an outage, backlog, windows of latency."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import linear_regression

HOUR_SECONDS = 3600.0
FEWEST_POINTS = 3  # two always lie on a line

Point = tuple[datetime, float]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Memory in MiB of each living process at a moment, by who it belongs to."""

    at: datetime
    memory: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time over which figures are taken; both ends belong to it."""

    name: str
    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether it falls into it."""
        return self.begins <= moment <= self.ends


def slope_an_hour(points: Sequence[Point]) -> float | None:
    """By least squares, per hour; None if there are too few points to tell."""
    if len(points) < FEWEST_POINTS:
        return None
    first, _ = points[0]
    hours = [(moment - first).total_seconds() / HOUR_SECONDS for moment, _ in points]
    return linear_regression(hours, [value for _, value in points]).slope


def largest_of(samples: Sequence[Sample]) -> Mapping[str, Sequence[Point]]:
    """By name the memory of its largest process, in which a leak shows however many there are."""
    names = sorted({name for sample in samples for name in sample.memory})
    return {
        name: [(each.at, max(each.memory[name])) for each in samples if name in each.memory]
        for name in names
    }


def all_of(samples: Sequence[Sample]) -> Sequence[Point]:
    """The memory of all processes together."""
    return [(each.at, sum(sum(held) for held in each.memory.values())) for each in samples]


def backlog(
    moments: Sequence[datetime], came: Sequence[datetime], posted: Sequence[datetime]
) -> Sequence[Point]:
    """How many had come and were not posted yet, at each of these moments."""
    arrivals, done = sorted(came), sorted(posted)
    return [
        (moment, float(bisect_right(arrivals, moment) - bisect_right(done, moment)))
        for moment in moments
    ]


def within(points: Sequence[Point], *stretches: Stretch) -> Sequence[Point]:
    """Those that fall into any of these stretches."""
    return [point for point in points if any(each.holds(point[0]) for each in stretches)]


def calm_stretches(
    begins: datetime, ends: datetime, outage: tuple[datetime, datetime] | None
) -> tuple[Stretch, ...]:
    """Before an outage and from the moment on when its backlog was drained; else all of it."""
    if outage is None:
        return (Stretch(name="whole", begins=begins, ends=ends),)
    gone, drained = outage
    return (
        Stretch(name="before", begins=begins, ends=gone),
        Stretch(name="after", begins=drained, ends=ends),
    )


def windows(begins: datetime, ends: datetime, length: timedelta) -> Iterator[Stretch]:
    """The first and the last time of this length, a third of the whole at most."""
    length = min(length, (ends - begins) / 3)
    yield Stretch(name="first", begins=begins, ends=begins + length)
    yield Stretch(name="last", begins=ends - length, ends=ends)
