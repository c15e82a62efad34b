"""Plays one part of a day as its sources do: messages of HL7 and FHIR, events, and files."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.day import DayEvent, DayFile, DayPart
from infra.local.webhook_sender import WebhookAnswer, WebhookSender
from shared.cli.deployment import Deployment
from shared.cli.file import drop_file
from shared.cli.player import PATIENCE_SECONDS, RETRY_SECONDS, Player
from shared.cli.send import sent
from shared.mllp.edge_client import EdgeAnswer, EdgeClient

Told = Callable[[], None]


@dataclass(slots=True, kw_only=True)
class DayPlayer:
    """Keeps every answer, and the names of the files it dropped."""

    deployment: Deployment
    edge: EdgeClient
    webhooks: WebhookSender
    messages: list[EdgeAnswer] = field(default_factory=list)
    events: list[WebhookAnswer] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def play(self, part: DayPart, told: Told, pause_seconds: float) -> None:
        """Send all of it until each arrival is answered for good; outages are waited out."""
        player = Player(edge=self.edge, send=sent, pause_seconds=pause_seconds)
        with ThreadPoolExecutor(2) as beside:
            events = beside.submit(lambda: [self._event(each, told) for each in part.events])
            files = beside.submit(lambda: [self._drop(each, told) for each in part.files])
            self.messages += player.play(part.messages, lambda _: told())
            self.events += events.result()
            self.files += files.result()

    def _event(self, event: DayEvent, told: Told) -> WebhookAnswer:
        """Signed anew at each attempt, as the specification wants it."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.webhooks.send(event.body, event.webhook_id, datetime.now(UTC))
            except httpx.TransportError:
                if time.monotonic() > give_up_at:
                    raise
            else:
                if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    told()
                    return answer
            time.sleep(RETRY_SECONDS)

    def _drop(self, file: DayFile, told: Told) -> str:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                drop_file(self.deployment, file.name, file.body)
            except (BotoCoreError, ClientError):
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(RETRY_SECONDS)
            else:
                told()
                return file.name
