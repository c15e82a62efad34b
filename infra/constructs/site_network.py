"""The network of a site that containers stand in: whoever deploys names it, nothing looks it up."""

from aws_cdk import CfnParameter, CfnRule, CfnRuleAssertion, Fn, Stack
from constructs import Construct

SUBNETS = ("FirstSubnetId", "SecondSubnetId")
# An IPv4 network of at most sixteen million addresses, so never all of them.
CIDR = r"([0-9]{1,3}\.){3}[0-9]{1,3}/([89]|[12][0-9]|3[0-2])"


class SiteNetwork(Construct):
    """A VPC, two of its subnets in different zones, and the addresses that senders have."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.vpc_id = self._parameter(
            "VpcId",
            kind="AWS::EC2::VPC::Id",
            description="The VPC that the site's senders reach",
        )
        self.subnet_ids = [
            self._parameter(
                name,
                kind="AWS::EC2::Subnet::Id",
                description="A private subnet of it with a way to AWS's endpoints on port 443",
            )
            for name in SUBNETS
        ]
        self.senders = self._parameter(
            "SendersCidr",
            description="The network that senders' addresses are in, as 10.20.0.0/16",
            pattern=CIDR,
        )
        self._refuse_one_zone()

    def _parameter(
        self, name: str, *, description: str, kind: str = "String", pattern: str | None = None
    ) -> str:
        return CfnParameter(
            Stack.of(self), name, type=kind, description=description, allowed_pattern=pattern
        ).value_as_string

    def _refuse_one_zone(self) -> None:
        """CloudFormation asks EC2 about the parameters before it makes anything."""
        first, second = SUBNETS
        one_zone = Fn.condition_contains(
            [Fn.value_of(first, "AvailabilityZone")], Fn.value_of(second, "AvailabilityZone")
        )
        inside = Fn.condition_each_member_equals(
            [Fn.value_of(each, "VpcId") for each in SUBNETS], self.vpc_id
        )
        CfnRule(
            Stack.of(self),
            "Subnets",
            assertions=[
                CfnRuleAssertion(
                    assert_=Fn.condition_not(one_zone),
                    assert_description="Subnets of one zone fail together: name two of two zones",
                ),
                CfnRuleAssertion(
                    assert_=inside, assert_description="The subnets are not in the VPC of VpcId"
                ),
            ],
        )
