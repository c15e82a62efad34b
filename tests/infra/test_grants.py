"""What every function may do of itself. The engine in the box refuses what is not listed here.

What AWS does with a role, and for us, is in test_service_grants.py.
"""

import pytest

from tests.infra.assembly import Assembly
from tests.infra.grants import named, short

CALLS = {
    "receive_message": {
        "s3:GetObject": {"raw"},
        "s3:PutObject": {"raw"},
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:PutItem": {"Holds", "Journal"},
        "dynamodb:Query": {"Journal", "MasterData"},
        "sqs:SendMessage": {"DocumentsMain", "FailedInvocations"},
        "secretsmanager:GetSecretValue": {"TokenSecret"},
    },
    "receive_resource": {
        "s3:GetObject": {"raw"},
        "s3:PutObject": {"raw"},
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:PutItem": {"Holds", "Journal"},
        "dynamodb:Query": {"Journal", "MasterData"},
        "sqs:SendMessage": {"DocumentsMain", "FailedInvocations"},
        "secretsmanager:GetSecretValue": {"TokenSecret"},
    },
    "serve_resource": {
        "s3:GetObject": {"raw"},
        "dynamodb:GetItem": {"Positions"},
        "dynamodb:Query": {
            *("Effects/index/by_period", "Holds", "Journal"),
            *("MasterData", "Positions"),
        },
        "sqs:SendMessage": {"FailedInvocations"},
    },
    "receive_file": {
        "s3:DeleteObjectVersion": {"inbox"},
        "s3:GetObject": {"raw"},
        "s3:GetObjectVersion": {"inbox"},
        "s3:ListBucket": {"inbox"},
        "s3:ListBucketVersions": {"inbox"},
        "s3:PutObject": {"outbox", "raw"},
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:PutItem": {"Holds", "Journal"},
        "dynamodb:Query": {"Journal", "MasterData"},
        "sqs:SendMessage": {"DocumentsMain", "FailedInvocations"},
        "secretsmanager:GetSecretValue": {"TokenSecret"},
    },
    "receive_webhook": {
        "s3:GetObject": {"raw"},
        "s3:PutObject": {"raw"},
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:GetItem": {"Journal"},
        "dynamodb:PutItem": {"Journal"},
        "dynamodb:Query": {"Journal", "MasterData"},
        "sqs:SendMessage": {"DocumentsMain", "FailedInvocations"},
        "secretsmanager:GetSecretValue": {"TokenSecret", "WebhookSecret"},
    },
    "map_document": {
        "dynamodb:BatchGetItem": {"Effects", "Holds", "Positions"},
        "dynamodb:BatchWriteItem": {"Holds", "Journal", "Positions"},
        "dynamodb:ConditionCheckItem": {"Effects"},
        "dynamodb:DeleteItem": {"Holds"},
        "dynamodb:PutItem": {"Effects", "Holds", "Journal", "Positions"},
        "dynamodb:Query": {"Holds", "Journal", "MasterData"},
        "dynamodb:UpdateItem": {"Effects", "Holds"},
        "sqs:SendMessage": {
            "DocumentsMain",
            "EffectsMain",
            "StatusesMain",
            "FailedInvocations",
        },
    },
    "seal_journal": {
        "s3:GetObject": {"seals"},
        "s3:ListBucket": {"seals"},
        "s3:PutObject": {"seals"},
        "dynamodb:Query": {"Journal", "Journal/index/by_append"},
        "sqs:SendMessage": {"FailedInvocations"},
    },
    "release_parked": {
        "dynamodb:BatchGetItem": {"Effects", "Holds"},
        "dynamodb:BatchWriteItem": {"Holds", "Journal"},
        "dynamodb:DeleteItem": {"Holds"},
        "dynamodb:PutItem": {"Holds", "Journal"},
        "dynamodb:Query": {"Holds", "Journal", "MasterData"},
        "dynamodb:UpdateItem": {"Holds"},
        "sqs:SendMessage": {"DocumentsMain", "FailedInvocations"},
    },
    "post_effect": {
        "dynamodb:BatchGetItem": {"Effects"},
        "dynamodb:UpdateItem": {"Effects", "Holds"},
        "dynamodb:PutItem": {"Holds"},
        "dynamodb:Query": {"Holds"},
        "sqs:SendMessage": {"FailedInvocations"},
        "secretsmanager:GetSecretValue": {"ErpSecret"},
    },
    "publish_outcome": {
        "dynamodb:BatchGetItem": {"Effects", "Holds"},
        "dynamodb:BatchWriteItem": {"Holds", "Journal"},
        "dynamodb:DeleteItem": {"Holds"},
        "dynamodb:PutItem": {"Holds", "Journal"},
        "dynamodb:Query": {"Holds", "Journal", "MasterData"},
        "dynamodb:UpdateItem": {"Holds"},
        "events:PutEvents": {"Outcomes"},
        "sqs:SendMessage": {
            "DocumentsMain",
            "StatusesMain",
            "OutcomeFailures",
            "FailedInvocations",
        },
    },
    "deliver_status": {
        "dynamodb:Query": {"MasterData"},
        "sqs:SendMessage": {"FailedInvocations"},
        "secretsmanager:GetSecretValue": {"WebhookSecret"},
    },
    "sweep_effects": {
        "dynamodb:BatchGetItem": {"Effects"},
        "dynamodb:Query": {"Effects/index/due"},
        "dynamodb:UpdateItem": {"Effects"},
        "sqs:SendMessage": {"EffectsMain", "FailedInvocations"},
    },
    "redrive_dead_letters": {
        "dynamodb:PutItem": {"Holds"},
        "sqs:SendMessage": {
            "DocumentsMain",
            "EffectsMain",
            "FilesMain",
            "StatusesMain",
            "FailedInvocations",
        },
    },
}
# What the services that run a function do with its role; the tests below say on what.
SERVICE_CALLS = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


def test_every_function_is_in_the_table(assembly: Assembly) -> None:
    assert set(CALLS) == set(assembly.functions())


@pytest.mark.parametrize("name", CALLS)
def test_a_function_may_make_these_calls_and_no_others(assembly: Assembly, name: str) -> None:
    may: dict[str, set[str]] = {}
    for grant in assembly.grants_of(assembly.functions()[name]):
        if grant.action not in SERVICE_CALLS:
            may.setdefault(grant.action, set()).add(short(grant.resource))

    assert may == CALLS[name]


def test_every_function_has_a_role_of_its_own_with_one_managed_policy(assembly: Assembly) -> None:
    functions = assembly.functions().values()
    roles = [assembly.role_of(function) for function in functions]

    assert len(set(roles)) == len(functions)
    for role in roles:
        assert len(assembly.policies_of(role)) == 1
        properties = named(assembly, role).properties
        assert "ManagedPolicyArns" not in properties
        assert "Policies" not in properties
    assert assembly.of_kind("AWS::IAM::Policy") == ()


def test_only_tracing_may_touch_everything(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        everywhere = {
            grant.action for grant in assembly.grants_of(function) if grant.resource == "*"
        }
        assert everywhere == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def test_no_role_may_do_everything_of_a_service(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        assert not [grant for grant in assembly.grants_of(function) if "*" in grant.action]
