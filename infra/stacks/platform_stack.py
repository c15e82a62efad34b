"""What every stack of ours has."""

import aws_cdk as cdk
from constructs import Construct

from infra.environments import Environment


class PlatformStack(cdk.Stack):
    """A stack of one environment, whose outputs are the only addresses anybody needs."""

    def __init__(
        self, scope: Construct, part: str, *, environment: Environment, description: str
    ) -> None:
        super().__init__(
            scope,
            f"Ledgerward{part}-{environment.name}",
            env=cdk.Environment(account=environment.account, region=environment.region),
            description=description,
            termination_protection=environment.deletion_protection,
        )

    def publish(self, name: str, value: str) -> None:
        """Tell an address to whoever deploys: the output `Output<name>`."""
        cdk.CfnOutput(self, f"Output{name}", value=value)
