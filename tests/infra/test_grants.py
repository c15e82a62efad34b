"""What every role may do. The engine in the box checks a handler's own calls and no more.

What AWS itself does with a role (taking messages, decrypting, tracing, invoking) is held here.
"""

import re

import pytest

from tests.infra.assembly import Assembly, Grant, Resource

CALLS = {
    "receive_message": {
        "s3:GetObject": {"raw"},
        "s3:PutObject": {"raw"},
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:PutItem": {"Journal"},
        "dynamodb:Query": {"Journal", "MasterData"},
        "sqs:SendMessage": {"DocumentsMain", "FailedInvocations"},
        "secretsmanager:GetSecretValue": {"TokenSecret"},
    },
    "map_document": {
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:PutItem": {"Journal", "Holds"},
        "dynamodb:Query": {"Journal", "Holds", "MasterData"},
        "sqs:SendMessage": {"EffectsMain", "FailedInvocations"},
    },
    "post_effect": {
        "dynamodb:BatchGetItem": {"Effects"},
        "dynamodb:UpdateItem": {"Effects"},
        "dynamodb:PutItem": {"Holds"},
        "sqs:SendMessage": {"FailedInvocations"},
        "secretsmanager:GetSecretValue": {"ErpSecret"},
    },
    "publish_outcome": {
        "dynamodb:BatchWriteItem": {"Journal"},
        "dynamodb:PutItem": {"Journal"},
        "dynamodb:Query": {"Journal", "Holds"},
        "dynamodb:UpdateItem": {"Holds"},
        "events:PutEvents": {"Outcomes"},
        "sqs:SendMessage": {"OutcomeFailures", "FailedInvocations"},
    },
    "sweep_effects": {
        "dynamodb:Query": {"Effects/index/due"},
        "dynamodb:UpdateItem": {"Effects"},
        "sqs:SendMessage": {"EffectsMain", "FailedInvocations"},
    },
    "redrive_dead_letters": {
        "dynamodb:PutItem": {"Holds"},
        "sqs:SendMessage": {"DocumentsMain", "EffectsMain", "FailedInvocations"},
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


def short(resource: str) -> str:
    """A resolved resource by its purpose: `LedgerwardData-prod.JournalTable1A2B.Arn` is Journal."""
    if ":s3:::" in resource:
        return resource.split("ledgerward-")[1].split("-")[1]
    name, _, rest = resource.partition(".")[2].partition(".")
    purpose = re.sub(r"[0-9A-F]{8}$", "", name)
    purpose = re.sub(r"(?<=.)(Table|Queue)$", "", purpose)
    return purpose + rest.removeprefix("Arn")


def named(assembly: Assembly, reference: str) -> Resource:
    """The resource that a resolved reference is about."""
    stack, logical_id = reference.split(".")[:2]
    return next(each for each in assembly.resources if each.name == f"{stack}.{logical_id}")


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


def test_a_mapping_may_take_what_its_queue_holds(assembly: Assembly) -> None:
    for mapping, function, source in mappings(assembly):
        if ".StreamArn" in source:
            continue
        grants = assembly.grants_of(function)
        queue = named(assembly, source)
        key = assembly.reference(queue, "KmsMasterKeyId")
        for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
            assert Grant(action=action, resource=source) in grants, (mapping.name, action)
        assert Grant(action="kms:Decrypt", resource=key) in grants, mapping.name


def test_no_function_may_take_from_a_queue_that_is_not_its_own(assembly: Assembly) -> None:
    mapped = {(function.name, source) for _, function, source in mappings(assembly)}

    for function in assembly.functions().values():
        for grant in assembly.grants_of(function):
            if grant.action == "sqs:ReceiveMessage":
                assert (function.name, grant.resource) in mapped


def test_the_outcomes_mapping_may_read_the_stream_and_its_key(assembly: Assembly) -> None:
    streams = [each for each in mappings(assembly) if ".StreamArn" in each[2]]
    assert [each[1].name for each in streams] == [assembly.functions()["publish_outcome"].name]

    _, function, stream = streams[0]
    grants = assembly.grants_of(function)
    key = assembly.reference(named(assembly, stream), "SSESpecification.KMSMasterKeyId")
    for call in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"):
        assert Grant(action=f"dynamodb:{call}", resource=stream) in grants
    assert Grant(action="kms:Decrypt", resource=key) in grants


def test_failed_stream_records_may_be_sent_where_the_mapping_says(assembly: Assembly) -> None:
    for mapping, function, _ in mappings(assembly):
        failure = mapping.properties.get("DestinationConfig", {}).get("OnFailure")
        if failure:
            target = assembly.resolved(mapping.stack, failure["Destination"])
            assert may_send(assembly, function, target)


def test_every_function_may_use_its_own_dead_letter_queue(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        target = assembly.resolved(
            function.stack, function.properties["DeadLetterConfig"]["TargetArn"]
        )
        assert may_send(assembly, function, target), function.name


def test_every_function_may_read_its_own_variables(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        key = assembly.reference(function, "KmsKeyArn")
        assert Grant(action="kms:Decrypt", resource=key) in assembly.grants_of(function)


def test_every_function_may_write_its_own_log_and_no_other(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        group = assembly.resolved(function.stack, function.properties["LoggingConfig"]["LogGroup"])
        written = {
            grant.resource
            for grant in assembly.grants_of(function)
            if grant.action == "logs:PutLogEvents"
        }
        assert written == {f"{group}.Arn"}


def test_every_function_traces(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        assert function.properties["TracingConfig"] == {"Mode": "Active"}
        assert Grant(action="xray:PutTraceSegments", resource="*") in assembly.grants_of(function)


def test_whoever_uses_an_encrypted_table_may_use_its_key(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        grants = assembly.grants_of(function)
        for grant in grants:
            if grant.action.startswith("dynamodb:"):
                table = named(assembly, grant.resource.partition("/")[0])
                key = assembly.reference(table, "SSESpecification.KMSMasterKeyId")
                assert Grant(action="kms:Decrypt", resource=key) in grants


def test_only_the_rule_may_invoke_the_sweeper_and_only_the_route_the_edge(
    assembly: Assembly,
) -> None:
    invoked = {
        (assembly.reference(permission, "FunctionName"), permission.properties["Principal"])
        for permission in assembly.of_kind("AWS::Lambda::Permission")
    }
    functions = assembly.functions()

    assert invoked == {
        (f"{functions['sweep_effects'].name}.Arn", "events.amazonaws.com"),
        (f"{functions['receive_message'].name}.Arn", "apigateway.amazonaws.com"),
    }
    for permission in assembly.of_kind("AWS::Lambda::Permission"):
        assert permission.properties["SourceArn"]


def test_the_sweep_rule_may_tell_of_what_it_could_not_invoke(assembly: Assembly) -> None:
    (rule,) = assembly.of_kind("AWS::Events::Rule")
    (target,) = rule.properties["Targets"]
    queue = assembly.resolved(rule.stack, target["DeadLetterConfig"]["Arn"])

    allowed = [
        statement
        for policy in assembly.of_kind("AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        and assembly.resolved(policy.stack, statement["Resource"]) == queue
    ]
    key = named(assembly, assembly.reference(named(assembly, queue), "KmsMasterKeyId"))
    users = {
        statement["Principal"].get("Service")
        for statement in key.properties["KeyPolicy"]["Statement"]
    }

    assert [each["Principal"] for each in allowed] == [{"Service": "events.amazonaws.com"}]
    assert "events.amazonaws.com" in users


def mappings(assembly: Assembly) -> list[tuple[Resource, Resource, str]]:
    """Every event source mapping with its function and the resolved ARN of its source."""
    functions = {function.name: function for function in assembly.functions().values()}
    return [
        (
            mapping,
            functions[assembly.reference(mapping, "FunctionName")],
            assembly.reference(mapping, "EventSourceArn"),
        )
        for mapping in assembly.of_kind("AWS::Lambda::EventSourceMapping")
    ]


def may_send(assembly: Assembly, function: Resource, queue: str) -> bool:
    key = assembly.reference(named(assembly, queue), "KmsMasterKeyId")
    needed = {
        Grant(action="sqs:SendMessage", resource=queue),
        Grant(action="kms:GenerateDataKey", resource=key),
        Grant(action="kms:Decrypt", resource=key),
    }
    return needed <= assembly.grants_of(function)
