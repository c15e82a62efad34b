"""Work for the next step, in SQS: canonical JSON, ten messages and 1 MiB a call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.aws.batches import packed
from shared.aws.refusals import deliver_again_if_throttled
from shared.canonical.codec import from_json, to_json
from shared.canonical.effect import Effect
from shared.canonical.mappable import MappableDocument, mappable_from
from shared.errors import ThrottledError
from shared.ports.status_queue import StatusNews

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

AT_ONCE = 10
BYTES_AT_ONCE = 1024 * 1024
ROUNDS = 4
FIRST_PAUSE_SECONDS = 0.1
# Two characters that JSON allows and SQS refuses; escaped, they are the same JSON text.
REFUSED_BY_SQS = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsDocumentQueue:
    """Implements the DocumentQueue port."""

    client: SQSClient
    queue_url: str
    pause: Pause = time.sleep

    def send(self, documents: Sequence[MappableDocument]) -> None:
        """Durable when this returns. Sending one again does no harm.

        Raises:
            ThrottledError: some were not taken.
            ValueError: one is larger than a message may be.
        """
        _send_all(self.client, self.queue_url, documents, self.pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsEffectQueue:
    """Implements the EffectQueue port."""

    client: SQSClient
    queue_url: str
    pause: Pause = time.sleep

    def send(self, effects: Sequence[Effect]) -> None:
        """Durable when this returns. Sending one again does no harm.

        Raises:
            ThrottledError: some were not taken.
        """
        _send_all(self.client, self.queue_url, effects, self.pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsStatusQueue:
    """Implements the StatusQueue port."""

    client: SQSClient
    queue_url: str
    pause: Pause = time.sleep

    def send(self, news: Sequence[StatusNews]) -> None:
        """Durable when this returns. Sending one again does no harm.

        Raises:
            ThrottledError: some were not taken.
        """
        _send_all(self.client, self.queue_url, news, self.pause)


def document_of(body: str) -> MappableDocument:
    """The document a message carries.

    Raises:
        pydantic.ValidationError: it carries none.
    """
    return mappable_from(body)


def effect_of(body: str) -> Effect:
    """The effect a message carries.

    Raises:
        pydantic.ValidationError: it carries none.
    """
    return from_json(Effect, body)


def status_of(body: str) -> StatusNews:
    """The news a message carries.

    Raises:
        pydantic.ValidationError: it carries none.
    """
    return from_json(StatusNews, body)


def _send_all(client: SQSClient, queue_url: str, models: Sequence[object], pause: Pause) -> None:
    bodies = [to_json(model).translate(REFUSED_BY_SQS) for model in models]
    for batch in packed(bodies, at_once=AT_ONCE, bytes_at_once=BYTES_AT_ONCE):
        _send_batch(client, queue_url, batch, pause)


def _send_batch(client: SQSClient, queue_url: str, batch: list[str], pause: Pause) -> None:
    owed: dict[str, SendMessageBatchRequestEntryTypeDef] = {
        str(number): {"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)
    }
    for attempt in range(ROUNDS):
        with deliver_again_if_throttled("queue"):
            answer = client.send_message_batch(QueueUrl=queue_url, Entries=list(owed.values()))
        failed = answer.get("Failed", [])
        if not failed:
            return
        owed = {failure["Id"]: owed[failure["Id"]] for failure in failed}
        pause(FIRST_PAUSE_SECONDS * 2**attempt)
    codes = ", ".join(sorted({failure["Code"] for failure in failed}))
    raise ThrottledError(f"{len(owed)} messages were not taken: {codes}")
