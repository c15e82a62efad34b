"""News on the event bus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shared.aws.batches import chunked
from shared.aws.refusals import deliver_again_if_throttled
from shared.errors import ThrottledError
from shared.ports.events import OutcomeEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

AT_ONCE = 10
SOURCE = "ledgerward"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBridgePublisher:
    """Implements the EventPublisher port."""

    client: EventBridgeClient
    bus_name: str

    def publish(self, events: Sequence[OutcomeEvent]) -> None:
        """Put the events. Consumers see some of them again when the caller repeats a failed call.

        Raises:
            ThrottledError: some were not taken.
        """
        for chunk in chunked(events, AT_ONCE):
            with deliver_again_if_throttled("event bus"):
                answer = self.client.put_events(Entries=[self._entry(event) for event in chunk])
            if answer["FailedEntryCount"]:
                codes = sorted({entry.get("ErrorCode", "") for entry in answer["Entries"]} - {""})
                raise ThrottledError(
                    f"{answer['FailedEntryCount']} events were not taken: {', '.join(codes)}"
                )

    def _entry(self, event: OutcomeEvent) -> PutEventsRequestEntryTypeDef:
        detail = event.data | {
            "effect_id": event.effect_id,
            "revision": event.revision,
            "at": event.at,
        }
        entry: PutEventsRequestEntryTypeDef = {
            "EventBusName": self.bus_name,
            "Source": SOURCE,
            "DetailType": event.kind,
            "Detail": json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
            "Resources": [],
        }
        if event.at:
            entry["Time"] = datetime.fromisoformat(event.at)
        return entry
