"""What AWS itself does with our roles, keys and queues, of which the box checks little.

Taking messages, decrypting, tracing, invoking and telling are held here.
"""

from tests.infra.assembly import Assembly, Grant, Resource
from tests.infra.grants import mappings, may_send, named, senders, served_by_key_of, short

FOLLOW_THE_EDGE = {"map_document", "post_effect", "publish_outcome"}


def told_by(bucket: Resource) -> list[dict[str, object]]:
    """Where a bucket tells queues of what happens in it."""
    configuration = bucket.properties.get("NotificationConfiguration", {})
    return list(configuration.get("QueueConfigurations", []))


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


def test_lambda_writes_down_what_failed_and_nothing_of_what_went_well(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        logging = function.properties["LoggingConfig"]
        variables = function.properties["Environment"]["Variables"]
        assert (logging["LogFormat"], logging["SystemLogLevel"]) == ("JSON", "WARN")
        assert logging["ApplicationLogLevel"] == variables["POWERTOOLS_LOG_LEVEL"]


def test_every_function_traces(
    assembly: Assembly,
) -> None:
    for name, function in assembly.functions().items():
        mode = "PassThrough" if name in FOLLOW_THE_EDGE else "Active"
        assert function.properties["TracingConfig"] == {"Mode": mode}
        assert Grant(action="xray:PutTraceSegments", resource="*") in assembly.grants_of(function)


def test_whoever_uses_an_encrypted_table_may_use_its_key(assembly: Assembly) -> None:
    for function in assembly.functions().values():
        grants = assembly.grants_of(function)
        for grant in grants:
            if grant.action.startswith("dynamodb:"):
                table = named(assembly, grant.resource.partition("/")[0])
                key = assembly.reference(table, "SSESpecification.KMSMasterKeyId")
                assert Grant(action="kms:Decrypt", resource=key) in grants


def test_only_rules_may_invoke_what_runs_by_the_clock_and_only_routes_the_edge(
    assembly: Assembly,
) -> None:
    invoked = {
        (assembly.reference(permission, "FunctionName"), permission.properties["Principal"])
        for permission in assembly.of_kind("AWS::Lambda::Permission")
    }
    functions = assembly.functions()

    assert invoked == {
        (f"{functions['sweep_effects'].name}.Arn", "events.amazonaws.com"),
        (f"{functions['release_parked'].name}.Arn", "events.amazonaws.com"),
        (f"{functions['seal_journal'].name}.Arn", "events.amazonaws.com"),
        (f"{functions['receive_message'].name}.Arn", "apigateway.amazonaws.com"),
        (f"{functions['receive_resource'].name}.Arn", "apigateway.amazonaws.com"),
        (f"{functions['serve_resource'].name}.Arn", "apigateway.amazonaws.com"),
        (f"{functions['receive_webhook'].name}.Arn", "apigateway.amazonaws.com"),
    }
    for permission in assembly.of_kind("AWS::Lambda::Permission"):
        assert permission.properties["SourceArn"]


def test_the_rules_of_the_clock_may_tell_of_what_they_could_not_invoke(
    assembly: Assembly,
) -> None:
    rules = assembly.of_kind("AWS::Events::Rule")
    rates = sorted(rule.properties["ScheduleExpression"] for rule in rules)
    assert rates == ["rate(1 hour)", "rate(1 minute)", "rate(1 minute)"]
    for rule in rules:
        (target,) = rule.properties["Targets"]
        queue = named(assembly, assembly.resolved(rule.stack, target["DeadLetterConfig"]["Arn"]))
        allowed = {
            assembly.resolved(queue.stack, statement["Condition"]["ArnEquals"]["aws:SourceArn"])
            for statement in senders(assembly, queue)
            if statement["Principal"] == {"Service": "events.amazonaws.com"}
        }

        assert f"{rule.name}.Arn" in allowed
        assert "events.amazonaws.com" in served_by_key_of(assembly, queue)


def test_only_the_inbox_may_tell_the_files_queue(assembly: Assembly) -> None:
    (queue,) = [
        each for each in assembly.of_kind("AWS::SQS::Queue") if "FilesMain" in each.logical_id
    ]
    (inbox,) = [each for each in assembly.of_kind("AWS::S3::Bucket") if told_by(each)]
    (told,) = told_by(inbox)
    (statement,) = senders(assembly, queue)
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]

    assert short(assembly.resolved(queue.stack, source)) == "inbox"
    assert assembly.resolved(inbox.stack, told["Queue"]) == f"{queue.name}.Arn"
    assert told["Event"] == "s3:ObjectCreated:*"
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert "s3.amazonaws.com" in served_by_key_of(assembly, queue)


def test_s3_may_use_the_key_of_files_and_no_other(assembly: Assembly) -> None:
    keys = {
        key.logical_id: statement
        for key in assembly.of_kind("AWS::KMS::Key")
        for statement in key.properties["KeyPolicy"]["Statement"]
        if statement["Principal"] == {"Service": "s3.amazonaws.com"}
    }

    ((name, statement),) = keys.items()
    assert name.startswith("FilesKey")
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_the_inbox_is_made_after_the_policy_that_lets_it_tell(assembly: Assembly) -> None:
    (inbox,) = [each for each in assembly.of_kind("AWS::S3::Bucket") if told_by(each)]
    (policy,) = [
        each for each in assembly.of_kind("AWS::SQS::QueuePolicy") if "FilesMain" in each.logical_id
    ]

    assert policy.logical_id in inbox.definition["DependsOn"]


def test_whoever_reads_or_writes_a_bucket_may_use_its_key(assembly: Assembly) -> None:
    keys = {
        short(f":s3:::{assembly.reference(bucket, 'BucketName')}"): assembly.resolved(
            bucket.stack,
            bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0][
                "ServerSideEncryptionByDefault"
            ].get("KMSMasterKeyID", ""),
        )
        for bucket in assembly.of_kind("AWS::S3::Bucket")
    }
    for function in assembly.functions().values():
        grants = assembly.grants_of(function)
        for grant in grants:
            if grant.action in {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}:
                is_write = grant.action == "s3:PutObject"
                action = "kms:GenerateDataKey" if is_write else "kms:Decrypt"
                assert Grant(action=action, resource=keys[short(grant.resource)]) in grants
