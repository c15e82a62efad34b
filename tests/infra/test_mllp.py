"""The bridge's containers: who reaches them, what they may do, and how they are replaced."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DEV, LOCAL, PROD
from infra.stacks.mllp import UNANSWERED
from shared.mllp import bridge
from shared.mllp.edge_client import TIMEOUT_SECONDS
from tests.infra.assembly import Assembly, Resource
from tests.infra.grants import named, short, without
from tests.mllp_image import instructions

STACK = "LedgerwardMllp-prod"
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ledgerward-prod-mllp@sha256:" + "a" * 64
# What the container itself may do, and what its start may do before it.
GRANTS = {
    "TaskRoleArn": {
        ("secretsmanager:GetSecretValue", "MllpClientSecret"),
        ("secretsmanager:GetSecretValue", "MllpTlsSecret"),
        ("kms:Decrypt", "SecretKey"),
    },
    "ExecutionRoleArn": {
        ("ecr:GetAuthorizationToken", "*"),
        ("ecr:BatchCheckLayerAvailability", "ledgerward-prod-mllp"),
        ("ecr:BatchGetImage", "ledgerward-prod-mllp"),
        ("ecr:GetDownloadUrlForLayer", "ledgerward-prod-mllp"),
        ("logs:CreateLogStream", "MllpLogs"),
        ("logs:PutLogEvents", "MllpLogs"),
    },
}
each_grant = pytest.mark.parametrize(
    ("role", "action", "purpose"),
    sorted((role, *grant) for role, grants in GRANTS.items() for grant in grants),
)


def only(assembly: Assembly, kind: str) -> Resource:
    (resource,) = assembly.of_kind(kind)
    return resource


def container(assembly: Assembly) -> Mapping[str, Any]:
    (found,) = only(assembly, "AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    return dict(found)


def group(assembly: Assembly, name: str) -> Resource:
    (found,) = [
        each
        for each in assembly.of_kind("AWS::EC2::SecurityGroup")
        if each.logical_id.startswith(f"Port{name}")
    ]
    return found


def attributes(resource: Resource, name: str) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in resource.properties[name]}


def parameter(assembly: Assembly, name: str) -> Mapping[str, Any]:
    return dict(assembly.templates[STACK]["Parameters"][name])


def role_of(assembly: Assembly, kind: str) -> str:
    return assembly.reference(only(assembly, "AWS::ECS::TaskDefinition"), kind).removesuffix(".Arn")


def may(assembly: Assembly, kind: str) -> set[tuple[str, str]]:
    return {
        (grant.action, "*" if grant.resource == "*" else short(grant.resource))
        for grant in assembly.grants_of_role(role_of(assembly, kind))
    }


def assert_roles_may_do_this_and_nothing_else(assembly: Assembly) -> None:
    assert {kind: may(assembly, kind) for kind in GRANTS} == GRANTS


def test_the_bridge_runs_on_aws_and_not_in_the_box(local: Assembly) -> None:
    assert (PROD.mllp, DEV.mllp, LOCAL.mllp) == (True, True, False)
    assert not [each for each in local.resources if "Mllp" in each.logical_id]
    assert local.of_kind("AWS::ECS::Service") == ()


def test_nothing_is_looked_up(prod: Assembly) -> None:
    parameters = set(prod.templates[STACK]["Parameters"]) - {"BootstrapVersion"}

    assert parameters == {"VpcId", "FirstSubnetId", "SecondSubnetId", "SendersCidr", "ImageUri"}
    assert "missing" not in prod.manifest


def test_two_tasks_stand_in_two_subnets_without_a_public_address(prod: Assembly) -> None:
    service = only(prod, "AWS::ECS::Service").properties
    network = service["NetworkConfiguration"]["AwsvpcConfiguration"]

    assert service["DesiredCount"] == 2
    assert service["AvailabilityZoneRebalancing"] == "ENABLED"
    assert network["Subnets"] == [{"Ref": "FirstSubnetId"}, {"Ref": "SecondSubnetId"}]
    assert network["AssignPublicIp"] == "DISABLED"
    assert network["SecurityGroups"] == [{"Ref": group(prod, "TasksGroup").logical_id}]


def test_two_subnets_of_one_zone_or_of_another_vpc_are_refused(prod: Assembly) -> None:
    def told_of(subnet: str, attribute: str) -> dict[str, list[str]]:
        return {"Fn::ValueOf": [subnet, attribute]}

    first, second = "FirstSubnetId", "SecondSubnetId"
    zones = [told_of(each, "AvailabilityZone") for each in (first, second)]
    one_zone = {"Fn::Contains": [zones[:1], zones[1]]}
    inside = {
        "Fn::EachMemberEquals": [
            [told_of(each, "VpcId") for each in (first, second)],
            {"Ref": "VpcId"},
        ]
    }

    asserted = prod.templates[STACK]["Rules"]["Subnets"]["Assertions"]

    assert [each["Assert"] for each in asserted] == [{"Fn::Not": [one_zone]}, inside]


def test_only_senders_reach_the_balancer_and_only_it_reaches_the_tasks(prod: Assembly) -> None:
    balancer, tasks = group(prod, "BalancerGroup"), group(prod, "TasksGroup")
    (senders,) = balancer.properties["SecurityGroupIngress"]
    (onwards,) = balancer.properties["SecurityGroupEgress"]
    inwards = only(prod, "AWS::EC2::SecurityGroupIngress")

    assert senders["CidrIp"] == {"Ref": "SendersCidr"}
    assert prod.resolved(STACK, onwards["DestinationSecurityGroupId"]) == tasks.name
    assert prod.reference(inwards, "GroupId") == tasks.name
    assert prod.reference(inwards, "SourceSecurityGroupId") == balancer.name
    for each in (senders, onwards, inwards.properties):
        assert (each["IpProtocol"], each["FromPort"], each["ToPort"]) == ("tcp", 2575, 2575)
    assert "SecurityGroupIngress" not in tasks.properties


def test_tasks_leave_by_https_alone(prod: Assembly) -> None:
    (egress,) = group(prod, "TasksGroup").properties["SecurityGroupEgress"]

    assert (egress["IpProtocol"], egress["FromPort"], egress["ToPort"]) == ("tcp", 443, 443)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("SendersCidr", "10.20.0.0/16", ["0.0.0.0/0", "10.0.0.0/7", "10.20.0.0", "::/0"]),
        (
            "ImageUri",
            IMAGE,
            [IMAGE.replace("prod", "dev"), IMAGE.partition("@")[0] + ":latest", "python:3.14"],
        ),
    ],
)
def test_a_parameter_refuses_what_is_too_wide(
    prod: Assembly, name: str, good: str, bad: list[str]
) -> None:
    pattern = parameter(prod, name)["AllowedPattern"]

    assert re.fullmatch(pattern, good)
    assert [each for each in bad if re.fullmatch(pattern, each)] == []


def test_the_balancer_is_internal_and_passes_tcp_through(prod: Assembly) -> None:
    balancer = only(prod, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    listener = only(prod, "AWS::ElasticLoadBalancingV2::Listener")
    targets = only(prod, "AWS::ElasticLoadBalancingV2::TargetGroup")

    assert (balancer.properties["Type"], balancer.properties["Scheme"]) == ("network", "internal")
    assert balancer.properties["Subnets"] == [{"Ref": "FirstSubnetId"}, {"Ref": "SecondSubnetId"}]
    assert (
        prod.resolved(STACK, balancer.properties["SecurityGroups"][0])
        == group(prod, "BalancerGroup").name
    )
    assert attributes(balancer, "LoadBalancerAttributes")["deletion_protection.enabled"] == "true"
    for each in (listener, targets):
        assert (each.properties["Protocol"], each.properties["Port"]) == ("TCP", bridge.PORT)
    assert "Certificates" not in listener.properties


def test_the_balancer_forgets_no_connection_that_the_bridge_probes(prod: Assembly) -> None:
    listener = only(prod, "AWS::ElasticLoadBalancingV2::Listener").properties

    assert "ListenerAttributes" not in listener
    assert bridge.KEEPALIVE["TCP_KEEPIDLE"] < 350  # seconds, unless a listener says otherwise


def test_both_the_balancer_and_the_platform_check_that_the_port_is_open(prod: Assembly) -> None:
    targets = only(prod, "AWS::ElasticLoadBalancingV2::TargetGroup").properties

    assert targets["HealthCheckProtocol"] == "TCP"
    assert container(prod)["HealthCheck"]["Command"] == [
        *("CMD", "python", "-c"),
        f"import socket; socket.create_connection(('127.0.0.1', {bridge.PORT}), 5).close()",
    ]


def test_a_deployment_keeps_every_task_until_its_successor_is_healthy(prod: Assembly) -> None:
    deployed = only(prod, "AWS::ECS::Service").properties["DeploymentConfiguration"]

    assert deployed["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert (deployed["MinimumHealthyPercent"], deployed["MaximumPercent"]) == (100, 200)


def test_what_is_on_its_way_is_answered_before_a_task_is_killed(prod: Assembly) -> None:
    longest = bridge.Limits().patience_seconds + TIMEOUT_SECONDS

    assert longest < container(prod)["StopTimeout"] <= 120


def test_the_container_can_write_nothing_and_is_nobody(prod: Assembly) -> None:
    stated = container(prod)

    assert stated["ReadonlyRootFilesystem"] is True
    assert [f"{stated['User']}:{stated['User']}"] == instructions("USER")
    assert stated["LinuxParameters"] == {
        "Capabilities": {"Drop": ["ALL"]},
        "InitProcessEnabled": True,
    }
    assert only(prod, "AWS::ECS::Service").properties["EnableExecuteCommand"] is False
    assert only(prod, "AWS::ECS::TaskDefinition").properties["RuntimePlatform"] == {
        "CpuArchitecture": "ARM64",
        "OperatingSystemFamily": "LINUX",
    }


def test_the_container_logs_into_a_group_of_its_own(prod: Assembly) -> None:
    options = container(prod)["LogConfiguration"]["Options"]
    log = named(prod, prod.resolved(STACK, options["awslogs-group"]))

    assert log.properties["LogGroupName"] == "/ledgerward/prod/mllp"


def test_roles_may_do_what_they_need_and_nothing_else(prod: Assembly) -> None:
    assert_roles_may_do_this_and_nothing_else(prod)


@each_grant
def test_a_removed_grant_is_seen(
    prod: Assembly, tmp_path: Path, role: str, action: str, purpose: str
) -> None:
    poorer = without(prod, tmp_path, role=role_of(prod, role), action=action, purpose=purpose)

    with pytest.raises(AssertionError):
        assert_roles_may_do_this_and_nothing_else(poorer)


def test_the_secrets_are_under_the_key_that_may_be_used(prod: Assembly) -> None:
    secrets = [
        each
        for each in prod.of_kind("AWS::SecretsManager::Secret")
        if each.logical_id.startswith("Mllp")
    ]

    assert len(secrets) == 2
    for each in secrets:
        assert ".SecretKey" in prod.reference(each, "KmsKeyId")


def test_a_busy_service_grows_and_never_falls_below_two(prod: Assembly) -> None:
    target = only(prod, "AWS::ApplicationAutoScaling::ScalableTarget").properties
    policy = only(prod, "AWS::ApplicationAutoScaling::ScalingPolicy").properties
    tracked = policy["TargetTrackingScalingPolicyConfiguration"]

    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    assert tracked["TargetValue"] == 50
    assert tracked["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
    }


def test_containers_are_measured(prod: Assembly) -> None:
    assert only(prod, "AWS::ECS::Cluster").properties["ClusterSettings"] == [
        {"Name": "containerInsights", "Value": "enabled"}
    ]


def test_no_healthy_task_calls_a_person_and_so_does_no_news(prod: Assembly) -> None:
    (alarm,) = [each for each in alarms(prod) if each["MetricName"] == "HealthyHostCount"]

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Maximum", "breaching")
    assert {each["Name"] for each in alarm["Dimensions"]} == {"LoadBalancer", "TargetGroup"}


def test_messages_without_an_answer_call_a_person(prod: Assembly) -> None:
    counted = only(prod, "AWS::Logs::MetricFilter").properties
    (metric,) = counted["MetricTransformations"]
    (alarm,) = [each for each in alarms(prod) if each["MetricName"] == metric["MetricName"]]

    assert bridge.UNANSWERED == UNANSWERED
    assert counted["FilterPattern"] == f'{{ $.message = "{UNANSWERED}" }}'
    assert (metric["MetricValue"], metric["DefaultValue"]) == ("1", 0)
    assert alarm["Namespace"] == metric["MetricNamespace"] == "Ledgerward"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def alarms(assembly: Assembly) -> list[Mapping[str, Any]]:
    return [
        each.properties
        for each in assembly.of_kind("AWS::CloudWatch::Alarm")
        if each.stack == STACK
    ]
