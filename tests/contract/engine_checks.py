"""What our stacks need of the AWS engine and the published one does not do, one check for each."""

from collections.abc import Callable

import httpx

from tests.contract.engine_room import Engine, a_name, allow, archive, eventually

_NOT_COMING_SECONDS = 5.0

FAILING = """
import os
class Refused(Exception): pass
def handle(event, context):
    if event: raise Refused("no such item")
    return os.getpid()
"""
_TELLS_SIZE = """
import boto3, json, os
def handle(event, context):
    size = json.dumps({"size": len(event["Records"])})
    boto3.client("sqs").send_message(QueueUrl=os.environ["TO"], MessageBody=size)
"""
SENDS_A_BATCH = """
import boto3, os
def handle(event, context):
    entries = [{"Id": "1", "MessageBody": "{}"}]
    answer = boto3.client("sqs").send_message_batch(QueueUrl=os.environ["TO"], Entries=entries)
    return len(answer["Successful"])
"""
_TELLS_KEYS = """
import boto3, json, os
SQS = boto3.client("sqs")
def handle(event, context):
    failures = []
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["pk"]["S"]
        if key == "bad":
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
        else:
            SQS.send_message(QueueUrl=os.environ["TO"], MessageBody=json.dumps(key))
    return {"batchItemFailures": failures}
"""
_PRINTS_A_METRIC = """
import json
def handle(event, context):
    print(json.dumps({"EffectsPosted": 3, "service": "post_effect", "_aws": {
        "Timestamp": 1700000000000, "CloudWatchMetrics": [{"Namespace": "Ledgerward",
        "Dimensions": [["service"]], "Metrics": [{"Name": "EffectsPosted", "Unit": "Count"}]}]}}))
"""

Check = Callable[[Engine], bool]


def an_exception_keeps_its_name(engine: Engine) -> bool:
    failing = engine.function(FAILING)
    return bool(engine.invoke(failing, "item")["errorType"] == "Refused")


def a_worker_stays_warm_after_an_exception(engine: Engine) -> bool:
    failing = engine.function(FAILING)
    before = engine.invoke(failing)
    engine.invoke(failing, "item")
    return bool(engine.invoke(failing) == before)


def a_functions_own_code_wins_over_its_layer(engine: Engine) -> bool:
    layer = engine.client("lambda").publish_layer_version(
        LayerName=a_name(), Content={"ZipFile": archive({"python/where.py": "IT = 'layer'"})}
    )["LayerVersionArn"]
    source = "import where\ndef handle(event, context): return where.IT"
    asking = engine.function(source, layers=[layer], files={"where.py": "IT = 'code'"})
    return bool(engine.invoke(asking) == "code")


def a_role_that_may_send_may_send_batches(engine: Engine) -> bool:
    url, arn = engine.queue()
    role = engine.role(allow("sqs:SendMessage", on=arn))
    sender = engine.function(SENDS_A_BATCH, role=role, variables={"TO": url})
    return bool(engine.invoke(sender) == 1)


def a_reference_to_a_secret_is_its_arn(engine: Engine) -> bool:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "{}"}}
    outputs = {"Reference": {"Ref": "Secret"}, "Arn": {"Fn::GetAtt": ["Secret", "Id"]}}
    made = engine.stack({"Secret": secret}, outputs)
    return made["Reference"].startswith("arn:aws:secretsmanager:")


def a_batch_may_hold_more_than_ten_messages(engine: Engine) -> bool:
    source, source_arn = engine.queue(VisibilityTimeout="60")
    results, results_arn = engine.queue()
    sqs = engine.client("sqs")
    for start in range(0, 25, 5):
        entries = [{"Id": str(number), "MessageBody": "{}"} for number in range(start, start + 5)]
        sqs.send_message_batch(QueueUrl=source, Entries=entries)
    role = engine.role(allow("sqs:*", on=source_arn), allow("sqs:SendMessage", on=results_arn))
    counting = engine.function(_TELLS_SIZE, role=role, variables={"TO": results})
    engine.client("lambda").create_event_source_mapping(
        FunctionName=counting,
        EventSourceArn=source_arn,
        BatchSize=50,
        MaximumBatchingWindowInSeconds=1,
    )
    return bool(engine.messages(results, 1)[0]["size"] == 25)


def changes_after_a_restart_reach_their_function(engine: Engine) -> bool:
    table, results = a_followed_table(engine)
    engine.put(table, "a", "b", "c")
    assert set(engine.messages(results, 3)) == {"a", "b", "c"}
    assert eventually(lambda: is_processed(engine, table))
    engine.restart()
    engine.put(table, "d")

    def arrives() -> bool:
        return "d" in engine.messages(results, 1, 1)  # an earlier one may come twice

    return bool(eventually(arrives, _NOT_COMING_SECONDS))


def a_change_reported_as_failed_ends_in_the_failure_queue_and_blocks_nobody(engine: Engine) -> bool:
    failures, failures_arn = engine.queue()
    table, results = a_followed_table(
        engine,
        MaximumRetryAttempts=0,
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": failures_arn}},
    )
    engine.put(table, "a", "bad", "b")
    told = engine.messages(failures, 1, _NOT_COMING_SECONDS)
    delivered = set(engine.messages(results, 2))
    if not told:
        return False
    assert told[0]["requestContext"]["condition"] == "RetryAttemptsExhausted"
    return delivered == {"a", "b"} and told[0]["DDBStreamBatchInfo"]["batchSize"] == 1


def a_table_keeps_its_expiry_and_its_key(engine: Engine) -> bool:
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/x"},
        },
    }
    name = engine.stack({"Table": table}, {"Name": {"Ref": "Table"}})["Name"]
    dynamodb = engine.client("dynamodb")
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    described = dynamodb.describe_table(TableName=name)["Table"]
    kept = expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    return kept and "SSEType" in (described.get("SSEDescription") or {})


def a_request_without_a_required_parameter_is_refused_by_the_gateway(engine: Engine) -> bool:
    api = {"Ref": "Api"}
    resources = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": a_name()}},
        "Validator": {
            "Type": "AWS::ApiGateway::RequestValidator",
            "Properties": {"RestApiId": api, "ValidateRequestParameters": True},
        },
        "Method": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": api,
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "RequestParameters": {"method.request.header.X-Sender": True},
                "RequestValidatorId": {"Ref": "Validator"},
                "Integration": {
                    "Type": "MOCK",
                    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
                    "IntegrationResponses": [{"StatusCode": "200"}],
                },
                "MethodResponses": [{"StatusCode": "200"}],
            },
        },
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": "Method",
            "Properties": {"RestApiId": api, "StageName": "v1"},
        },
    }
    made = engine.stack(resources, {"Api": api})
    address = f"{engine.settings.endpoint}/_aws/execute-api/{made['Api']}/v1/"
    assert httpx.get(address, headers={"X-Sender": "EHR"}).status_code == 200
    return httpx.get(address).status_code == 400


def a_metric_in_a_log_line_can_be_read(engine: Engine) -> bool:
    engine.invoke(engine.function(_PRINTS_A_METRIC))
    listed = engine.client("cloudwatch").list_metrics(Namespace="Ledgerward")["Metrics"]
    wanted = [{"Name": "service", "Value": "post_effect"}]
    return any(
        each["MetricName"] == "EffectsPosted" and each["Dimensions"] == wanted for each in listed
    )


def an_alarm_on_a_queue_fires_by_itself(engine: Engine) -> bool:
    url, arn = engine.queue()
    cloudwatch, alarm = engine.client("cloudwatch"), a_name()
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": arn.rsplit(":", 1)[-1]}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    engine.client("sqs").send_message(QueueUrl=url, MessageBody="{}")

    def fired() -> bool:
        (found,) = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
        return bool(found["StateValue"] == "ALARM")

    return bool(eventually(fired, 15.0 if not engine.left_out else 7.0))


CHECKS: tuple[Check, ...] = (
    an_exception_keeps_its_name,
    a_worker_stays_warm_after_an_exception,
    a_functions_own_code_wins_over_its_layer,
    a_role_that_may_send_may_send_batches,
    a_reference_to_a_secret_is_its_arn,
    a_batch_may_hold_more_than_ten_messages,
    changes_after_a_restart_reach_their_function,
    a_change_reported_as_failed_ends_in_the_failure_queue_and_blocks_nobody,
    a_table_keeps_its_expiry_and_its_key,
    a_request_without_a_required_parameter_is_refused_by_the_gateway,
    a_metric_in_a_log_line_can_be_read,
    an_alarm_on_a_queue_fires_by_itself,
)


def a_followed_table(engine: Engine, **mapping: object) -> tuple[str, str]:
    """A table whose changes a function tells to a queue; returns the table and the queue's URL."""
    table, stream = engine.table_with_stream()
    results, results_arn = engine.queue()
    role = engine.role(allow("sqs:SendMessage", on=results_arn), allow("dynamodb:*", on=stream))
    telling = engine.function(_TELLS_KEYS, role=role, variables={"TO": results})
    engine.client("lambda").create_event_source_mapping(
        FunctionName=telling,
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        **mapping,
    )
    return table, results


def is_processed(engine: Engine, table: str) -> bool:
    mappings = engine.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    (mapping,) = [each for each in mappings if f"table/{table}/" in each["EventSourceArn"]]
    return str(mapping.get("LastProcessingResult", "")).startswith("OK")
