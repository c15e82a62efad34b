"""One step call for a whole batch, an answer for each record."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from shared.aws.clock import LambdaDeadline
from shared.aws.queues import effect_of
from shared.aws.records import AllRecordsProcessor, EventType, acknowledged, from_body, one_by_one
from shared.canonical.codec import to_json
from shared.canonical.effect import Effect
from shared.errors import ThrottledError
from shared.ports.clock import Deadline
from shared.simulation.clock import FixedDeadline
from tests.effects import an_issue

DEADLINE = FixedDeadline(20)


def an_event(*bodies: str) -> dict[str, list[dict[str, str]]]:
    return {
        "Records": [
            {"messageId": f"m-{number}", "body": body, "eventSource": "aws:sqs"}
            for number, body in enumerate(bodies)
        ]
    }


def a_processor() -> AllRecordsProcessor[Effect]:
    return AllRecordsProcessor(event_type=EventType.SQS, read=from_body(effect_of))


class Step:
    """Remembers what it was given and keeps the records it was told to keep."""

    def __init__(self, *, answer: Sequence[bool] | None = None) -> None:
        self.answer = answer
        self.batches: list[Sequence[Effect]] = []
        self.deadlines: list[Deadline] = []

    def __call__(self, effects: Sequence[Effect], deadline: Deadline) -> Sequence[bool]:
        self.batches.append(effects)
        self.deadlines.append(deadline)
        return acknowledged(effects) if self.answer is None else self.answer


def test_all_records_share_one_call_in_order() -> None:
    effects = [an_issue(f"TX-{number}") for number in range(3)]
    step = Step()

    answer = a_processor().respond(an_event(*map(to_json, effects)), step, deadline=DEADLINE)

    assert step.batches == [effects]
    assert step.deadlines == [DEADLINE]
    assert answer == {"batchItemFailures": []}


def test_a_record_is_kept_if_the_step_says_so() -> None:
    processor = a_processor()
    bodies = [to_json(an_issue(f"TX-{number}")) for number in range(3)]

    answer = processor.respond(
        an_event(*bodies), Step(answer=[False, True, False]), deadline=DEADLINE
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert (processor.kept, processor.unreadable) == (1, 0)


def test_an_unreadable_record_stays_for_the_dead_letters_and_costs_the_others_nothing() -> None:
    processor, step = a_processor(), Step()
    good = to_json(an_issue())
    unknown_field = json.dumps(json.loads(good) | {"patient_name": "DOE"})

    answer = processor.respond(an_event("{", good, unknown_field, ""), step, deadline=DEADLINE)

    kept = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert kept == ["m-0", "m-2", "m-3"]
    assert step.batches == [[an_issue()]]
    assert (processor.kept, processor.unreadable) == (3, 3)


def test_a_batch_that_cannot_be_read_at_all_is_kept_without_calling_the_step() -> None:
    step = Step()

    answer = a_processor().respond(an_event("{", "["), step, deadline=DEADLINE)

    assert len(answer["batchItemFailures"]) == 2
    assert step.batches == []


def test_a_batch_does_not_remember_the_one_before() -> None:
    processor = a_processor()
    processor.respond(an_event("{"), Step(), deadline=DEADLINE)

    answer = processor.respond(an_event(to_json(an_issue())), Step(), deadline=DEADLINE)

    assert answer == {"batchItemFailures": []}
    assert (processor.kept, processor.unreadable) == (0, 0)


def test_what_the_step_raises_on_a_record_alone_is_raised() -> None:
    def broken(_: Sequence[Effect], __: Deadline) -> Sequence[bool]:
        raise RuntimeError("the ledger is away")

    with pytest.raises(RuntimeError, match="the ledger is away"):
        a_processor().respond(an_event(to_json(an_issue())), broken, deadline=DEADLINE)


class CrashingStep(Step):
    """Crashes on any batch that has one of these effects in it."""

    def __init__(self, *poison: Effect, error: type[Exception] = RuntimeError) -> None:
        super().__init__()
        self.poison = poison
        self.error = error

    def __call__(self, effects: Sequence[Effect], deadline: Deadline) -> Sequence[bool]:
        answer = super().__call__(effects, deadline)
        if any(effect in self.poison for effect in effects):
            raise self.error("crashed")
        return answer


def done_by(step: Step, poison: Sequence[Effect]) -> set[str]:
    """What stood in a batch that did not crash."""
    fine = [batch for batch in step.batches if not any(each in poison for each in batch)]
    return {effect.effect_id for batch in fine for effect in batch}


@pytest.mark.parametrize("places", [(0,), (7,), (3, 4), (0, 1, 2, 9)])
def test_a_record_that_crashes_the_step_is_kept_and_the_others_are_done(
    places: tuple[int, ...],
) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(10)]
    poison = [effects[place] for place in places]
    processor, step = a_processor(), CrashingStep(*poison)

    answer = processor.respond(an_event(*map(to_json, effects)), step, deadline=DEADLINE)

    kept = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert kept == [f"m-{place}" for place in places]
    assert processor.crashed == len(places)
    assert done_by(step, poison) == {each.effect_id for each in effects if each not in poison}


def test_one_poison_record_among_fifty_costs_few_more_calls() -> None:
    effects = [an_issue(f"TX-{number}") for number in range(50)]
    step = CrashingStep(effects[17])

    a_processor().respond(an_event(*map(to_json, effects)), step, deadline=DEADLINE)

    assert len(step.batches) == 13


def test_what_every_record_crashes_on_is_nobodys_poison() -> None:
    effects = [an_issue(f"TX-{number}") for number in range(4)]

    with pytest.raises(RuntimeError, match="crashed"):
        a_processor().respond(
            an_event(*map(to_json, effects)), CrashingStep(*effects), deadline=DEADLINE
        )


@pytest.mark.parametrize(
    ("error", "seconds"), [(ThrottledError, 20.0), (RuntimeError, 4.9)], ids=["throttled", "late"]
)
def test_a_batch_is_not_halved_for_a_throttled_store_nor_without_time(
    error: type[Exception], seconds: float
) -> None:
    effects = [an_issue(f"TX-{number}") for number in range(4)]
    step = CrashingStep(effects[1], error=error)

    with pytest.raises(error):
        a_processor().respond(
            an_event(*map(to_json, effects)), step, deadline=FixedDeadline(seconds)
        )

    assert len(step.batches) == 1


def test_work_that_shares_nothing_crashes_one_by_one() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 2:
            raise RuntimeError("crashed")
        done.append(number)

    assert one_by_one([1, 2, 3], work) == [False, True, False]
    assert done == [1, 3]
    assert one_by_one([], work) == []
    with pytest.raises(RuntimeError, match="crashed"):
        one_by_one([2, 2], work)


def test_a_step_must_answer_for_every_record() -> None:
    bodies = [to_json(an_issue(f"TX-{number}")) for number in range(2)]

    with pytest.raises(ValueError, match="shorter"):
        a_processor().respond(an_event(*bodies), Step(answer=[False]), deadline=DEADLINE)


def test_a_stream_is_answered_by_sequence_numbers() -> None:
    processor: AllRecordsProcessor[str] = AllRecordsProcessor(
        event_type=EventType.DYNAMODB_STREAM, read=lambda record: record["dynamodb"]["Keys"]["pk"]
    )
    records = [
        {"dynamodb": {"SequenceNumber": "100", "Keys": {"pk": "a"}}},
        {"dynamodb": {"SequenceNumber": "101", "Keys": {}}},
    ]

    answer = processor.respond(
        {"Records": records}, lambda changes, _: acknowledged(changes), deadline=DEADLINE
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "101"}]}


def test_the_time_left_is_lambdas_and_never_negative() -> None:
    class Context:
        def __init__(self, millis: int) -> None:
            self.millis = millis

        def get_remaining_time_in_millis(self) -> int:
            return self.millis

    assert LambdaDeadline(Context(12_500)).remaining_seconds() == 12.5
    assert LambdaDeadline(Context(-3)).remaining_seconds() == 0.0


def test_reading_batches_imports_no_tracing_sdk_no_parser_and_no_idempotency() -> None:
    program = (
        "import sys, shared.aws.records, shared.aws.queues\n"
        "heavy = ('aws_xray_sdk', 'aws_lambda_powertools.utilities.parser',"
        " 'aws_lambda_powertools.utilities.idempotency', 'httpx')\n"
        "sys.exit(','.join(name for name in heavy if name in sys.modules) or None)"
    )

    run = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (0, "")
