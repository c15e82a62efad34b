"""A recovery asks the target until nothing is in doubt, through whatever gets in between."""

from collections.abc import Callable, Iterator

import pytest

from shared.cli.recovery import AGAIN_SECONDS, asked_until_known
from shared.errors import ThrottledError

BUSY = ThrottledError("written meanwhile")


def answering(answers: Iterator[int | ThrottledError]) -> Callable[[], int]:
    def end_doubt() -> int:
        answer = next(answers)
        if isinstance(answer, ThrottledError):
            raise answer
        return answer

    return end_doubt


def test_it_asks_until_nothing_is_left_and_no_longer() -> None:
    answers: Iterator[int | ThrottledError] = iter([3, BUSY, 1, 0, 7])
    slept = list[float]()

    left = asked_until_known(answering(answers), sleep=slept.append)

    assert left == 0
    assert slept == [AGAIN_SECONDS] * 3
    assert next(answers) == 7


def test_what_is_left_when_patience_ends_is_told() -> None:
    assert asked_until_known(answering(iter([2])), patience_seconds=0.0) == 2


def test_what_could_not_be_written_to_the_end_is_an_error() -> None:
    with pytest.raises(ThrottledError):
        asked_until_known(answering(iter([BUSY])), patience_seconds=0.0)
