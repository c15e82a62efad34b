"""From documents to outcomes: queues, functions, secrets and the event bus."""

from pathlib import Path

from aws_cdk import Aws, Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.constructs.encrypted_queue import EncryptedQueue, WorkQueue
from infra.constructs.manual_secret import ManualSecret
from infra.constructs.platform_function import Platform, PlatformFunction, dependency_layer
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment
from infra.stacks.data import DataStack
from infra.stacks.platform_stack import PlatformStack

MAP_TIMEOUT_SECONDS = 30
POST_TIMEOUT_SECONDS = 30  # the ERP client gives up after 20
PUBLISH_TIMEOUT_SECONDS = 60
SWEEP_TIMEOUT_SECONDS = 55  # done before the next minute's sweep
REDRIVE_TIMEOUT_SECONDS = 30

# The fewest that a mapping can be told. Batches, not workers, are what fills the ERP (measured).
AT_ONCE = 2


class CoreStack(PlatformStack):
    """Runs the path behind the edge."""

    def __init__(
        self, scope: Construct, *, environment: Environment, data: DataStack, dependencies: Path
    ) -> None:
        super().__init__(
            scope, "Core", environment=environment, description="Ledgerward: documents to outcomes"
        )
        self._data = data
        self._environment = environment
        self.queue_key = PurposeKey(self, "QueueKey", purpose="work between steps")
        self.queue_key.serve(
            "events.amazonaws.com",
            only_if={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        )
        self._make_queues()
        self._make_secrets()
        self.bus = events.EventBus(self, "Outcomes", description="Outcomes of effects")
        self._platform = Platform(
            environment=environment,
            dependencies=dependency_layer(
                self, "Dependencies", dependencies=dependencies, environment=environment
            ),
            key=data.platform_key,
            failed_invocations=self.failed_invocations,
        )
        self.functions = {
            "MapDocument": self._map_document(),
            "PostEffect": self._post_effect(),
            "PublishOutcome": self._publish_outcome(),
            "SweepEffects": self._sweep_effects(),
            "RedriveDeadLetters": self._redrive_dead_letters(),
        }
        self._publish_addresses()

    def _make_queues(self) -> None:
        self.documents = WorkQueue(
            self,
            "Documents",
            key=self.queue_key,
            environment=self._environment,
            consumer_timeout_seconds=MAP_TIMEOUT_SECONDS,
            redrive_timeout_seconds=REDRIVE_TIMEOUT_SECONDS,
        )
        self.effects = WorkQueue(
            self,
            "Effects",
            key=self.queue_key,
            environment=self._environment,
            consumer_timeout_seconds=POST_TIMEOUT_SECONDS,
            redrive_timeout_seconds=REDRIVE_TIMEOUT_SECONDS,
        )
        # Where the chain ends: what Lambda, a rule or the last consumer itself could not do.
        self.failed_invocations = EncryptedQueue(
            self,
            "FailedInvocations",
            key=self.queue_key,
            environment=self._environment,
            consumer_timeout_seconds=REDRIVE_TIMEOUT_SECONDS,
        )
        self.outcome_failures = EncryptedQueue(
            self,
            "OutcomeFailures",
            key=self.queue_key,
            environment=self._environment,
            consumer_timeout_seconds=REDRIVE_TIMEOUT_SECONDS,
            dead_letters=self.failed_invocations,
        )

    def _make_secrets(self) -> None:
        key = PurposeKey(self, "SecretKey", purpose="secrets")
        self.erp_secret = ManualSecret(
            self,
            "ErpSecret",
            key=key,
            description="Address and key of the ERP",
            never_rotates_because="The ERP gives this key to people; we cannot ask for another.",
        )
        self.token_secret = ManualSecret(
            self,
            "TokenSecret",
            key=key,
            description="Key that turns patient identifiers into tokens",
            never_rotates_because=(
                "A patient must keep one token while a key version stands, so people add versions."
            ),
        )

    def _map_document(self) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "MapDocument",
            name="map_document",
            variables={
                "JOURNAL_TABLE": self._data.journal.table.table_name,
                "HOLDS_TABLE": self._data.holds.table.table_name,
                "MASTER_DATA_TABLE": self._data.master_data.table.table_name,
                "EFFECTS_QUEUE_URL": self.effects.main.queue.queue_url,
            },
            platform=self._platform,
            timeout_seconds=MAP_TIMEOUT_SECONDS,
            reserved_concurrency=10,
        )
        identity = made.identity
        self._data.journal.permit(identity, "BatchWriteItem", "PutItem", "Query")
        self._data.holds.permit(identity, "PutItem", "Query")
        self._data.master_data.permit(identity, "Query")
        self.effects.main.permit_send(identity)
        made.consume("Documents", self.documents.main, batch_size=10, concurrency=AT_ONCE)
        return made

    def _post_effect(self) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "PostEffect",
            name="post_effect",
            variables={
                "EFFECTS_TABLE": self._data.effects.table.table_name,
                "HOLDS_TABLE": self._data.holds.table.table_name,
                "ERP_SECRET_ARN": self.erp_secret.secret.secret_arn,
                "ERP_TARGET": "tryton",
            },
            platform=self._platform,
            timeout_seconds=POST_TIMEOUT_SECONDS,
            reserved_concurrency=4,
        )
        identity = made.identity
        self._data.effects.permit(identity, "BatchGetItem", "UpdateItem")
        self._data.holds.permit(identity, "PutItem")
        self.erp_secret.permit_read(identity)
        made.consume(
            "Effects",
            self.effects.main,
            batch_size=50,
            window_seconds=self._environment.batching_window_seconds,
            concurrency=AT_ONCE,
        )
        return made

    def _publish_outcome(self) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "PublishOutcome",
            name="publish_outcome",
            variables={
                "JOURNAL_TABLE": self._data.journal.table.table_name,
                "HOLDS_TABLE": self._data.holds.table.table_name,
                "EVENT_BUS_NAME": self.bus.event_bus_name,
            },
            platform=self._platform,
            timeout_seconds=PUBLISH_TIMEOUT_SECONDS,
            reserved_concurrency=10,
        )
        identity = made.identity
        self._data.journal.permit(identity, "BatchWriteItem", "PutItem", "Query")
        self._data.holds.permit(identity, "Query", "UpdateItem")
        identity.allow("events:PutEvents", on=[self.bus.event_bus_arn])
        made.follow(
            "EffectChanges", self._data.effects, batch_size=100, failures=self.outcome_failures
        )
        return made

    def _sweep_effects(self) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "SweepEffects",
            name="sweep_effects",
            variables={
                "EFFECTS_TABLE": self._data.effects.table.table_name,
                "EFFECTS_QUEUE_URL": self.effects.main.queue.queue_url,
            },
            platform=self._platform,
            timeout_seconds=SWEEP_TIMEOUT_SECONDS,
            reserved_concurrency=2,
        )
        self._data.effects.permit_query(made.identity, index="due")
        self._data.effects.permit(made.identity, "UpdateItem")
        self.effects.main.permit_send(made.identity)
        events.Rule(
            self,
            "EveryMinute",
            description="What is owed another attempt goes back into the effects queue",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[
                targets.LambdaFunction(
                    made.function,
                    dead_letter_queue=self.failed_invocations.queue,
                    max_event_age=Duration.minutes(5),
                    retry_attempts=2,
                )
            ],
        )
        return made

    def _redrive_dead_letters(self) -> PlatformFunction:
        made = PlatformFunction(
            self,
            "RedriveDeadLetters",
            name="redrive_dead_letters",
            variables={
                "HOLDS_TABLE": self._data.holds.table.table_name,
                "DOCUMENTS_QUEUE_URL": self.documents.main.queue.queue_url,
                "EFFECTS_QUEUE_URL": self.effects.main.queue.queue_url,
            },
            platform=self._platform,
            timeout_seconds=REDRIVE_TIMEOUT_SECONDS,
            reserved_concurrency=8,
        )
        self._data.holds.permit(made.identity, "PutItem")
        for work in (self.documents, self.effects):
            work.main.permit_send(made.identity)
        for source, queue in (
            ("DocumentDeadLetters", self.documents.dead_letters),
            ("EffectDeadLetters", self.effects.dead_letters),
            ("OutcomeFailures", self.outcome_failures),
            ("FailedInvocations", self.failed_invocations),
        ):
            made.consume(source, queue, batch_size=10, concurrency=AT_ONCE)
        return made

    def _publish_addresses(self) -> None:
        self.publish("DocumentsQueueUrl", self.documents.main.queue.queue_url)
        self.publish("DocumentsDeadLettersUrl", self.documents.dead_letters.queue.queue_url)
        self.publish("EffectsQueueUrl", self.effects.main.queue.queue_url)
        self.publish("EffectsDeadLettersUrl", self.effects.dead_letters.queue.queue_url)
        self.publish("OutcomeFailuresUrl", self.outcome_failures.queue.queue_url)
        self.publish("ErpSecretArn", self.erp_secret.secret.secret_arn)
        self.publish("TokenSecretArn", self.token_secret.secret.secret_arn)
        self.publish("EventBusName", self.bus.event_bus_name)
        for name, made in self.functions.items():
            self.publish(f"{name}FunctionName", made.function.function_name)
