"""News reaches the bus, ten a call, or the caller is told."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from shared.aws.events import EventBridgePublisher
from shared.errors import ThrottledError
from shared.ports.events import EventPublisher, OutcomeEvent
from shared.simulation.queues import SimulatedEventPublisher
from tests.contract.families import Aws
from tests.contract.wire import answer_instead


def an_event(number: int, *, at: str = "2026-03-14T12:00:00+00:00") -> OutcomeEvent:
    return OutcomeEvent(
        kind="EffectPosted",
        effect_id=f"{number:064x}",
        revision=number,
        at=at,
        data={"facility": "NORTH"},
    )


def publisher_on(aws: Aws) -> EventBridgePublisher:
    aws.events.create_event_bus(Name="ledgerward")
    return EventBridgePublisher(client=aws.events, bus_name="ledgerward")


def test_the_simulated_bus_keeps_what_was_published() -> None:
    bus = SimulatedEventPublisher()
    publisher: EventPublisher = bus

    publisher.publish([an_event(1), an_event(2)])

    assert bus.published == [an_event(1), an_event(2)]


def test_ten_events_share_a_call(aws: Aws) -> None:
    publisher = publisher_on(aws)

    counts = aws.calls.counts_of(lambda: publisher.publish([an_event(n) for n in range(21)]))

    assert counts == {"PutEvents": 3}
    assert aws.calls.counts_of(lambda: publisher.publish([])) == {}


def test_an_event_carries_identifiers_and_its_moment(aws: Aws) -> None:
    publisher = publisher_on(aws)
    asked: list[Mapping[str, Any]] = []

    def take(request: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        asked.append(request)
        return 200, {"FailedEntryCount": 0, "Entries": [{}, {}]}

    answer_instead(aws.events, "PutEvents", take)

    publisher.publish([an_event(7), an_event(8, at="")])

    first, second = asked[0]["Entries"]
    assert (first["EventBusName"], first["Source"]) == ("ledgerward", "ledgerward")
    assert first["DetailType"] == "EffectPosted"
    assert json.loads(first["Detail"]) == {
        "facility": "NORTH",
        "effect_id": f"{7:064x}",
        "revision": 7,
        "at": "2026-03-14T12:00:00+00:00",
    }
    assert "Time" in first
    assert "Time" not in second


def test_news_that_the_bus_does_not_take_is_told_again(aws: Aws) -> None:
    publisher = publisher_on(aws)
    answer_instead(
        aws.events,
        "PutEvents",
        lambda _: (200, {"FailedEntryCount": 1, "Entries": [{}, {"ErrorCode": "Throttled"}]}),
    )

    with pytest.raises(ThrottledError, match="1 events were not taken: Throttled"):
        publisher.publish([an_event(1), an_event(2)])
