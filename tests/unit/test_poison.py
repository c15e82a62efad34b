"""A record that crashes its step stays in its queue alone, whichever function it crashes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from functions.map_document import handler as mapping
from functions.post_effect import handler as posting
from functions.redrive_dead_letters import handler as redriving
from shared.canonical.codec import to_json
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.map_document import Mapping
from shared.workflow.post_effect import PostEffect
from shared.workflow.redrive_dead_letters import Redrive
from tests.builders import a_document
from tests.effects import a_pace, an_issue, tokens

DEADLINE = FixedDeadline(30)
DEAD_LETTERS = "arn:aws:sqs:us-east-1:000000000000:x-EffectsDeadLettersQueue-1A"


def an_event(bodies: Sequence[str]) -> dict[str, Any]:
    records = [
        {
            "messageId": f"m-{number}",
            "body": body,
            "eventSource": "aws:sqs",
            "eventSourceARN": DEAD_LETTERS,
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def crashing_on(poison: Callable[[Any], bool], done: list[Any], answer: object) -> object:
    """A step of single models."""

    def step(model: Any) -> object:  # noqa: ANN401 - any function's model
        if poison(model):
            raise RuntimeError("crashed")
        done.append(model)
        return answer

    return step


def test_a_document_that_crashes_mapping_stays_and_the_others_are_mapped_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[Any] = []
    step = crashing_on(lambda each: each.document_id == "D-3", done, Mapping(ends={}, holds=0))
    monkeypatch.setattr(mapping, "map_document", lambda: step)
    bodies = [to_json(replace(a_document(), document_id=f"D-{number}")) for number in range(10)]

    answer = mapping.processor.respond(an_event(bodies), mapping.map_documents, deadline=DEADLINE)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-3"}]}
    assert [each.document_id for each in done] == [f"D-{n}" for n in range(10) if n != 3]


def test_an_effect_that_crashes_the_connector_stays_and_the_others_are_posted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    erp, ledger, clock = SimulatedErp(), SimulatedEffectLedger(), VirtualClock()
    step = PostEffect(
        target="erp",
        connector=erp,
        breakers=SimulatedTargetBreaker(ledger=ledger),
        pace=a_pace(clock),
        ledger=ledger,
        holds=SimulatedHoldStore(),
        clock=clock,
        new_token=tokens(),
    )
    monkeypatch.setattr(posting, "post_effect", lambda: step)
    effects = [an_issue(f"TX-{number}") for number in range(50)]
    effects[20] = replace(effects[20], effect_id="not hex, so it has no reference")

    answer = posting.processor.respond(
        an_event([to_json(each) for each in effects]), posting.post_effects, deadline=DEADLINE
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-20"}]}
    assert len(erp.documents) == ledger.writes == 49


def test_a_dead_letter_that_cannot_be_handled_does_not_keep_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[Any] = []
    step = crashing_on(lambda each: each.body == "b", done, Redrive.RETURNED)
    monkeypatch.setattr(redriving, "redrive_dead_letters", lambda: step)
    event = an_event(["a", "b", "c"])

    answer = redriving.processor.respond(event, redriving.redrive_letters, deadline=DEADLINE)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert [each.body for each in done] == ["a", "c"]
