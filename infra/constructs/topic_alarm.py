"""Alarms on single metrics, each of which tells one topic."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


def alarm_above(
    scope: Construct,
    name: str,
    metric: cloudwatch.IMetric,
    *,
    topic: sns.ITopic,
    says: str,
    above: float,
) -> None:
    """Tell the topic when the metric exceeds a number; no news is good news."""
    cloudwatch.Alarm(
        scope,
        f"{name}Alarm",
        metric=metric,
        alarm_description=says,
        threshold=above,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    ).add_alarm_action(actions.SnsAction(topic))


def alarm_below(
    scope: Construct,
    name: str,
    metric: cloudwatch.IMetric,
    *,
    topic: sns.ITopic,
    says: str,
    below: float,
) -> None:
    """Tell the topic when the metric falls below a number; no news counts as zero."""
    cloudwatch.Alarm(
        scope,
        f"{name}Alarm",
        metric=metric,
        alarm_description=says,
        threshold=below,
        comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
    ).add_alarm_action(actions.SnsAction(topic))
