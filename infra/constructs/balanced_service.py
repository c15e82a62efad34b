"""Containers behind one port, never fewer than asked for, replaced one after the other."""

from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from infra.constructs.container_task import ContainerTask
from infra.constructs.private_port import PrivatePort
from infra.constructs.site_network import SiteNetwork

BUSY_PERCENT = 50.0
FIRST_CHECKS_SECONDS = 60


class BalancedService(Construct):
    """A Fargate service of a cluster of its own, with no public address.

    Between `at_least` and `at_most` tasks run, as many as keep their processors half busy. A
    deployment whose tasks do not become healthy is rolled back.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        task: ContainerTask,
        port: PrivatePort,
        network: SiteNetwork,
        at_least: int,
        at_most: int,
    ) -> None:
        super().__init__(scope, id_)
        self.cluster = ecs.CfnCluster(
            self,
            "Cluster",
            cluster_settings=[
                ecs.CfnCluster.ClusterSettingsProperty(name="containerInsights", value="enabled")
            ],
        )
        self.service = self._service(task, port, network, at_least)
        # It needs the roles' permissions when it starts, and a target group that is listened for.
        for each in (task.identity.policy, task.starter.policy, port.listener):
            self.service.node.add_dependency(each)
        self._scale(at_least, at_most)

    def _service(
        self, task: ContainerTask, port: PrivatePort, network: SiteNetwork, at_least: int
    ) -> ecs.CfnService:
        return ecs.CfnService(
            self,
            "Service",
            cluster=self.cluster.ref,
            task_definition=task.definition.task_definition_arn,
            launch_type="FARGATE",
            desired_count=at_least,
            availability_zone_rebalancing="ENABLED",
            health_check_grace_period_seconds=FIRST_CHECKS_SECONDS,
            enable_execute_command=False,
            deployment_configuration=ecs.CfnService.DeploymentConfigurationProperty(
                minimum_healthy_percent=100,
                maximum_percent=200,
                deployment_circuit_breaker=ecs.CfnService.DeploymentCircuitBreakerProperty(
                    enable=True, rollback=True
                ),
            ),
            network_configuration=_network(network, port),
            load_balancers=[
                ecs.CfnService.LoadBalancerProperty(
                    container_name=task.name,
                    container_port=port.number,
                    target_group_arn=port.targets.ref,
                )
            ],
        )

    def _scale(self, at_least: int, at_most: int) -> None:
        target = autoscaling.CfnScalableTarget(
            self,
            "Tasks",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{self.cluster.ref}/{self.service.attr_name}",
            min_capacity=at_least,
            max_capacity=at_most,
        )
        metric = autoscaling.CfnScalingPolicy.PredefinedMetricSpecificationProperty(
            predefined_metric_type="ECSServiceAverageCPUUtilization"
        )
        tracking = autoscaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty(
            target_value=BUSY_PERCENT, predefined_metric_specification=metric
        )
        autoscaling.CfnScalingPolicy(
            self,
            "HalfBusy",
            policy_name="half-busy",
            policy_type="TargetTrackingScaling",
            scaling_target_id=target.ref,
            target_tracking_scaling_policy_configuration=tracking,
        )


def _network(
    network: SiteNetwork, port: PrivatePort
) -> ecs.CfnService.NetworkConfigurationProperty:
    return ecs.CfnService.NetworkConfigurationProperty(
        awsvpc_configuration=ecs.CfnService.AwsVpcConfigurationProperty(
            subnets=network.subnet_ids,
            security_groups=[port.tasks_group.ref],
            assign_public_ip="DISABLED",
        )
    )
