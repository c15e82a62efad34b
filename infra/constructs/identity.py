"""Who a function, or a service acting for us, is and what it may do."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.acknowledgement import acknowledge


class Identity(Construct):
    """A role with exactly one managed policy.

    `role` ignores the grants that CDK would add on its own, so `allow` is the only way in.
    """

    def __init__(self, scope: Construct, id_: str, *, service: str) -> None:
        super().__init__(scope, id_)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal(service))
        # Attached from the policy's side: the role then knows no policy, and a key or bucket
        # policy that names the role closes no circle.
        self.policy = iam.ManagedPolicy(self, "Policy", roles=[role])
        self.role = role.without_policy_updates()

    def allow(self, *actions: str, on: Sequence[str]) -> None:
        """Permit these actions on these resources."""
        self.policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(on)))

    def allow_wildcard(self, *actions: str, on: str, finding: str, reason: str) -> None:
        """Permit these actions on a pattern; `finding` is how the rule pack prints it."""
        self.allow(*actions, on=[on])
        acknowledge(self.policy, f"AwsSolutions-IAM5[Resource::{finding}]", reason=reason)

    def allow_tracing(self) -> None:
        """Permit sending X-Ray segments."""
        self.allow_wildcard(
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            on="*",
            finding="*",
            reason="X-Ray's write actions accept no resource; the statement holds nothing else.",
        )
