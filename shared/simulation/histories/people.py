"""Those outside: sources that send until they are told it was taken, people who add rules."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from shared.canonical.master import ChargeCodeRecord
from shared.formats.webhook.signature import signed_headers
from shared.simulation.histories.facts import Facts, Told
from shared.simulation.histories.messages import (
    APPLICATION,
    TRACKER,
    event_of,
    late_rules,
    message_of,
)
from shared.simulation.histories.platform import Platform
from shared.simulation.histories.ports import CLIENT
from shared.simulation.histories.steps import TRACKERS_KEY
from shared.simulation.histories.workers import Run
from shared.workflow.add_mapping import Entered
from shared.workflow.receiving import Answer, InboundMessage, InboundWebhook

RECEIVE_SECONDS = 29.0
AGAIN_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 300.0
PERSON_SECONDS = 45.0  # until a person tries again what failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a source sends, under one webhook id however often; empty for HL7."""

    body: bytes
    webhook_id: str = ""


def letter_of(told: Told) -> Letter:
    """A message, or a version of a case."""
    if not told.version:
        return Letter(body=message_of(told))
    return Letter(body=event_of(told), webhook_id=f"{told.document}-{told.version}")


class People:
    """Plans what they do; each of them goes on until it is done."""

    def __init__(self, platform: Platform, facts: Facts, *, late_until: float) -> None:
        self.platform = platform
        self.late_until = late_until
        self.accepted = 0
        kernel = platform.kernel
        for told in facts.messages:
            kernel.at(told.at, self._send, letter_of(told))
        for at, record in late_rules(facts):
            kernel.at(at, self._add, record)

    def _send(self, letter: Letter, tries: int = 0) -> None:
        kernel = self.platform.kernel

        def ended(answer: Answer | None) -> None:
            if answer is None or kernel.chance(kernel.faults.acknowledgement_lost):
                wait = min(AGAIN_SECONDS * 2**tries, LONGEST_WAIT_SECONDS)
                kernel.at(wait * (1 + kernel.random.random()), self._send, letter, tries + 1)
                return
            if answer.status != HTTPStatus.ACCEPTED:
                raise AssertionError(f"a good message was answered with {answer.status}")
            self.accepted += 1
            if kernel.chance(kernel.faults.sent_again):
                self._later(self._send, letter)

        step, receive = self._receiving(letter)
        kernel.invoke(step, lambda _: receive(), ended, timeout_seconds=RECEIVE_SECONDS)

    def _receiving(self, letter: Letter) -> tuple[str, Callable[[], Answer]]:
        """The step that takes it, and the call: a webhook is signed anew each time it is sent."""
        kernel, steps = self.platform.kernel, self.platform.steps
        if not letter.webhook_id:
            return "receive_message", partial(steps.receive, _message(letter.body))
        webhook = InboundWebhook(
            source=TRACKER,
            body=letter.body,
            headers=signed_headers(letter.body, letter.webhook_id, kernel.moment, (TRACKERS_KEY,)),
            content_type="application/json",
        )
        return "receive_webhook", partial(steps.receive_webhook, webhook)

    def _later(self, action: Callable[[Letter], None], letter: Letter) -> None:
        """Some minutes from now, or on any day until the end."""
        kernel = self.platform.kernel
        left = self.late_until - kernel.now
        longest = min(1800.0, left) if kernel.chance(0.8) else left
        if longest > 0:
            kernel.at(longest * kernel.random.random(), action, letter)

    def _add(self, record: ChargeCodeRecord) -> None:
        kernel, add = self.platform.kernel, self.platform.steps.add
        key = f"charge#{APPLICATION}#{record.charge_code}"
        entered = Entered(record=record, key=key, who="steward", reason="new code")

        def work(_run: Run) -> int:
            return add(entered)

        def ended(released: int | None) -> None:
            if released is None:
                kernel.at(PERSON_SECONDS, self._add, record)

        kernel.invoke("add_mapping", work, ended, timeout_seconds=3600.0)


def _message(body: bytes) -> InboundMessage:
    return InboundMessage(
        body=body, content_type="application/hl7-v2", client_id=CLIENT, source="hl7v2"
    )
