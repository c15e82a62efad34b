"""Secrets that people put and replace."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge, acknowledge_in_both
from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey


class ManualSecret(Construct):
    """A place for a secret value. CloudFormation puts noise there; a person puts the value.

    `never_rotates_because` is what an auditor reads.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        key: PurposeKey,
        description: str,
        never_rotates_because: str,
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description=description,
            encryption_key=key.key,
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(self.secret, "AwsSolutions-SMG4", reason=never_rotates_because)
        acknowledge_in_both(
            self.secret, "SecretsManagerRotationEnabled", reason=never_rotates_because
        )

    def permit_read(self, identity: Identity) -> None:
        """Permit reading the value."""
        identity.allow("secretsmanager:GetSecretValue", on=[self.secret.secret_arn])
        self._key.permit_decrypt(identity)
