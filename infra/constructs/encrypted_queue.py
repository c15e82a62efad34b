"""Queues: encrypted, over TLS only, each with somewhere for what crashes its workers to go."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge
from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment

MOST_RECEIVES = 5  # counts crashes only; a target that is down for an hour fills nothing
RETENTION = Duration.days(14)
CHAIN_ENDS_BECAUSE = (
    "This is where the chain of dead letters ends: redrive_dead_letters takes every message up and"
    " sends it back to its step or to a person as a hold, and two alarms tell of what came by and"
    " of what lies here. One more queue behind it would only hide the same message."
)


class EncryptedQueue(Construct):
    """One queue under a customer key, with the narrow ways to use it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        key: PurposeKey,
        environment: Environment,
        consumer_timeout_seconds: int,
        dead_letters: "EncryptedQueue | None" = None,
        most_receives: int = MOST_RECEIVES,
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        margin = environment.visibility_margin_seconds or 5 * consumer_timeout_seconds
        self.queue: sqs.Queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key.key,
            enforce_ssl=environment.enforce_tls,
            retention_period=RETENTION,
            visibility_timeout=Duration.seconds(consumer_timeout_seconds + margin),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=dead_letters.queue, max_receive_count=most_receives
            )
            if dead_letters
            else None,
        )
        if dead_letters is None:
            acknowledge(self.queue, "Serverless-SQSRedrivePolicy", reason=CHAIN_ENDS_BECAUSE)

    def permit_send(self, identity: Identity) -> None:
        """Permit putting messages into the queue."""
        identity.allow("sqs:SendMessage", on=[self.queue.queue_arn])
        self._key.permit_use(identity)

    def accept_news_of(self, bucket_arn: str) -> None:
        """Let S3 send what happens in one bucket of ours.

        The key's policy cannot say which: this is where everybody else's buckets are kept out.
        """
        self._key.serve_notifications("s3.amazonaws.com")
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={
                    "ArnEquals": {"aws:SourceArn": bucket_arn},
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                },
            )
        )

    def permit_receive(self, identity: Identity) -> None:
        """Permit what a mapping does to take messages out."""
        identity.allow(
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            on=[self.queue.queue_arn],
        )
        self._key.permit_decrypt(identity)


class WorkQueue(Construct):
    """Work between two steps: `main`, and `dead_letters` for what crashed its workers."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        key: PurposeKey,
        environment: Environment,
        consumer_timeout_seconds: int,
        redrive_timeout_seconds: int,
        most_receives: int = MOST_RECEIVES,
    ) -> None:
        super().__init__(scope, id_)
        self.dead_letters = EncryptedQueue(
            self,
            "DeadLetters",
            key=key,
            environment=environment,
            consumer_timeout_seconds=redrive_timeout_seconds,
        )
        self.main = EncryptedQueue(
            self,
            "Main",
            key=key,
            environment=environment,
            consumer_timeout_seconds=consumer_timeout_seconds,
            dead_letters=self.dead_letters,
            most_receives=most_receives,
        )
