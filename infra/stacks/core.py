"""From documents to outcomes: queues, functions, secrets and the event bus."""

from pathlib import Path

from aws_cdk import Aws
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.platform_function import Platform, PlatformFunction, dependency_layer
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment
from infra.stacks.core_intake import map_document, receive_file, release_parked
from infra.stacks.core_outcomes import (
    deliver_status,
    post_effect,
    publish_outcome,
    redrive_dead_letters,
    seal_journal,
    sweep_effects,
)
from infra.stacks.core_parts import CoreParts, make_queues, make_secrets
from infra.stacks.data import DataStack
from infra.stacks.platform_stack import PlatformStack


class CoreStack(PlatformStack):
    """Runs the path behind the edge."""

    def __init__(
        self, scope: Construct, *, environment: Environment, data: DataStack, dependencies: Path
    ) -> None:
        super().__init__(
            scope, "Core", environment=environment, description="Ledgerward: documents to outcomes"
        )
        key = PurposeKey(self, "QueueKey", purpose="work between steps")
        key.serve(
            "events.amazonaws.com",
            only_if={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        )
        self.queues = make_queues(self, key=key, environment=environment, files=data.files)
        self.secrets = make_secrets(self, environment)
        self.bus = events.EventBus(self, "Outcomes", description="Outcomes of effects")
        platform = Platform(
            environment=environment,
            dependencies=dependency_layer(
                self, "Dependencies", dependencies=dependencies, environment=environment
            ),
            key=data.platform_key,
            failed_invocations=self.queues.failed_invocations,
        )
        parts = CoreParts(
            scope=self,
            environment=environment,
            platform=platform,
            data=data,
            queues=self.queues,
            secrets=self.secrets,
            bus=self.bus,
        )
        self.functions = _functions(parts)
        self._publish_addresses(environment)

    def _publish_addresses(self, environment: Environment) -> None:
        for name, work in self.queues.work.items():
            self.publish(f"{name}QueueUrl", work.main.queue.queue_url)
            self.publish(f"{name}DeadLettersUrl", work.dead_letters.queue.queue_url)
        self.publish("OutcomeFailuresUrl", self.queues.outcome_failures.queue.queue_url)
        self.publish("ErpClass", environment.erp_class)
        self.publish("ErpSecretArn", self.secrets.erp.secret.secret_arn)
        self.publish("TokenSecretArn", self.secrets.token.secret.secret_arn)
        self.publish("WebhookSecretArn", self.secrets.webhook.secret.secret_arn)
        if mllp := self.secrets.mllp:
            self.publish("MllpClientSecretArn", mllp.client.secret.secret_arn)
            self.publish("MllpTlsSecretArn", mllp.tls.secret.secret_arn)
        self.publish("EventBusName", self.bus.event_bus_name)
        for name, made in self.functions.items():
            self.publish(f"{name}FunctionName", made.function.function_name)


def _functions(parts: CoreParts) -> dict[str, PlatformFunction]:
    return {
        "ReceiveFile": receive_file(parts),
        "MapDocument": map_document(parts),
        "ReleaseParked": release_parked(parts),
        "PostEffect": post_effect(parts),
        "PublishOutcome": publish_outcome(parts),
        "DeliverStatus": deliver_status(parts),
        "SweepEffects": sweep_effects(parts),
        "SealJournal": seal_journal(parts),
        "RedriveDeadLetters": redrive_dead_letters(parts),
    }
