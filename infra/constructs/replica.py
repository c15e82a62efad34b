"""A bucket elsewhere that gets a copy of what one of ours holds."""

from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.identity import Identity


class Replica(Construct):
    """Where copies go, and who carries them there.

    The place is asked of whoever deploys, as two parameters of the stack: it belongs in another
    region and, against whoever takes over this one, in another account. It has versions, an Object
    Lock and owner-enforced objects, and lets `identity` in if it is another account's.
    """

    def __init__(self, scope: Construct, id_: str, *, of: str) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self._bucket_arn = CfnParameter(
            stack,
            f"{id_}BucketArn",
            description=f"ARN of the bucket, in another region, that gets a copy of {of}",
            allowed_pattern="arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}",
        )
        self._key_arn = CfnParameter(
            stack,
            f"{id_}KeyArn",
            description="ARN of the customer key, in that bucket's region, that copies are under",
            allowed_pattern="arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+",
        )
        self.identity = Identity(self, "Identity", service="s3.amazonaws.com")
        self.identity.allow_wildcard(
            "s3:ReplicateObject",
            "s3:ReplicateTags",
            on=f"{self._bucket_arn.value_as_string}/*",
            finding=f"<{id_}BucketArn>/*",
            reason="Replication writes copies, under the same keys, into the one bucket for them.",
        )
        self.identity.allow(
            "kms:Encrypt", "kms:GenerateDataKey", on=[self._key_arn.value_as_string]
        )

    def configuration(self) -> s3.CfnBucket.ReplicationConfigurationProperty:
        """One rule for everything; what is removed is not removed there."""
        return s3.CfnBucket.ReplicationConfigurationProperty(
            role=self.identity.role.role_arn,
            rules=[
                s3.CfnBucket.ReplicationRuleProperty(
                    id="everything",
                    status="Enabled",
                    priority=1,
                    filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
                    delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(
                        status="Disabled"
                    ),
                    source_selection_criteria=s3.CfnBucket.SourceSelectionCriteriaProperty(
                        sse_kms_encrypted_objects=s3.CfnBucket.SseKmsEncryptedObjectsProperty(
                            status="Enabled"
                        )
                    ),
                    destination=s3.CfnBucket.ReplicationDestinationProperty(
                        bucket=self._bucket_arn.value_as_string,
                        encryption_configuration=s3.CfnBucket.EncryptionConfigurationProperty(
                            replica_kms_key_id=self._key_arn.value_as_string
                        ),
                    ),
                )
            ],
        )
