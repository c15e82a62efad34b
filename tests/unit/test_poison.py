"""A record that crashes its step stays in its queue alone, whichever function it crashes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from functions.map_document import handler as mapping
from functions.post_effect import handler as posting
from functions.redrive_dead_letters import handler as redriving
from shared.canonical.codec import to_json
from shared.canonical.effect import Effect
from shared.canonical.journal import JournalEntry
from shared.canonical.usage import SupplyUsage
from shared.errors import ThrottledError
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.effect_ledger import SimulatedEffectLedger
from shared.simulation.erp import SimulatedErp
from shared.simulation.hold_store import SimulatedHoldStore
from shared.simulation.journal import SimulatedJournal
from shared.simulation.queues import SimulatedEffectQueue
from shared.simulation.target_breaker import SimulatedTargetBreaker
from shared.workflow.map_usage import MapUsage
from shared.workflow.post_effect import PostEffect
from shared.workflow.redrive_dead_letters import Redrive
from tests.builders import a_document, a_usage_line
from tests.effects import a_pace, an_issue, tokens
from tests.usage_world import UsageWorld

DEADLINE = FixedDeadline(30)
DEAD_LETTERS = "arn:aws:sqs:us-east-1:000000000000:x-EffectsDeadLettersQueue-1A"


ALL_BUT_ONE = [f"D-{number}" for number in range(10) if number != 3]


class CrashingJournal(SimulatedJournal):
    """Has a chain that nobody can read."""

    def first(self, document_id: str, kind: str) -> JournalEntry | None:
        if document_id == "D-3":
            raise RuntimeError("crashed")
        return super().first(document_id, kind)


class RefusingQueue(SimulatedEffectQueue):
    """Takes nothing of one document, nor what is sent with that."""

    def send(self, effects: Sequence[Effect]) -> None:
        if any(each.document_id == "D-3" for each in effects):
            raise ThrottledError("not taken")
        super().send(effects)


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


def mapped(
    monkeypatch: pytest.MonkeyPatch, step: MapUsage, documents: Sequence[SupplyUsage]
) -> Sequence[str]:
    """What stays in the queue of a batch of these."""
    monkeypatch.setattr(mapping, "map_document", lambda: step)
    event = an_event([to_json(each) for each in documents])
    answer = mapping.processor.respond(event, mapping.map_documents, deadline=DEADLINE)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def ten_documents() -> list[SupplyUsage]:
    """Of one line each, under ids D-0 to D-9."""
    return [
        a_document(
            a_usage_line(key=("EHR", "NORTH", f"T-{number}", "charge")),
            document_id=f"D-{number}",
            message_id=f"message-{number}",
        )
        for number in range(10)
    ]


def journalled(world: UsageWorld) -> list[str]:
    """The documents that the journal calls mapped."""
    chains = world.journal.chains.values()
    return [chain[0].document_id for chain in chains if chain[0].fact.kind == "mapped"]


def test_a_document_that_crashes_mapping_stays_and_the_others_are_mapped_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = UsageWorld(journal=CrashingJournal())

    kept = mapped(monkeypatch, world.map, ten_documents())

    assert kept == ["m-3"]
    assert [each.document_id for each in world.effects.sent] == ALL_BUT_ONE
    assert journalled(world) == ALL_BUT_ONE


def test_a_document_whose_effect_was_not_taken_stays_and_is_not_journalled_as_mapped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, documents = UsageWorld(effects=RefusingQueue()), ten_documents()

    kept = mapped(monkeypatch, world.map, documents)
    told = journalled(world)
    again = mapped(monkeypatch, replace(world.map, effects=SimulatedEffectQueue()), documents[3:4])

    assert (kept, again) == (["m-3"], [])
    assert [each.document_id for each in world.effects.sent] == told == ALL_BUT_ONE
    assert journalled(world) == [*ALL_BUT_ONE, "D-3"]


def test_a_batch_of_which_nothing_is_taken_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    world = UsageWorld(effects=RefusingQueue())

    with pytest.raises(ThrottledError):
        mapped(monkeypatch, world.map, ten_documents()[3:4])

    assert journalled(world) == []


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
