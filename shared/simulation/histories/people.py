"""Those outside: sources that send until they are told it was taken, people who add rules."""

from collections.abc import Callable
from http import HTTPStatus

from shared.canonical.master import ChargeCodeRecord
from shared.simulation.histories.facts import Facts
from shared.simulation.histories.messages import APPLICATION, late_rules, message_of
from shared.simulation.histories.platform import Platform
from shared.simulation.histories.ports import CLIENT
from shared.simulation.histories.workers import Run
from shared.workflow.add_mapping import Entered
from shared.workflow.receiving import Answer, InboundMessage

RECEIVE_SECONDS = 29.0
AGAIN_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 300.0
PERSON_SECONDS = 45.0  # until a person tries again what failed


class People:
    """Plans what they do; each of them goes on until it is done."""

    def __init__(self, platform: Platform, facts: Facts, *, late_until: float) -> None:
        self.platform = platform
        self.late_until = late_until
        self.accepted = 0
        kernel = platform.kernel
        for told in facts.messages:
            kernel.at(told.at, self._send, message_of(told))
        for at, record in late_rules(facts):
            kernel.at(at, self._add, record)

    def _send(self, body: bytes, tries: int = 0) -> None:
        kernel, receive = self.platform.kernel, self.platform.steps.receive
        message = InboundMessage(
            body=body, content_type="application/hl7-v2", client_id=CLIENT, source="hl7v2"
        )

        def ended(answer: Answer | None) -> None:
            if answer is None or kernel.chance(kernel.faults.acknowledgement_lost):
                wait = min(AGAIN_SECONDS * 2**tries, LONGEST_WAIT_SECONDS)
                kernel.at(wait * (1 + kernel.random.random()), self._send, body, tries + 1)
                return
            if answer.status != HTTPStatus.ACCEPTED:
                raise AssertionError(f"a good message was answered with {answer.status}")
            self.accepted += 1
            if kernel.chance(kernel.faults.sent_again):
                self._later(self._send, body)

        kernel.invoke(
            "receive_message", lambda _: receive(message), ended, timeout_seconds=RECEIVE_SECONDS
        )

    def _later(self, action: Callable[[bytes], None], body: bytes) -> None:
        """Some minutes from now, or on any day until the end."""
        kernel = self.platform.kernel
        left = self.late_until - kernel.now
        longest = min(1800.0, left) if kernel.chance(0.8) else left
        if longest > 0:
            kernel.at(longest * kernel.random.random(), action, body)

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
