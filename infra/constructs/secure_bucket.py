"""Buckets: private, versioned, logged, kept, over TLS only."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment


class SecureBucket(Construct):
    """A bucket with a name that is fixed for an environment, an account and a region."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        environment: Environment,
        key: PurposeKey | None,
        access_logs: "SecureBucket | None",
        lock_days: int | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        # By name and not by reference, so that what the rule pack prints is the same everywhere.
        self._stem = f"ledgerward-{environment.name}-{purpose}"
        self.bucket: s3.Bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=f"{self._stem}-{Aws.ACCOUNT_ID}-{Aws.REGION}",
            versioned=True,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key.key if key else None,
            bucket_key_enabled=True if key else None,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=environment.enforce_tls,
            removal_policy=RemovalPolicy.RETAIN,
            server_access_logs_bucket=access_logs.bucket if access_logs else None,
            server_access_logs_prefix=f"{purpose}/" if access_logs else None,
            object_lock_enabled=True if lock_days else None,
            object_lock_default_retention=s3.ObjectLockRetention.governance(
                Duration.days(lock_days)
            )
            if lock_days
            else None,
        )

    def permit_store(self, identity: Identity) -> None:
        """Permit adding objects and looking one up by its key; nothing is listed or deleted."""
        identity.allow_wildcard(
            "s3:GetObject",  # an object that stands already is compared, never replaced
            "s3:PutObject",
            on=f"arn:{Aws.PARTITION}:s3:::{self._stem}-{Aws.ACCOUNT_ID}-{Aws.REGION}/*",
            finding=f"arn:<AWS::Partition>:s3:::{self._stem}-<AWS::AccountId>-<AWS::Region>/*",
            reason="Object keys are not known in advance; two actions on one bucket's objects.",
        )
        if self._key:
            self._key.permit_use(identity)
