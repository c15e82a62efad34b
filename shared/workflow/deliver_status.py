"""News to webhook sources: signed as they sign, once more whenever nobody took it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from shared.formats.webhook.signature import WebhookKey, signed_headers
from shared.ports.clock import Clock, Deadline
from shared.ports.status_queue import StatusNews
from shared.ports.status_sender import StatusSender
from shared.ports.webhook_sources import WebhookSources

EVENT_TYPE = "supply.status"
MARGIN_SECONDS = 2.0  # to answer the queue after the last attempt
SUCCESS_CLASS = 2  # 200 to 299


class Delivery(StrEnum):
    """What became of one piece of news."""

    DELIVERED = "delivered"
    GONE = "gone"  # the source answers that it wants no more
    UNWANTED = "unwanted"  # it is not registered any more, or names no address
    FAILED = "failed"  # nobody took it: the queue brings it again
    LATER = "later"  # not tried this time: the queue brings it again

    @property
    def is_owed(self) -> bool:
        """Whether it stays in the queue."""
        return self in (Delivery.FAILED, Delivery.LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverStatus:
    """POSTs each piece of news to its source. `keys` are each source's, the newest first.

    A repetition has the same webhook id and a new time, so the source knows it for the same.
    """

    sources: WebhookSources
    sender: StatusSender
    clock: Clock
    keys: Mapping[str, Sequence[WebhookKey]]

    def __call__(self, news: Sequence[StatusNews], deadline: Deadline) -> Sequence[Delivery]:
        """Deliver in order; a source that fails is left alone for the rest of the batch."""
        failed: set[str] = set()
        outcomes = []
        for each in news:
            outcome = Delivery.LATER
            if each.source not in failed and self._is_time_left(deadline):
                outcome = self._deliver(each)
            if outcome.is_owed:
                failed.add(each.source)
            outcomes.append(outcome)
        return outcomes

    def _is_time_left(self, deadline: Deadline) -> bool:
        return deadline.remaining_seconds() > self.sender.timeout_seconds + MARGIN_SECONDS

    def _deliver(self, news: StatusNews) -> Delivery:
        record = self.sources.source(news.source)
        if record is None or not record.status_url:
            return Delivery.UNWANTED
        keys = self.keys.get(news.source, ())
        if not keys:  # a person puts them; until then the news waits
            return Delivery.FAILED
        body = status_event(news)
        headers = signed_headers(body, news.news_id, self.clock.now(), keys)
        status = self.sender.post(
            record.status_url, body, {"Content-Type": "application/json", **headers}
        )
        return _outcome(status)


def status_event(news: StatusNews) -> bytes:
    """The same bytes for the same news, whenever it is told; what is empty is left out."""
    status = {
        "document_id": news.document_id,
        "line": news.line,
        "state": news.state,
        "code": news.code,
        "detail": news.detail,
        "erp_reference": news.erp_reference,
    }
    event = {
        "type": EVENT_TYPE,
        "timestamp": news.at,
        "status": {name: value for name, value in status.items() if value},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _outcome(status: int | None) -> Delivery:
    if status == HTTPStatus.GONE:
        return Delivery.GONE
    is_success = status is not None and status // 100 == SUCCESS_CLASS
    return Delivery.DELIVERED if is_success else Delivery.FAILED
