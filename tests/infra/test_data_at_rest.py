"""What must not be lost, read by strangers, or changed."""

import json
import re

import pytest

from tests.infra.assembly import Assembly, Grant, Resource

KEYS = {
    "JournalTable": ["pk", "sk"],
    "EffectsTable": ["pk"],
    "HoldsTable": ["pk", "sk"],
    "MasterDataTable": ["pk", "sk"],
    "PositionsTable": ["pk", "sk"],
}
INDEXES = {
    "JournalTable": {"by_append": [("seal_shard", "S"), ("appended", "S")]},
    "EffectsTable": {
        "due": [("due_shard", "S"), ("next_at", "N")],
        "by_period": [("facility_period", "S"), ("stock", "S")],
    },
    "HoldsTable": {"by_owner": [("owner", "S"), ("due_at", "S")]},
}
HOLD_DATA = (
    "AWS::S3::Bucket",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::SecretsManager::Secret",
    "AWS::Cognito::UserPool",
)


def purpose(resource: Resource) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", resource.logical_id)


def tables(assembly: Assembly) -> dict[str, Resource]:
    return {purpose(table): table for table in assembly.of_kind("AWS::DynamoDB::Table")}


def bucket(assembly: Assembly, name: str) -> Resource:
    return next(
        each for each in assembly.of_kind("AWS::S3::Bucket") if purpose(each) == f"{name}Bucket"
    )


def key_of(schema: list[dict[str, str]]) -> list[str]:
    return [part["AttributeName"] for part in schema]


def test_tables_have_the_keys_that_their_readers_know(assembly: Assembly) -> None:
    found = {
        name: key_of(table.properties["KeySchema"]) for name, table in tables(assembly).items()
    }

    assert found == KEYS


def test_indexes_carry_whole_items_under_the_keys_that_their_readers_know(
    assembly: Assembly,
) -> None:
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for name, table in tables(assembly).items():
        types = {
            each["AttributeName"]: each["AttributeType"]
            for each in table.properties["AttributeDefinitions"]
        }
        for index in table.properties.get("GlobalSecondaryIndexes", ()):
            assert index["Projection"] == {"ProjectionType": "ALL"}
            found.setdefault(name, {})[index["IndexName"]] = [
                (part, types[part]) for part in key_of(index["KeySchema"])
            ]

    assert found == INDEXES


def test_only_the_effect_ledger_has_a_stream_with_both_images(assembly: Assembly) -> None:
    streams = {
        name: table.properties["StreamSpecification"]
        for name, table in tables(assembly).items()
        if "StreamSpecification" in table.properties
    }

    assert streams == {"EffectsTable": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}


def test_tables_are_encrypted_recoverable_and_paid_by_request(assembly: Assembly) -> None:
    keys = {f"{key.name}.Arn" for key in assembly.of_kind("AWS::KMS::Key")}

    for table in tables(assembly).values():
        properties = table.properties
        assert assembly.reference(table, "SSESpecification.KMSMasterKeyId") in keys
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["PointInTimeRecoverySpecification"] == {
            "PointInTimeRecoveryEnabled": True
        }


def test_on_aws_tables_pool_and_stacks_refuse_to_be_deleted(prod: Assembly) -> None:
    for table in tables(prod).values():
        assert table.properties["DeletionProtectionEnabled"] is True
    (pool,) = prod.of_kind("AWS::Cognito::UserPool")
    assert pool.properties["DeletionProtection"] == "ACTIVE"
    stacks = [
        artifact
        for artifact in prod.manifest["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    ]
    assert [stack["properties"].get("terminationProtection") for stack in stacks] == [True] * 5


@pytest.mark.parametrize("kind", HOLD_DATA)
def test_what_holds_data_outlives_its_stack(assembly: Assembly, kind: str) -> None:
    found = assembly.of_kind(kind)

    assert found
    for resource in found:
        assert resource.definition["DeletionPolicy"] == "Retain", resource.name
        assert resource.definition["UpdateReplacePolicy"] == "Retain", resource.name


def test_the_raw_archive_keeps_every_version_under_our_key(assembly: Assembly) -> None:
    raw = bucket(assembly, "Raw")
    (rule,) = raw.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert raw.properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert rule["BucketKeyEnabled"] is True
    assert set(raw.properties["PublicAccessBlockConfiguration"].values()) == {True}
    logs = assembly.reference(raw, "LoggingConfiguration.DestinationBucketName")
    assert logs == bucket(assembly, "AccessLogs").name


@pytest.mark.parametrize("name", ["Raw", "Seals"])
def test_on_aws_nobody_changes_a_raw_object_or_a_seal_for_seven_years(
    prod: Assembly, name: str
) -> None:
    raw = bucket(prod, name)

    assert raw.properties["ObjectLockEnabled"] is True
    retention = raw.properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention["Days"] >= 7 * 365


def test_in_the_box_raw_objects_are_not_locked(local: Assembly) -> None:
    for name in ("Raw", "Seals"):
        assert "ObjectLockEnabled" not in bucket(local, name).properties


def test_the_raw_archives_name_is_fixed_by_environment_account_and_region(
    assembly: Assembly,
) -> None:
    name = assembly.reference(bucket(assembly, "Raw"), "BucketName")

    assert re.fullmatch(r"ledgerward-(local|prod)-raw-AWS::AccountId-AWS::Region", name)


@pytest.mark.parametrize("name", ["Inbox", "Outbox"])
def test_files_in_and_out_keep_their_versions_under_a_key_that_nothing_else_is_under(
    assembly: Assembly, name: str
) -> None:
    files = bucket(assembly, name)
    (rule,) = files.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    key = assembly.resolved(files.stack, rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"])

    assert files.properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(files.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert ".FilesKey" in key
    for table in tables(assembly).values():
        assert assembly.reference(table, "SSESpecification.KMSMasterKeyId") != key
    logs = assembly.reference(files, "LoggingConfiguration.DestinationBucketName")
    assert logs == bucket(assembly, "AccessLogs").name


def test_what_was_taken_from_the_inbox_is_forgotten_after_a_week_and_nothing_else_ever(
    assembly: Assembly,
) -> None:
    (rule,) = bucket(assembly, "Inbox").properties["LifecycleConfiguration"]["Rules"]

    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rule["ExpiredObjectDeleteMarker"] is True
    assert not {"ExpirationInDays", "ExpirationDate"} & set(rule)  # what waits there stays
    for name in ("Outbox", "Raw", "AccessLogs"):
        assert "LifecycleConfiguration" not in bucket(assembly, name).properties


def test_on_aws_buckets_refuse_plain_http(prod: Assembly) -> None:
    refusing = {
        prod.reference(policy, "Bucket")
        for policy in prod.of_kind("AWS::S3::BucketPolicy")
        if "aws:SecureTransport" in json.dumps(policy.properties["PolicyDocument"])
    }

    assert refusing == {each.name for each in prod.of_kind("AWS::S3::Bucket")}


def test_the_box_speaks_plain_http_and_is_not_refused(local: Assembly) -> None:
    for template in local.templates.values():
        assert "aws:SecureTransport" not in json.dumps(template)


def test_every_log_group_has_a_name_a_retention_and_a_key(assembly: Assembly) -> None:
    groups = assembly.of_kind("AWS::Logs::LogGroup")

    assert len(groups) >= len(assembly.functions()) + 1
    for group in groups:
        assert group.properties["LogGroupName"]
        assert group.properties["RetentionInDays"] >= 30
        assert ".PlatformKey" in assembly.reference(group, "KmsKeyId")


def test_the_log_service_may_use_the_key_of_the_logs(assembly: Assembly) -> None:
    (key,) = [
        each for each in assembly.of_kind("AWS::KMS::Key") if "PlatformKey" in each.logical_id
    ]
    served = [
        (statement["Principal"], statement["Condition"])
        for statement in key.properties["KeyPolicy"]["Statement"]
        if "Service" in statement["Principal"]
    ]

    assert len(served) == 1
    principal, condition = served[0]
    assert assembly.resolved(key.stack, principal["Service"]).startswith("logs.")
    assert "kms:EncryptionContext:aws:logs:arn" in condition["ArnLike"]


def test_every_key_rotates(assembly: Assembly) -> None:
    for key in assembly.of_kind("AWS::KMS::Key"):
        assert key.properties["EnableKeyRotation"] is True


def test_on_aws_every_table_is_copied_daily(prod: Assembly) -> None:
    (selection,) = prod.of_kind("AWS::Backup::BackupSelection")
    copied = {
        prod.resolved(selection.stack, each)
        for each in selection.properties["BackupSelection"]["Resources"]
    }

    assert {name.removesuffix(".Arn") for name in copied} == {
        table.name for table in tables(prod).values()
    }


def test_the_carrier_of_daily_copies_may_copy_every_table_and_use_their_key(
    prod: Assembly,
) -> None:
    (selection,) = prod.of_kind("AWS::Backup::BackupSelection")
    role = prod.reference(selection, "BackupSelection.IamRoleArn").removesuffix(".Arn")
    calls = ("CreateBackup", "DescribeTable", "ListTagsOfResource", "StartAwsBackupJob")
    keys = {
        prod.reference(table, "SSESpecification.KMSMasterKeyId") for table in tables(prod).values()
    }

    assert prod.grants_of_role(role) == {
        *(
            Grant(action=f"dynamodb:{call}", resource=f"{table.name}.Arn")
            for table in tables(prod).values()
            for call in calls
        ),
        *(
            Grant(action=action, resource=key)
            for action in ("kms:Decrypt", "kms:GenerateDataKey")
            for key in keys
        ),
    }
