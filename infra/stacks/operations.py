"""What calls a person: alarms and the topic they speak to."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.constructs.encrypted_queue import EncryptedQueue
from infra.constructs.platform_function import PlatformFunction
from infra.constructs.purpose_key import PurposeKey
from infra.constructs.topic_alarm import alarm_above
from infra.environments import Environment
from infra.stacks.core import CoreStack
from infra.stacks.edge import EdgeStack
from infra.stacks.platform_stack import PlatformStack

MINUTE = Duration.minutes(1)
# How long work may wait in a queue.
OLDEST_SECONDS = {
    "Files": 900,  # at night several large ones stand behind each other
    "Documents": 300,
    "Effects": 900,  # a month end queues for minutes in front of a healthy ERP
    "Statuses": 900,  # a source that does not answer is tried again for a while
}
STREAM_AGE_SECONDS = 300


class OperationsStack(PlatformStack):
    """Alarms on single metrics, each with the topic as its action."""

    def __init__(
        self, scope: Construct, *, environment: Environment, core: CoreStack, edge: EdgeStack
    ) -> None:
        super().__init__(
            scope, "Operations", environment=environment, description="Ledgerward: alarms"
        )
        key = PurposeKey(self, "AlarmKey", purpose="alarms")
        key.serve(
            "cloudwatch.amazonaws.com",
            only_if={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        )
        self.topic = sns.Topic(
            self, "Alarms", master_key=key.key, enforce_ssl=environment.enforce_tls
        )
        self._watch_dead_letters(core)
        for name, seconds in OLDEST_SECONDS.items():
            self._watch_age(name, core.queues.work[name].main, above_seconds=seconds)
        self._watch_functions(
            {
                **core.functions,
                "ReceiveMessage": edge.receive_message,
                "ReceiveResource": edge.receive_resource,
                "ServeResource": edge.serve_resource,
                "ReceiveWebhook": edge.receive_webhook,
            }
        )
        self._watch_stream(core.functions["PublishOutcome"])
        self._alarm(
            "ApiFailures",
            edge.api.api.metric_server_error(period=MINUTE, statistic="Sum"),
            says="The edge answered with a failure; senders have to send again",
            above=0,
        )
        self.publish("AlarmTopicArn", self.topic.topic_arn)

    def _watch_dead_letters(self, core: CoreStack) -> None:
        """Both what lies there and what came by: a healthy consumer empties a queue in seconds."""
        watched = {
            **{f"{name}DeadLetters": work.dead_letters for name, work in core.queues.work.items()},
            "OutcomeFailures": core.queues.outcome_failures,
            "FailedInvocations": core.queues.failed_invocations,
        }
        for name, dead_letters in watched.items():
            queue = dead_letters.queue
            self._alarm(
                f"{name}Depth",
                queue.metric_approximate_number_of_messages_visible(
                    period=MINUTE, statistic="Maximum"
                ),
                says="Work crashed its workers and nobody takes it up",
                above=0,
            )
            self._alarm(
                f"{name}Arrivals",
                queue.metric_number_of_messages_received(period=MINUTE, statistic="Sum"),
                says="Work crashed its workers and was taken up again or held",
                above=0,
            )

    def _watch_age(self, name: str, work: EncryptedQueue, *, above_seconds: int) -> None:
        self._alarm(
            f"{name}Age",
            work.queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum"),
            says="Work waits longer than it should",
            above=above_seconds,
        )

    def _watch_functions(self, functions: dict[str, PlatformFunction]) -> None:
        for name, made in functions.items():
            self._alarm(
                f"{name}Errors",
                made.function.metric_errors(period=MINUTE, statistic="Sum"),
                says="A function crashed or ran out of time",
                above=0,
            )

    def _watch_stream(self, follower: PlatformFunction) -> None:
        self._alarm(
            "EffectChangesAge",
            follower.function.metric("IteratorAge", period=MINUTE, statistic="Maximum"),
            says="Outcomes are told late; after a day they would be lost",
            above=STREAM_AGE_SECONDS * 1000,
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, *, says: str, above: float) -> None:
        alarm_above(self, name, metric, topic=self.topic, says=says, above=above)
