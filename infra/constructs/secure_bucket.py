"""Buckets: private, versioned, logged, kept, over TLS only."""

from typing import cast

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge_in_both
from infra.constructs.encrypted_queue import EncryptedQueue
from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.constructs.replica import Replica
from infra.environments import Environment

NO_CUSTOMER_KEY_BECAUSE = (
    "S3's log delivery cannot write into a bucket whose default is a customer key, so this one is"
    " under S3's own (AES-256). It holds who asked for which object and when, never what was in it."
)


class SecureBucket(Construct):
    """A bucket with a name that is fixed for an environment, an account and a region.

    `old_versions_days` is for what passes through: the archive of it is another bucket.
    """

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
        old_versions_days: int | None = None,
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
            object_lock_default_retention=_locked(lock_days) if lock_days else None,
            lifecycle_rules=_forget_old_versions(old_versions_days) if old_versions_days else None,
        )
        if key is None:
            acknowledge_in_both(
                self.bucket, "S3DefaultEncryptionKMS", reason=NO_CUSTOMER_KEY_BECAUSE
            )

    @property
    def arn(self) -> str:
        """The bucket by its name: whoever must be made before the bucket can speak of it."""
        return f"arn:{Aws.PARTITION}:s3:::{self._stem}-{Aws.ACCOUNT_ID}-{Aws.REGION}"

    def tell_of_arrivals(self, queue: EncryptedQueue) -> None:
        """Send one message for each object that arrives."""
        queue.accept_news_of(self.arn)
        # Not `add_event_notification`: it brings a function of its own with a role for everything.
        resource = cast("s3.CfnBucket", self.bucket.node.default_child)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*", queue=queue.queue.queue_arn
                )
            ]
        )
        self.bucket.node.add_dependency(queue.queue)  # S3 tries the queue out at once

    def replicate(self, replica: Replica) -> None:
        """Copy each new object, with its lock, to a bucket elsewhere.

        Removals are not copied: whoever could delete here still could not there.
        """
        identity = replica.identity
        self._permit_on_objects(
            identity,
            "s3:GetObjectLegalHold",
            "s3:GetObjectRetention",
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionTagging",
            reason="Replication reads every object of the one bucket that it copies, and no other.",
        )
        identity.allow("s3:GetReplicationConfiguration", "s3:ListBucket", on=[self.arn])
        if self._key:
            self._key.permit_decrypt(identity)
        resource = cast("s3.CfnBucket", self.bucket.node.default_child)
        resource.replication_configuration = replica.configuration()
        self.bucket.node.add_dependency(identity.policy)

    def stay_here(self, *, because: str) -> None:
        """Keep no copy elsewhere; `because` is what an auditor reads."""
        acknowledge_in_both(self.bucket, "S3BucketReplicationEnabled", reason=because)

    def permit_store(self, identity: Identity) -> None:
        """Permit adding objects and looking one up by its key; nothing is listed or deleted."""
        self._permit_on_objects(
            identity,
            "s3:GetObject",  # an object that stands already is compared, never replaced
            "s3:PutObject",
            reason="Object keys are not known in advance; two actions on one bucket's objects.",
        )
        if self._key:
            self._key.permit_use(identity)

    def permit_list(self, identity: Identity) -> None:
        """Permit listing the keys, which also tells "it is not there" from "forbidden"."""
        identity.allow("s3:ListBucket", on=[self.arn])

    def permit_read(self, identity: Identity) -> None:
        """Permit reading an object by its key, and listing and writing none."""
        self._permit_on_objects(
            identity,
            "s3:GetObject",
            reason="Object keys are not known in advance; one action on one bucket's objects.",
        )
        if self._key:
            self._key.permit_decrypt(identity)

    def permit_put(self, identity: Identity) -> None:
        """Permit adding and replacing objects, and reading none."""
        self._permit_on_objects(
            identity,
            "s3:PutObject",
            reason="Object keys are not known in advance; one action on one bucket's objects.",
        )
        if self._key:
            self._key.permit_use(identity)

    def permit_take(self, identity: Identity) -> None:
        """Permit reading one version of an object and then removing exactly that one.

        Listing is what tells "it is gone", which a second delivery must hear, from "forbidden".
        """
        self._permit_on_objects(
            identity,
            "s3:GetObjectVersion",
            "s3:DeleteObjectVersion",
            reason=(
                "Senders choose the names of their files; whoever takes a file in reads and removes"
                " the version it was told of, in this one bucket, and may write nothing there."
            ),
        )
        identity.allow("s3:ListBucket", "s3:ListBucketVersions", on=[self.arn])
        if self._key:
            self._key.permit_decrypt(identity)

    def _permit_on_objects(self, identity: Identity, *actions: str, reason: str) -> None:
        identity.allow_wildcard(
            *actions,
            on=f"{self.arn}/*",
            finding=f"arn:<AWS::Partition>:s3:::{self._stem}-<AWS::AccountId>-<AWS::Region>/*",
            reason=reason,
        )


def _locked(days: int) -> s3.ObjectLockRetention:
    return s3.ObjectLockRetention.governance(Duration.days(days))


def _forget_old_versions(days: int) -> list[s3.LifecycleRule]:
    """Forget versions that were replaced or removed, their markers, and uploads never finished."""
    return [
        s3.LifecycleRule(
            noncurrent_version_expiration=Duration.days(days),
            expired_object_delete_marker=True,
            abort_incomplete_multipart_upload_after=Duration.days(days),
        )
    ]
