"""A source hears what became of its documents: signed, again until taken, and once in its books."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from infra.local.status_listener import StatusListener
from infra.local.webhook_sender import WebhookSender, signed
from shared.canonical.master import WebhookSourceRecord
from shared.formats.webhook.signature import SIGNATURE_HEADER, WebhookKey, verify
from shared.ports.status_queue import StatusNews
from shared.simulation.clock import FixedDeadline, VirtualClock
from shared.simulation.master_data import SimulatedWebhookSources
from shared.targets.webhook.sender import HttpStatusSender
from shared.workflow.deliver_status import DeliverStatus, Delivery, status_event
from tests.golden import INBOUND
from tests.json_schema import breaches
from tests.webhook import KEY, OLDER_KEY, OLDER_SECRET, SECRET, SOURCE, registered

URL = "https://ortrack.example/status"
PLENTY = FixedDeadline(60)
CONTRACT = json.loads(
    (INBOUND.parent / "contracts" / "supply_status.schema.json").read_text(encoding="utf-8")
)


def a_source(name: str = SOURCE, *, url: str = URL) -> WebhookSourceRecord:
    return WebhookSourceRecord(
        source=name, tenant="meridian", facilities=("NORTH",), status_url=url
    )


def some_news(number: int = 1, *, source: str = SOURCE, state: str = "posted") -> StatusNews:
    return StatusNews(
        news_id=f"{number:064x}:3",
        source=source,
        document_id="DOCUMENT234567ABCDEFGHIJKL",
        line=f"{source}/NORTH/ORC-1/{number}/charge",
        state=state,
        at="2026-03-14T12:00:00+00:00",
        erp_reference="LW234567" if state == "posted" else "",
        code="" if state == "posted" else "ITEM_UNMAPPED",
    )


@dataclass(frozen=True)
class Posted:
    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Receiver:
    """Answers with the next of its statuses, the last one for ever."""

    answers: list[int | None] = field(default_factory=lambda: [204])
    posted: list[Posted] = field(default_factory=list)
    timeout_seconds: float = 25.0

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        self.posted.append(Posted(url=url, body=body, headers=headers))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class World:
    receiver: Receiver = field(default_factory=Receiver)
    sources: SimulatedWebhookSources = field(default_factory=lambda: registered(a_source()))
    keys: Mapping[str, Sequence[WebhookKey]] = field(default_factory=lambda: {SOURCE: (KEY,)})
    clock: VirtualClock = field(default_factory=VirtualClock)

    def deliver(self, *news: StatusNews, deadline: FixedDeadline = PLENTY) -> list[Delivery]:
        step = DeliverStatus(
            sources=self.sources, sender=self.receiver, clock=self.clock, keys=self.keys
        )
        return list(step(news, deadline))


def test_news_is_posted_to_its_sources_address_signed_under_its_own_id() -> None:
    world = World()

    outcomes = world.deliver(some_news())

    assert outcomes == [Delivery.DELIVERED]
    (posted,) = world.receiver.posted
    verdict = verify(posted.body, posted.headers, (KEY,), now=world.clock.now())
    assert (posted.url, posted.headers["Content-Type"]) == (URL, "application/json")
    assert (verdict.refusal, verdict.webhook_id) == (None, some_news().news_id)


@pytest.mark.parametrize(
    "state", ["posted", "rejected", "held", "waiting", "evidence", "offset", "deferred"]
)
def test_news_keeps_its_contract(state: str) -> None:
    event = json.loads(status_event(some_news(state=state)))

    assert breaches(event, CONTRACT) == []
    assert event["status"]["state"] == state


def test_what_is_empty_is_left_out() -> None:
    assert json.loads(status_event(some_news())) == {
        "type": "supply.status",
        "timestamp": "2026-03-14T12:00:00+00:00",
        "status": {
            "document_id": "DOCUMENT234567ABCDEFGHIJKL",
            "line": "ORTRACK/NORTH/ORC-1/1/charge",
            "state": "posted",
            "erp_reference": "LW234567",
        },
    }


def test_a_repetition_has_the_same_id_and_bytes_and_a_new_time() -> None:
    world = World(receiver=Receiver(answers=[503, 204]))
    first = world.deliver(some_news())
    world.clock.advance(seconds=3600)

    second = world.deliver(some_news())

    assert [first, second] == [[Delivery.FAILED], [Delivery.DELIVERED]]
    before, after = world.receiver.posted
    assert before.body == after.body
    assert before.headers["webhook-id"] == after.headers["webhook-id"]
    assert verify(after.body, after.headers, (KEY,), now=world.clock.now()).refusal is None


def test_while_a_key_is_rotated_a_receiver_with_either_key_believes_us() -> None:
    world = World(keys={SOURCE: (KEY, OLDER_KEY)})

    world.deliver(some_news())

    (posted,) = world.receiver.posted
    refusals = [
        verify(posted.body, posted.headers, (key,), now=world.clock.now()).refusal
        for key in (KEY, OLDER_KEY)
    ]
    assert refusals == [None, None]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (200, Delivery.DELIVERED),
        (202, Delivery.DELIVERED),
        (299, Delivery.DELIVERED),
        (302, Delivery.FAILED),
        (401, Delivery.FAILED),
        (404, Delivery.FAILED),
        (410, Delivery.GONE),
        (429, Delivery.FAILED),
        (500, Delivery.FAILED),
        (None, Delivery.FAILED),
    ],
)
def test_only_a_2xx_is_taken_and_only_gone_ends_the_matter(
    answer: int | None, outcome: Delivery
) -> None:
    assert World(receiver=Receiver(answers=[answer])).deliver(some_news()) == [outcome]


def test_only_what_nobody_took_stays_in_the_queue() -> None:
    assert {each for each in Delivery if each.is_owed} == {Delivery.FAILED, Delivery.LATER}


@pytest.mark.parametrize("sources", [registered(), registered(a_source(url=""))])
def test_news_that_nobody_wants_any_more_is_dropped(sources: SimulatedWebhookSources) -> None:
    world = World(sources=sources)

    assert world.deliver(some_news()) == [Delivery.UNWANTED]
    assert not world.receiver.posted


def test_without_a_key_news_waits_rather_than_going_out_unsigned() -> None:
    world = World(keys={})

    assert world.deliver(some_news()) == [Delivery.FAILED]
    assert not world.receiver.posted


def test_a_source_that_fails_is_left_alone_and_the_others_are_served() -> None:
    world = World(
        receiver=Receiver(answers=[503, 204]),
        sources=registered(a_source(), a_source("TRAYS", url="https://trays.example")),
        keys={SOURCE: (KEY,), "TRAYS": (KEY,)},
    )

    outcomes = world.deliver(some_news(1), some_news(2), some_news(3, source="TRAYS"))

    assert outcomes == [Delivery.FAILED, Delivery.LATER, Delivery.DELIVERED]
    assert [posted.url for posted in world.receiver.posted] == [URL, "https://trays.example"]


def test_no_attempt_is_begun_that_the_worker_may_not_live_to_end() -> None:
    world = World()

    outcomes = world.deliver(some_news(), deadline=FixedDeadline(26))

    assert (outcomes, world.receiver.posted) == ([Delivery.LATER], [])


# --- the wire


def test_the_sender_follows_no_redirection_and_repeats_nothing() -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(307, headers={"Location": "http://inside.example/"})

    sender = HttpStatusSender(transport=httpx.MockTransport(redirect))

    assert sender.post(URL, b"{}", {}) == 307
    assert asked == [URL]


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.ReadError("cut")]
)
def test_whatever_happens_on_the_wire_nobody_answered(error: Exception) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    assert HttpStatusSender(transport=httpx.MockTransport(fail)).post(URL, b"{}", {}) is None


@pytest.mark.parametrize("url", ["", "no address", "ftp://ortrack.example", "http://[::1"])
def test_an_address_that_is_none_is_an_attempt_that_failed(url: str) -> None:
    assert HttpStatusSender().post(url, b"{}", {}) is None


@pytest.fixture
def listener() -> Iterator[StatusListener]:
    with StatusListener(0, [SECRET]) as listening:
        yield listening


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def real_step(listener: StatusListener, *keys: WebhookKey) -> DeliverStatus:
    return DeliverStatus(
        sources=registered(a_source(url=listener.url)),
        sender=HttpStatusSender(timeout_seconds=5),
        clock=RealClock(),
        keys={SOURCE: keys or (KEY,)},
    )


def test_the_listener_keeps_each_piece_of_news_once(listener: StatusListener) -> None:
    step = real_step(listener)

    outcomes = step([some_news(1), some_news(2), some_news(1)], PLENTY)

    assert set(outcomes) == {Delivery.DELIVERED}
    assert [each.webhook_id for each in listener.news] == [
        some_news(1).news_id,
        some_news(2).news_id,
    ]
    assert listener.news[0].event == json.loads(status_event(some_news(1)))
    assert (listener.repeated, listener.refused) == (1, 0)


def test_the_listener_refuses_what_it_cannot_believe(listener: StatusListener) -> None:
    outcomes = real_step(listener, OLDER_KEY)([some_news()], PLENTY)

    assert list(outcomes) == [Delivery.FAILED]
    assert (listener.news, listener.refused) == ((), 1)


def test_the_listener_can_be_down_and_up_again(listener: StatusListener) -> None:
    listener.answer_next(500, 503)
    step = real_step(listener)

    outcomes = [step([some_news()], PLENTY)[0] for _ in range(3)]

    assert outcomes == [Delivery.FAILED, Delivery.FAILED, Delivery.DELIVERED]
    assert len(listener.news) == 1


def test_what_the_sources_side_signs_its_own_verification_believes(
    listener: StatusListener,
) -> None:
    sender = WebhookSender(api_url=listener.url, source=SOURCE, secret=SECRET)
    body = b'{"type": "supply.used"}'

    answers = [sender.send(body, "wh-1", datetime.now(UTC)) for _ in range(2)]
    wrong = sender.post(body, signed(body, OLDER_SECRET, "wh-2", datetime.now(UTC)))

    assert [answer.is_accepted for answer in answers] == [True, True]
    assert (wrong.status, len(listener.news), listener.repeated) == (401, 1, 1)
    assert SECRET not in repr(sender)
    assert signed(body, SECRET, "wh-1", datetime.now(UTC))[SIGNATURE_HEADER].startswith("v1,")
