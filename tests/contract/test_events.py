"""News reaches the bus, many outcomes an event, or the caller is told."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shared.aws.events import EventBridgePublisher
from shared.errors import ThrottledError
from shared.ports.events import EventPublisher, OutcomeNews
from shared.simulation.queues import SimulatedEventPublisher
from tests.contract.families import Aws
from tests.contract.wire import answer_instead

Entry = Mapping[str, Any]


def an_outcome(number: int, *, kind: str = "EffectPosted", erp_id: str = "M-1") -> OutcomeNews:
    return OutcomeNews(
        kind=kind,
        effect_id=f"{number:064x}",
        revision=number,
        at="2026-03-14T12:00:00+00:00",
        data={"facility": "NORTH", "erp_id": erp_id},
    )


def publisher_on(aws: Aws) -> EventBridgePublisher:
    aws.events.create_event_bus(Name="ledgerward")
    return EventBridgePublisher(client=aws.events, bus_name="ledgerward")


def test_the_simulated_bus_keeps_what_was_published() -> None:
    bus = SimulatedEventPublisher()
    publisher: EventPublisher = bus

    publisher.publish([an_outcome(1), an_outcome(2)])

    assert bus.published == [an_outcome(1), an_outcome(2)]


def taken(aws: Aws, news: Sequence[OutcomeNews]) -> list[list[Entry]]:
    """The events of each call that this news makes."""
    calls: list[list[Entry]] = []

    def take(request: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        calls.append(request["Entries"])
        return 200, {"FailedEntryCount": 0, "Entries": [{} for _ in request["Entries"]]}

    publisher = publisher_on(aws)
    answer_instead(aws.events, "PutEvents", *[take] * 2)
    publisher.publish(news)
    return calls


def outcomes_of(entry: Entry) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = json.loads(entry["Detail"])["outcomes"]
    return outcomes


def event_size(entry: Entry) -> int:
    texts = (entry["Source"], entry["DetailType"], entry["Detail"])
    return sum(len(text.encode()) for text in texts)


def test_nothing_to_tell_is_no_call(aws: Aws) -> None:
    assert taken(aws, []) == []


def test_a_rule_still_chooses_by_kind_and_gets_its_outcomes_in_one_event(aws: Aws) -> None:
    kinds = ("EffectPosted", "EffectRejected", "EffectPosted")
    news = [an_outcome(number, kind=kind) for number, kind in enumerate(kinds)]

    ((posted, rejected),) = taken(aws, news)

    assert (posted["DetailType"], rejected["DetailType"]) == ("EffectPosted", "EffectRejected")
    assert [outcome["revision"] for outcome in outcomes_of(posted)] == [0, 2]
    assert [outcome["revision"] for outcome in outcomes_of(rejected)] == [1]


def test_an_outcome_carries_identifiers_and_its_moment(aws: Aws) -> None:
    ((event,),) = taken(aws, [an_outcome(7)])

    assert (event["EventBusName"], event["Source"]) == ("ledgerward", "ledgerward")
    assert outcomes_of(event) == [
        {
            "facility": "NORTH",
            "erp_id": "M-1",
            "effect_id": f"{7:064x}",
            "revision": 7,
            "at": "2026-03-14T12:00:00+00:00",
        }
    ]


def test_an_event_tells_of_a_hundred_outcomes_and_four_events_share_a_call(aws: Aws) -> None:
    calls = taken(aws, [an_outcome(number) for number in range(450)])

    assert [[len(outcomes_of(event)) for event in call] for call in calls] == [
        [100, 100, 100, 100],
        [50],
    ]


def test_long_outcomes_stay_within_one_paid_event_and_one_call(aws: Aws) -> None:
    calls = taken(aws, [an_outcome(number, erp_id="é" * 10_000) for number in range(15)])

    sizes = [[event_size(event) for event in call] for call in calls]
    assert [len(call) for call in sizes] == [4, 1]
    assert all(size <= 64 * 1024 for call in sizes for size in call)
    assert all(sum(call) <= 256 * 1024 for call in sizes)


def test_news_that_the_bus_does_not_take_is_told_again(aws: Aws) -> None:
    publisher = publisher_on(aws)
    answer_instead(
        aws.events,
        "PutEvents",
        lambda _: (200, {"FailedEntryCount": 1, "Entries": [{}, {"ErrorCode": "Throttled"}]}),
    )

    with pytest.raises(ThrottledError, match="1 events were not taken: Throttled"):
        publisher.publish([an_outcome(1), an_outcome(2, kind="EffectRejected")])
