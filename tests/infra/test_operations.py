"""Alarms reach people."""

import pytest

from tests.infra.assembly import Assembly


def test_every_alarm_tells_the_topic(assembly: Assembly) -> None:
    (topic,) = assembly.of_kind("AWS::SNS::Topic")

    for alarm in assembly.of_kind("AWS::CloudWatch::Alarm"):
        actions = alarm.properties["AlarmActions"]
        assert [assembly.resolved(alarm.stack, action) for action in actions] == [topic.name]
        assert alarm.properties["AlarmDescription"]
        expects_news = alarm.properties["ComparisonOperator"] == "LessThanThreshold"
        missing = "breaching" if expects_news else "notBreaching"
        assert alarm.properties["TreatMissingData"] == missing


def test_alarms_are_on_single_metrics(assembly: Assembly) -> None:
    for alarm in assembly.of_kind("AWS::CloudWatch::Alarm"):
        assert alarm.properties["MetricName"]
        assert "Metrics" not in alarm.properties


def test_every_function_has_an_alarm_on_its_errors(assembly: Assembly) -> None:
    assert watched(assembly, "Errors") == {
        function.name for function in assembly.functions().values()
    }


def test_late_outcomes_have_an_alarm(assembly: Assembly) -> None:
    publisher = assembly.functions()["publish_outcome"]

    assert watched(assembly, "IteratorAge") == {publisher.name}


def test_cloudwatch_may_use_the_topics_key(assembly: Assembly) -> None:
    (topic,) = assembly.of_kind("AWS::SNS::Topic")
    reference = assembly.reference(topic, "KmsMasterKeyId")
    (key,) = [each for each in assembly.of_kind("AWS::KMS::Key") if f"{each.name}.Arn" == reference]

    served = [
        statement["Principal"]["Service"]
        for statement in key.properties["KeyPolicy"]["Statement"]
        if "Service" in statement["Principal"]
    ]
    assert served == ["cloudwatch.amazonaws.com"]


@pytest.mark.parametrize("name", ["Timeout", "MemorySize", "ReservedConcurrentExecutions"])
def test_every_function_is_bounded(assembly: Assembly, name: str) -> None:
    for function in assembly.functions().values():
        assert function.properties[name] > 0


def watched(assembly: Assembly, metric: str) -> set[str]:
    """The functions with an alarm on a metric."""
    return {
        assembly.resolved(alarm.stack, dimension["Value"])
        for alarm in assembly.of_kind("AWS::CloudWatch::Alarm")
        for dimension in alarm.properties.get("Dimensions", ())
        if dimension["Name"] == "FunctionName" and alarm.properties["MetricName"] == metric
    }
