"""Rules that we do not satisfy, each with its reason beside the resource."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

HIPAA = "HIPAA.Security"
NIST = "NIST.800.53.R5"


def acknowledge_in_both(construct: IConstruct, rule: str, *, reason: str) -> None:
    """Say why a resource does not follow a rule that HIPAA's and NIST's packs share."""
    for pack in (HIPAA, NIST):
        acknowledge(construct, f"{pack}-{rule}", reason=reason)


def acknowledge(construct: IConstruct, rule: str, *, reason: str) -> None:
    """Say why a resource (and what lies below it) does not follow a cdk-nag rule.

    `rule` is the id as reported, finding in brackets included: `AwsSolutions-IAM5[Resource::*]`.
    """
    # Only the id qualified by its pack comes back in the synthesis report with its reason.
    pack = rule.split("[", 1)[0].rsplit("-", 1)[0]
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))
