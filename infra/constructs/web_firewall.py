"""The firewall in front of the edge."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.constructs.platform_function import Platform, named_log_group

REQUESTS_IN_FIVE_MINUTES = 30_000  # of one address: a whole hospital speaks from one


class WebFirewall(Construct):
    """Slows down floods. It never reads bodies: a clinical fact is not refused for how it looks."""

    def __init__(
        self, scope: Construct, id_: str, *, stage: apigateway.Stage, platform: Platform
    ) -> None:
        super().__init__(scope, id_)
        acl = waf.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility("edge"),
            rules=[_flood_rule()],
        )
        waf.CfnWebACLAssociation(
            self, "OnStage", web_acl_arn=acl.attr_arn, resource_arn=stage.stage_arn
        )
        # WAF takes only log groups whose name starts like this.
        log_group = named_log_group(
            self,
            "Log",
            name=f"aws-waf-logs-ledgerward-{platform.environment.name}",
            environment=platform.environment,
            key=platform.key,
        )
        waf.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[
                Stack.of(self).format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=log_group.log_group_name,
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            # What a client proves itself with has no place in a log.
            redacted_fields=[_header("authorization"), _header("x-api-key")],
            logging_filter=_what_was_stopped(),
        )


def _what_was_stopped() -> dict[str, object]:
    """What is let through stands in the API's access log: its address, time, path and answer.

    In CloudFormation's own words: the property has no others.
    """
    blocked = {
        "Behavior": "KEEP",
        "Requirement": "MEETS_ANY",
        "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
    }
    return {"DefaultBehavior": "DROP", "Filters": [blocked]}


def _header(name: str) -> waf.CfnLoggingConfiguration.FieldToMatchProperty:
    return waf.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name})


def _flood_rule() -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name="flood",
        priority=1,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                limit=REQUESTS_IN_FIVE_MINUTES, aggregate_key_type="IP"
            )
        ),
        visibility_config=_visibility("flood"),
    )


def _visibility(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
