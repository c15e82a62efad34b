"""The way from the effects queue into the ERP: filled while it is shut, then opened and watched."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.aws.batches import chunked
from shared.aws.queues import SqsEffectQueue
from shared.canonical.effect import Effect
from shared.canonical.outcome import SubmitOutcome
from shared.cli.deployment import Deployment
from shared.effects.identity import external_reference
from shared.targets.tryton.access import tryton_client
from shared.targets.tryton.connector import TRAITS, TrytonConnector
from tests.benchmarks.workload import posted, wait_until

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

POLL_SECONDS, SELDOM_SECONDS = 0.05, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """How long one queueful took: until the last was acknowledged, and until all were told of."""

    effects: int
    seconds: float
    told_seconds: float = 0.0


@dataclass(frozen=True)
class Posting:
    """The deployed function behind the effects queue, and the ERP that it calls."""

    deployment: Deployment

    def through_the_stack(self, effects: Sequence[Effect]) -> Drained:
        """Fill the queue while nobody takes from it; then the seconds until it is worked off.

        The last one follows at once: the engine sleeps for up to a second until a message comes.
        """
        *first, last = effects
        self._let_flow(enabled=False)
        try:
            self._wait_until_empty()
            self._queue.send(first)
        finally:
            began = time.monotonic()
            self._let_flow(enabled=True)
        self._queue.send([last])
        ended = self._wait_until_empty()
        posted(self.deployment, [effect.effect_id for effect in effects])
        told = self._wait_until_told(effects)
        return Drained(effects=len(effects), seconds=ended - began, told_seconds=told - began)

    def into_the_erp(self, effects: Sequence[Effect]) -> Drained:
        """The same call of the ERP, as many effects in it and as many at once, and nothing else."""
        batches = [*chunked(effects, self.batch_size)]
        began = time.monotonic()
        with ThreadPoolExecutor(self.concurrency) as callers:
            answers = [*callers.map(self._submit, batches)]
        ended = time.monotonic()
        if sum(answers) != len(effects):
            raise SystemExit(f"the ERP posted {sum(answers)} of {len(effects)} effects")
        return Drained(effects=len(effects), seconds=ended - began)

    @cached_property
    def batch_size(self) -> int:
        """How many effects the mapping hands to one call."""
        return int(self._mapping["BatchSize"])

    @cached_property
    def concurrency(self) -> int:
        """How many such calls it has under way at once."""
        return int(self._mapping["ScalingConfig"]["MaximumConcurrency"])

    @cached_property
    def connector(self) -> TrytonConnector:
        """The ERP, called from this process."""
        arn = self.deployment.output("ErpSecretArn")
        secret = self.deployment.clients.secrets.get_secret_value(SecretId=arn)
        return TrytonConnector(tryton_client(json.loads(secret["SecretString"])))

    @cached_property
    def _queue(self) -> SqsEffectQueue:
        url = self.deployment.output("EffectsQueueUrl")
        return SqsEffectQueue(client=self.deployment.clients.sqs, queue_url=url)

    @cached_property
    def _mapping(self) -> "EventSourceMappingConfigurationTypeDef":
        mappings = self.deployment.clients.functions.list_event_source_mappings(
            FunctionName=self.deployment.output("PostEffectFunctionName")
        )["EventSourceMappings"]
        (mapping,) = (each for each in mappings if ":sqs:" in each["EventSourceArn"])
        return mapping

    def _submit(self, effects: Sequence[Effect]) -> int:
        results = self.connector.submit(effects, {})
        return sum(each.outcome is SubmitOutcome.POSTED for each in results)

    def _let_flow(self, *, enabled: bool) -> None:
        self.deployment.clients.functions.update_event_source_mapping(
            UUID=self._mapping["UUID"], Enabled=enabled
        )

    def _wait_until_empty(self) -> float:
        """Look seldom while there is much left: each look costs the engine as much as an effect."""
        while self._depth() > self.batch_size:
            time.sleep(SELDOM_SECONDS)
        return wait_until(
            lambda: not self._depth(),
            every_seconds=POLL_SECONDS,
            because=lambda: f"{self._depth()} effects are in the queue",
        )

    def _depth(self) -> int:
        """Effects that nobody has acknowledged yet, those under way included."""
        answer = self.deployment.clients.sqs.get_queue_attributes(
            QueueUrl=self._queue.queue_url, AttributeNames=["All"]
        )["Attributes"]
        return int(answer["ApproximateNumberOfMessages"]) + int(
            answer["ApproximateNumberOfMessagesNotVisible"]
        )

    def _wait_until_told(self, effects: Sequence[Effect]) -> float:
        owed = [*effects]

        def are_told() -> bool:
            while owed and self._is_told(owed[-1]):
                owed.pop()
            return not owed

        return wait_until(
            are_told, every_seconds=POLL_SECONDS, because=lambda: f"{len(owed)} are untold"
        )

    def _is_told(self, effect: Effect) -> bool:
        chain = self.deployment.journal.read(effect.document_id)
        told = (each.fact.data for each in chain if each.fact.kind == "outcome")
        return any(each["effect_id"] == effect.effect_id for each in told)


def reference_of(effect: Effect) -> str:
    """The reference under which the ERP must have it."""
    return external_reference(effect.effect_id, TRAITS.reference_length)
