"""How many of the edge's requests X-Ray records."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_xray as xray
from constructs import Construct

BEFORE_X_RAYS_OWN_RULE = 1000  # which has the last of 10,000 priorities


class TraceSampling(Construct):
    """A share of the requests to one stage, each with what its function and its consumers did.

    What fails is found by logs and by the journal's correlation ids, traced or not; a share is
    enough to see where time goes. It has no reservoir: the first request of each second would be
    every one of a quiet night. Functions on queues and streams follow no rule of ours: those of a
    message's path trace what the edge traced, the others by X-Ray's own rule.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, stage: apigateway.Stage, share: float
    ) -> None:
        super().__init__(scope, id_)
        xray.CfnSamplingRule(
            self,
            "Rule",
            sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
                rule_name=name,
                priority=BEFORE_X_RAYS_OWN_RULE,
                fixed_rate=share,
                reservoir_size=0,
                resource_arn=stage.stage_arn,
                service_type="AWS::ApiGateway::Stage",
                service_name="*",
                host="*",
                http_method="*",
                url_path="*",
                version=1,
            ),
        )
