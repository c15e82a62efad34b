"""One TCP port inside a site's network, passed through to containers byte for byte."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as balancing
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge, acknowledge_in_both
from infra.constructs.site_network import SiteNetwork
from infra.environments import Environment

HTTPS = 443
DRAIN_SECONDS = 60  # until the balancer sends no new connection to what ends, and some more
TLS_BEHIND_BECAUSE = (
    "TLS ends at the containers and not here: only they can ask senders for a certificate of the"
    " authorities that the site names, and no key of the site's is given to the balancer."
)
NO_ACCESS_LOG_BECAUSE = (
    "A network load balancer logs connections only where it ends TLS itself, which it does not"
    " here: the log would stay empty. The containers log every message that stays unanswered, and"
    " the journal has every one that was taken."
)
CIDR_BECAUSE = (
    "Who may reach the port is a parameter, which the rule cannot read: one network of senders, at"
    " most a /8 by the parameter's own pattern, and this one port, which is none that it looks for."
)
CIDR_RULES = ("EC2RestrictedCommonPorts", "EC2RestrictedSSH")


class PrivatePort(Construct):
    """An internal load balancer's port; senders of the network's CIDR reach it, nobody else.

    `tasks_group` is the security group of what stands behind it, and lets in the balancer alone.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        number: int,
        network: SiteNetwork,
        environment: Environment,
    ) -> None:
        super().__init__(scope, id_)
        self.number = number
        self.tasks_group = self._tasks_group(network)
        self._balancer = self._made_balancer(network, self._balancer_group(network), environment)
        self.targets = self._made_targets(network)
        self.listener = balancing.CfnListener(
            self,
            "Listener",
            load_balancer_arn=self._balancer.ref,
            port=number,
            protocol="TCP",
            default_actions=[
                balancing.CfnListener.ActionProperty(
                    type="forward", target_group_arn=self.targets.ref
                )
            ],
        )
        acknowledge_in_both(self.listener, "ELBv2ACMCertificateRequired", reason=TLS_BEHIND_BECAUSE)

    @property
    def address(self) -> str:
        """The name that the network resolves to an address in each subnet."""
        return self._balancer.attr_dns_name

    def healthy(self) -> cloudwatch.Metric:
        """How many containers take connections, in the zone that has most of them."""
        return cloudwatch.Metric(
            namespace="AWS/NetworkELB",
            metric_name="HealthyHostCount",
            dimensions_map={
                "LoadBalancer": self._balancer.attr_load_balancer_full_name,
                "TargetGroup": self.targets.attr_target_group_full_name,
            },
            period=Duration.minutes(1),
            statistic="Maximum",
        )

    def _tasks_group(self, network: SiteNetwork) -> ec2.CfnSecurityGroup:
        return ec2.CfnSecurityGroup(
            self,
            "TasksGroup",
            group_description="Containers: in from their balancer, out by HTTPS",
            vpc_id=network.vpc_id,
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(
                    ip_protocol="tcp",
                    from_port=HTTPS,
                    to_port=HTTPS,
                    cidr_ip="0.0.0.0/0",  # AWS's endpoints have no addresses that stay
                    description="The edge, its login, and the endpoints of AWS",
                )
            ],
        )

    def _balancer_group(self, network: SiteNetwork) -> ec2.CfnSecurityGroup:
        group = ec2.CfnSecurityGroup(
            self,
            "BalancerGroup",
            group_description="Balancer: in from senders, out to its containers",
            vpc_id=network.vpc_id,
            security_group_ingress=[
                ec2.CfnSecurityGroup.IngressProperty(
                    ip_protocol="tcp",
                    from_port=self.number,
                    to_port=self.number,
                    cidr_ip=network.senders,
                    description="Senders",
                )
            ],
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(
                    ip_protocol="tcp",
                    from_port=self.number,
                    to_port=self.number,
                    destination_security_group_id=self.tasks_group.ref,
                    description="Containers",
                )
            ],
        )
        acknowledge(group, "AwsSolutions-EC23", reason=CIDR_BECAUSE)
        for rule in CIDR_RULES:
            acknowledge_in_both(group, rule, reason=CIDR_BECAUSE)
        ec2.CfnSecurityGroupIngress(  # apart, because each group names the other
            self,
            "FromBalancer",
            group_id=self.tasks_group.ref,
            ip_protocol="tcp",
            from_port=self.number,
            to_port=self.number,
            source_security_group_id=group.ref,
            description="The balancer, which checks their health too",
        )
        return group

    def _made_balancer(
        self, network: SiteNetwork, group: ec2.CfnSecurityGroup, environment: Environment
    ) -> balancing.CfnLoadBalancer:
        attributes = {
            "deletion_protection.enabled": environment.deletion_protection,
            "load_balancing.cross_zone.enabled": True,
        }
        made = balancing.CfnLoadBalancer(
            self,
            "Balancer",
            type="network",
            scheme="internal",
            subnets=network.subnet_ids,
            security_groups=[group.ref],
            load_balancer_attributes=[
                balancing.CfnLoadBalancer.LoadBalancerAttributeProperty(
                    key=key, value=str(value).lower()
                )
                for key, value in attributes.items()
            ],
        )
        acknowledge(made, "AwsSolutions-ELB2", reason=NO_ACCESS_LOG_BECAUSE)
        acknowledge_in_both(made, "ELBLoggingEnabled", reason=NO_ACCESS_LOG_BECAUSE)
        return made

    def _made_targets(self, network: SiteNetwork) -> balancing.CfnTargetGroup:
        return balancing.CfnTargetGroup(
            self,
            "Targets",
            vpc_id=network.vpc_id,
            target_type="ip",
            protocol="TCP",
            port=self.number,
            health_check_protocol="TCP",
            health_check_interval_seconds=10,
            healthy_threshold_count=2,
            unhealthy_threshold_count=2,
            target_group_attributes=[
                balancing.CfnTargetGroup.TargetGroupAttributeProperty(
                    key="deregistration_delay.timeout_seconds", value=str(DRAIN_SECONDS)
                )
            ],
        )
