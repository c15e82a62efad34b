"""Nothing waits where nobody looks: every queue has a way out, a consumer and an alarm."""

import json
import re

from shared.aws.dead_letters import NO_SOURCE, SOURCES, dead_letter_of
from shared.settings import RedriveDeadLettersSettings, variables_of
from shared.workflow.redrive_dead_letters import RedriveDeadLetters
from tests.infra.assembly import Assembly, Resource


def purpose(queue: Resource) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", queue.logical_id)


def queues(assembly: Assembly) -> dict[str, Resource]:
    return {f"{queue.name}.Arn": queue for queue in assembly.of_kind("AWS::SQS::Queue")}


def dead_letters_of(assembly: Assembly, queue: Resource) -> str | None:
    policy = queue.properties.get("RedrivePolicy")
    return assembly.resolved(queue.stack, policy["deadLetterTargetArn"]) if policy else None


def consumers(assembly: Assembly) -> dict[str, str]:
    """Source to the folder of the function that consumes it."""
    folders = {function.name: name for name, function in assembly.functions().items()}
    return {
        assembly.reference(mapping, "EventSourceArn"): folders[
            assembly.reference(mapping, "FunctionName")
        ]
        for mapping in assembly.of_kind("AWS::Lambda::EventSourceMapping")
    }


def test_these_are_all_queues(assembly: Assembly) -> None:
    assert {purpose(queue) for queue in queues(assembly).values()} == {
        "DocumentsMainQueue",
        "DocumentsDeadLettersQueue",
        "EffectsMainQueue",
        "EffectsDeadLettersQueue",
        "FilesMainQueue",
        "FilesDeadLettersQueue",
        "StatusesMainQueue",
        "StatusesDeadLettersQueue",
        "OutcomeFailuresQueue",
        "FailedInvocationsQueue",
    }


def test_what_crashes_its_workers_goes_to_a_queue_whose_consumer_redrives_it(
    assembly: Assembly,
) -> None:
    working = [queue for queue in queues(assembly).values() if dead_letters_of(assembly, queue)]

    assert {purpose(queue) for queue in working} == {
        "DocumentsMainQueue",
        "EffectsMainQueue",
        "FilesMainQueue",
        "StatusesMainQueue",
        "OutcomeFailuresQueue",
    }
    for queue in working:
        target = dead_letters_of(assembly, queue)
        assert target in queues(assembly)
        assert consumers(assembly)[target] == "redrive_dead_letters"


def test_every_queue_is_consumed(assembly: Assembly) -> None:
    assert {
        purpose(queue): consumers(assembly).get(arn) for arn, queue in queues(assembly).items()
    } == {
        "DocumentsMainQueue": "map_document",
        "DocumentsDeadLettersQueue": "redrive_dead_letters",
        "EffectsMainQueue": "post_effect",
        "EffectsDeadLettersQueue": "redrive_dead_letters",
        "FilesMainQueue": "receive_file",
        "FilesDeadLettersQueue": "redrive_dead_letters",
        "StatusesMainQueue": "deliver_status",
        "StatusesDeadLettersQueue": "redrive_dead_letters",
        "OutcomeFailuresQueue": "redrive_dead_letters",
        "FailedInvocationsQueue": "redrive_dead_letters",
    }


def test_every_queue_has_an_alarm(assembly: Assembly) -> None:
    watched = {
        assembly.resolved(alarm.stack, dimension["Value"]).removesuffix(".QueueName") + ".Arn"
        for alarm in assembly.of_kind("AWS::CloudWatch::Alarm")
        for dimension in alarm.properties.get("Dimensions", ())
        if dimension["Name"] == "QueueName"
    }

    assert watched == set(queues(assembly))


def test_a_dead_letter_queue_alarms_on_what_lies_there_and_on_what_came_by(
    assembly: Assembly,
) -> None:
    metrics: dict[str, set[str]] = {}
    for alarm in assembly.of_kind("AWS::CloudWatch::Alarm"):
        for dimension in alarm.properties.get("Dimensions", ()):
            if dimension["Name"] == "QueueName":
                name = assembly.resolved(alarm.stack, dimension["Value"])
                metrics.setdefault(name.removesuffix(".QueueName"), set()).add(
                    alarm.properties["MetricName"]
                )

    for queue in queues(assembly).values():
        if "Main" not in queue.logical_id:
            assert metrics[queue.name] == {
                "ApproximateNumberOfMessagesVisible",
                "NumberOfMessagesReceived",
            }
        else:
            assert metrics[queue.name] == {"ApproximateAgeOfOldestMessage"}


def test_five_crashes_or_many_tries_and_fourteen_days(assembly: Assembly) -> None:
    # A large file takes several deliveries, and a source that is down hears later: no crash.
    tried_often = {"FilesMainQueue": 100, "StatusesMainQueue": 1000}
    for queue in queues(assembly).values():
        assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600
        if "RedrivePolicy" in queue.properties:
            most = queue.properties["RedrivePolicy"]["maxReceiveCount"]
            assert most == tried_often.get(purpose(queue), 5)


def test_every_queue_is_under_a_customer_key(assembly: Assembly) -> None:
    keys = {f"{key.name}.Arn" for key in assembly.of_kind("AWS::KMS::Key")}

    for queue in queues(assembly).values():
        assert assembly.reference(queue, "KmsMasterKeyId") in keys


def test_on_aws_a_message_stays_hidden_for_six_times_its_consumers_timeout(prod: Assembly) -> None:
    functions = prod.functions()

    for arn, queue in queues(prod).items():
        timeout = functions[consumers(prod)[arn]].properties["Timeout"]
        assert queue.properties["VisibilityTimeout"] == 6 * timeout


def test_in_the_box_a_killed_workers_messages_come_back_half_a_minute_after_its_time(
    local: Assembly,
) -> None:
    functions = local.functions()
    hidden = {
        purpose(queue): queue.properties["VisibilityTimeout"] for queue in queues(local).values()
    }

    for arn, queue in queues(local).items():
        timeout = functions[consumers(local)[arn]].properties["Timeout"]
        assert queue.properties["VisibilityTimeout"] == timeout + 30
    assert (hidden["DocumentsMainQueue"], hidden["FilesMainQueue"]) == (60, 330)


def test_on_aws_queues_and_topics_refuse_plain_http(prod: Assembly) -> None:
    refused = {
        prod.resolved(policy.stack, target)
        for kind, where in (
            ("AWS::SQS::QueuePolicy", "Queues"),
            ("AWS::SNS::TopicPolicy", "Topics"),
        )
        for policy in prod.of_kind(kind)
        for target in policy.properties[where]
        if "aws:SecureTransport" in json.dumps(policy.properties)
    }

    topics = {topic.name for topic in prod.of_kind("AWS::SNS::Topic")}
    assert refused == topics | {queue.name for queue in queues(prod).values()}


def test_the_redriver_can_tell_by_its_name_where_a_dead_letter_came_from(
    assembly: Assembly,
) -> None:
    read = {}
    for queue in queues(assembly).values():
        arn = f"arn:aws:sqs:us-east-1:000000000000:{queue.stack}-{queue.logical_id}-1A2B"
        read[purpose(queue)] = dead_letter_of({"eventSourceARN": arn, "body": ""}).queue

    assert {name: source for name, source in read.items() if source != NO_SOURCE} == {
        "DocumentsDeadLettersQueue": "documents",
        "EffectsDeadLettersQueue": "effects",
        "FilesDeadLettersQueue": "files",
        "StatusesDeadLettersQueue": "statuses",
    }


def test_what_the_redriver_can_name_it_can_also_return() -> None:
    settings = variables_of(RedriveDeadLettersSettings)

    assert set(SOURCES) == RedriveDeadLetters.__dataclass_fields__["returnable"].default
    assert {f"{source.upper()}_QUEUE_URL" for source in SOURCES} == set(settings) - {"HOLDS_TABLE"}


def test_the_erp_is_posted_to_in_batches_and_not_by_many_workers(assembly: Assembly) -> None:
    mappings = {
        consumers(assembly)[assembly.reference(mapping, "EventSourceArn")]: mapping.properties
        for mapping in assembly.of_kind("AWS::Lambda::EventSourceMapping")
    }

    assert mappings["post_effect"]["BatchSize"] == 50
    assert mappings["map_document"]["BatchSize"] == 10
    assert mappings["receive_file"]["BatchSize"] == 1
    assert mappings["deliver_status"]["BatchSize"] == 10
    for name in (
        "post_effect",
        "map_document",
        "redrive_dead_letters",
        "receive_file",
        "deliver_status",
    ):
        assert mappings[name]["ScalingConfig"] == {"MaximumConcurrency": 2}
    for properties in mappings.values():
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_outcomes_are_bisected_retried_a_bounded_number_of_times_and_then_told(
    assembly: Assembly,
) -> None:
    (mapping,) = [
        each
        for each in assembly.of_kind("AWS::Lambda::EventSourceMapping")
        if ".StreamArn" in assembly.reference(each, "EventSourceArn")
    ]

    assert mapping.properties["BisectBatchOnFunctionError"] is True
    assert 0 < mapping.properties["MaximumRetryAttempts"] <= 100
    assert mapping.properties["StartingPosition"] == "TRIM_HORIZON"
    failures = assembly.reference(mapping, "DestinationConfig.OnFailure.Destination")
    assert purpose(queues(assembly)[failures]) == "OutcomeFailuresQueue"
