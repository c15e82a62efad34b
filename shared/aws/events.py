"""News on the event bus: outcomes of one kind share an event, which is paid by 64 KB."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.aws.batches import chunked, packed
from shared.aws.refusals import deliver_again_if_throttled
from shared.errors import ThrottledError
from shared.ports.events import OutcomeNews

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

EVENTS_AT_ONCE = 4  # together within the 256 KB of one call
OUTCOMES_AN_EVENT = 100
OUTCOME_BYTES_AN_EVENT = 64_000  # with what stands around them still one paid event
SOURCE = "ledgerward"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBridgePublisher:
    """Implements the EventPublisher port.

    An event's detail type is the kind of its outcomes, so that a rule still chooses by it; its
    detail is `{"outcomes": [...]}`, each with its effect id, revision, moment and facts.
    """

    client: EventBridgeClient
    bus_name: str

    def publish(self, news: Sequence[OutcomeNews]) -> None:
        """Tell of all. Subscribers see some of them again when the caller repeats a failed call.

        Raises:
            ThrottledError: some were not taken.
            ValueError: one is larger than an event may be.
        """
        for chunk in chunked(tuple(self._entries(news)), EVENTS_AT_ONCE):
            with deliver_again_if_throttled("event bus"):
                answer = self.client.put_events(Entries=chunk)
            if answer["FailedEntryCount"]:
                codes = sorted({entry.get("ErrorCode", "") for entry in answer["Entries"]} - {""})
                raise ThrottledError(
                    f"{answer['FailedEntryCount']} events were not taken: {', '.join(codes)}"
                )

    def _entries(self, news: Sequence[OutcomeNews]) -> Iterator[PutEventsRequestEntryTypeDef]:
        by_kind: defaultdict[str, list[str]] = defaultdict(list)
        for each in news:
            by_kind[each.kind].append(_outcome_text(each))
        for kind, texts in by_kind.items():
            for outcomes in packed(
                texts, at_once=OUTCOMES_AN_EVENT, bytes_at_once=OUTCOME_BYTES_AN_EVENT
            ):
                yield {
                    "EventBusName": self.bus_name,
                    "Source": SOURCE,
                    "DetailType": kind,
                    "Detail": f'{{"outcomes":[{",".join(outcomes)}]}}',
                    "Resources": [],
                }


def _outcome_text(news: OutcomeNews) -> str:
    outcome = news.data | {
        "effect_id": news.effect_id,
        "revision": news.revision,
        "at": news.at,
    }
    return json.dumps(outcome, ensure_ascii=False, separators=(",", ":"))
