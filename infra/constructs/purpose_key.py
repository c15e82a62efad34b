"""Customer keys, one for each purpose."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.constructs.identity import Identity


class PurposeKey(Construct):
    """A rotated customer key. What it encrypted outlives the stack, so the key does too."""

    def __init__(self, scope: Construct, id_: str, *, purpose: str) -> None:
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            description=f"Ledgerward: {purpose}",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )

    def serve(self, service: str, *, only_if: Mapping[str, Mapping[str, str]]) -> None:
        """Let an AWS service use the key on our behalf, under a condition."""
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service)],
                actions=[
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ],
                resources=["*"],  # in a key policy: this key
                conditions=dict(only_if),
            )
        )

    def serve_notifications(self, service: str) -> None:
        """Let an AWS service fill queues under this key; the queue's policy says whose news.

        S3 proves a destination with this key and is documented to need it without a condition.
        """
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service)],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],  # in a key policy: this key
            )
        )

    def permit_use(self, identity: Identity) -> None:
        """Permit writing what the key protects, and reading it."""
        identity.allow("kms:Decrypt", "kms:GenerateDataKey", on=[self.key.key_arn])

    def permit_decrypt(self, identity: Identity) -> None:
        """Permit reading what the key protects."""
        identity.allow("kms:Decrypt", on=[self.key.key_arn])
