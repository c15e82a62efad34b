"""What people are told of a target."""

from shared.canonical.breaker import Breaker
from shared.cli.targets import told


def test_a_target_that_answers_has_no_next_probe() -> None:
    assert told(Breaker(target="tryton")) == {
        "left_alone": False,
        "failed_calls": 0,
        "next_probe": "",
    }


def test_a_target_that_is_left_alone_is_told_with_its_next_probe() -> None:
    breaker = Breaker(target="tryton", failures=3, waits=1, probe_at=1_800_000_000)

    assert told(breaker) == {
        "left_alone": True,
        "failed_calls": 3,
        "next_probe": "2027-01-15T08:00:00+00:00",
    }
