"""The copies of the raw archive and of the seals that survive the loss of a region."""

from typing import Any

import pytest

from tests.infra.assembly import Assembly, Grant, Resource

FROM_SOURCE = {
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
}


COPIED = ("Raw", "Seals")
each_copied = pytest.mark.parametrize("name", COPIED)


def bucket_named(assembly: Assembly, name: str) -> Resource:
    return next(
        each for each in assembly.of_kind("AWS::S3::Bucket") if each.logical_id.startswith(name)
    )


def rule(assembly: Assembly, name: str) -> dict[str, Any]:
    (only,) = bucket_named(assembly, name).properties["ReplicationConfiguration"]["Rules"]
    return dict(only)


def test_on_aws_the_raw_archive_and_the_seals_are_copied_and_no_other_bucket(
    prod: Assembly,
) -> None:
    copied = {
        each.name
        for each in prod.of_kind("AWS::S3::Bucket")
        if "ReplicationConfiguration" in each.properties
    }

    assert copied == {bucket_named(prod, name).name for name in COPIED}


@each_copied
def test_every_new_object_is_copied_under_the_key_of_that_place(prod: Assembly, name: str) -> None:
    assert rule(prod, name)["Status"] == "Enabled"
    assert rule(prod, name)["Filter"] == {"Prefix": ""}
    assert rule(prod, name)["SourceSelectionCriteria"] == {
        "SseKmsEncryptedObjects": {"Status": "Enabled"}
    }
    assert rule(prod, name)["Destination"] == {
        "Bucket": {"Ref": f"{name}ReplicaBucketArn"},
        "EncryptionConfiguration": {"ReplicaKmsKeyID": {"Ref": f"{name}ReplicaKeyArn"}},
    }


@each_copied
def test_what_is_removed_here_is_not_removed_there(prod: Assembly, name: str) -> None:
    actions = {grant.action for grant in carrier_grants(prod, name)}

    assert rule(prod, name)["DeleteMarkerReplication"] == {"Status": "Disabled"}
    assert "s3:ReplicateDelete" not in actions


@each_copied
def test_who_deploys_names_the_place_and_no_default_does(prod: Assembly, name: str) -> None:
    asked = prod.templates[bucket_named(prod, name).stack]["Parameters"]

    for parameter in (f"{name}ReplicaBucketArn", f"{name}ReplicaKeyArn"):
        assert asked[parameter]["AllowedPattern"]
        assert "Default" not in asked[parameter]


@each_copied
def test_the_carrier_of_copies_may_read_here_and_write_there_and_nothing_else(
    prod: Assembly, name: str
) -> None:
    bucket = f"arn:AWS::Partition:s3:::{prod.reference(bucket_named(prod, name), 'BucketName')}"
    (encryption,) = bucket_named(prod, name).properties["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    key = prod.resolved(
        bucket_named(prod, name).stack,
        encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"],
    )
    place = f"{bucket_named(prod, name).stack}.{name}Replica"

    assert carrier_grants(prod, name) == {
        *(Grant(action=action, resource=f"{bucket}/*") for action in FROM_SOURCE),
        Grant(action="s3:GetReplicationConfiguration", resource=bucket),
        Grant(action="s3:ListBucket", resource=bucket),
        Grant(action="kms:Decrypt", resource=key),
        Grant(action="s3:ReplicateObject", resource=f"{place}BucketArn/*"),
        Grant(action="s3:ReplicateTags", resource=f"{place}BucketArn/*"),
        Grant(action="kms:Encrypt", resource=f"{place}KeyArn"),
        Grant(action="kms:GenerateDataKey", resource=f"{place}KeyArn"),
    }


@each_copied
def test_in_the_box_nothing_is_copied(local: Assembly, name: str) -> None:
    assert "ReplicationConfiguration" not in bucket_named(local, name).properties


def carrier_grants(assembly: Assembly, name: str) -> frozenset[Grant]:
    """What the role that carries copies may do."""
    role = assembly.reference(bucket_named(assembly, name), "ReplicationConfiguration.Role")
    return assembly.grants_of_role(role.removesuffix(".Arn"))
