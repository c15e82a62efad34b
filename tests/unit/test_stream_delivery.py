"""What the engine does with a stream batch of which something failed: as AWS does it."""

import pytest

from infra.local.fixes.streams import Attempt, Step, after_failure, first_failure

RECORDS = [{"dynamodb": {"SequenceNumber": str(100 + number)}} for number in range(4)]


def reported(*numbers: str) -> dict[str, object]:
    return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}


def test_an_answer_without_failures_is_a_success() -> None:
    assert first_failure(RECORDS, {"batchItemFailures": []}) is None
    assert first_failure(RECORDS, None) is None


def test_the_earliest_named_failure_counts_whatever_the_order() -> None:
    assert first_failure(RECORDS, reported("103", "101")) == 1


@pytest.mark.parametrize("number", ["", "999"])
def test_a_failure_that_names_no_record_of_the_batch_fails_all_of_it(number: str) -> None:
    assert first_failure(RECORDS, reported(number)) == 0


def test_what_came_before_the_failure_is_done() -> None:
    step = after_failure(Attempt(), size=10, failed_at=4, bisects=False, retries=3)

    assert step == Step(4, 0, Attempt(failures=1, window=6))


def test_a_batch_is_halved_until_the_bad_record_stands_alone_and_halving_costs_no_retry() -> None:
    attempt, windows = Attempt(), []
    size = 10
    while size > 1:
        step = after_failure(attempt, size=size, failed_at=0, bisects=True, retries=2)
        attempt, size = step.next_attempt, step.next_attempt.window
        windows.append(size)
        assert step.give_up == 0

    assert windows == [5, 3, 2, 1]
    assert attempt.failures == 0


def test_a_single_bad_record_is_given_up_after_its_retries() -> None:
    attempt = Attempt(window=1)
    outcomes = []
    for _ in range(3):
        step = after_failure(attempt, size=1, failed_at=0, bisects=True, retries=2)
        outcomes.append(step.give_up)
        attempt = step.next_attempt

    assert outcomes == [0, 0, 1]
    assert attempt == Attempt()


def test_without_halving_everything_from_the_failure_on_is_given_up() -> None:
    step = after_failure(Attempt(failures=2), size=5, failed_at=0, bisects=False, retries=2)

    assert step == Step(0, 5, Attempt())


def test_without_a_limit_a_record_is_tried_for_ever() -> None:
    step = after_failure(Attempt(failures=99), size=1, failed_at=0, bisects=True, retries=-1)

    assert step == Step(0, 0, Attempt(failures=100, window=1))
