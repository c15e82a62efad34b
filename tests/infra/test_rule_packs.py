"""What the rule packs find in `prod`, what we acknowledge, and why."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.infra.assembly import Assembly
from tests.infra.synthesising import PACKS

README = Path(__file__).parents[2] / "README.md"
HEADING = "| rules | reason |"

ACKNOWLEDGED = {
    "AwsSolutions-APIG4",
    "AwsSolutions-COG4",
    "AwsSolutions-EC23",
    "AwsSolutions-ECS2",
    "AwsSolutions-ELB2",
    "AwsSolutions-IAM5",
    "AwsSolutions-SMG4",
    "HIPAA.Security-APIGWCacheEnabledAndEncrypted",
    "HIPAA.Security-EC2RestrictedCommonPorts",
    "HIPAA.Security-EC2RestrictedSSH",
    "HIPAA.Security-ELBLoggingEnabled",
    "HIPAA.Security-ELBv2ACMCertificateRequired",
    "HIPAA.Security-LambdaInsideVPC",
    "HIPAA.Security-S3BucketReplicationEnabled",
    "HIPAA.Security-S3DefaultEncryptionKMS",
    "HIPAA.Security-SecretsManagerRotationEnabled",
    "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted",
    "NIST.800.53.R5-EC2RestrictedCommonPorts",
    "NIST.800.53.R5-EC2RestrictedSSH",
    "NIST.800.53.R5-ELBLoggingEnabled",
    "NIST.800.53.R5-ELBv2ACMCertificateRequired",
    "NIST.800.53.R5-LambdaInsideVPC",
    "NIST.800.53.R5-S3BucketReplicationEnabled",
    "NIST.800.53.R5-S3DefaultEncryptionKMS",
    "NIST.800.53.R5-SecretsManagerRotationEnabled",
    "Serverless-LambdaEventSourceMappingDestination",
    "Serverless-LambdaTracing",
    "Serverless-SQSRedrivePolicy",
}
WILDCARDS = {
    "*",
    "<RawReplicaBucketArn>/*",
    "<SealsReplicaBucketArn>/*",
    "arn:<AWS::Partition>:s3:::ledgerward-prod-inbox-<AWS::AccountId>-<AWS::Region>/*",
    "arn:<AWS::Partition>:s3:::ledgerward-prod-outbox-<AWS::AccountId>-<AWS::Region>/*",
    "arn:<AWS::Partition>:s3:::ledgerward-prod-raw-<AWS::AccountId>-<AWS::Region>/*",
    "arn:<AWS::Partition>:s3:::ledgerward-prod-seals-<AWS::AccountId>-<AWS::Region>/*",
}


def acknowledged(assembly: Assembly) -> list[Mapping[str, Any]]:
    return [
        found for report in assembly.reports() for found in report.get("suppressedViolations", [])
    ]


def written_acknowledgements(assembly: Assembly) -> Iterator[tuple[str, str]]:
    """(rule id, construct path) of every acknowledgement in the code."""
    for stack in assembly.templates:
        metadata = json.loads((assembly.folder / f"{stack}.metadata.json").read_text())
        for path, entries in metadata.items():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    yield from ((rule, path.removeprefix("/")) for rule in entry["data"])


def test_every_pack_ran(prod: Assembly) -> None:
    assert len({report["pluginName"] for report in prod.reports()}) >= len(PACKS)


def test_nothing_is_found_that_we_do_not_acknowledge(prod: Assembly) -> None:
    found = [
        (violation["ruleName"], construct["constructPath"])
        for report in prod.reports()
        for violation in report["violations"]
        for construct in violation["violatingConstructs"]
    ]

    assert found == []


def test_only_these_rules_are_acknowledged(prod: Assembly) -> None:
    rules = {found["ruleName"].split("[")[0] for found in acknowledged(prod)}

    assert rules == ACKNOWLEDGED


def test_only_these_wildcards_are_acknowledged(prod: Assembly) -> None:
    findings = {
        found["ruleName"].removeprefix("AwsSolutions-IAM5[Resource::").removesuffix("]")
        for found in acknowledged(prod)
        if found["ruleName"].startswith("AwsSolutions-IAM5")
    }

    assert findings == WILDCARDS


def test_only_the_route_of_signed_webhooks_takes_no_token(prod: Assembly) -> None:
    open_to_all = {
        (found["ruleName"], found["acknowledgedAt"].rpartition("/Default/")[2])
        for found in acknowledged(prod)
        if found["ruleName"] in {"AwsSolutions-APIG4", "AwsSolutions-COG4"}
    }

    assert open_to_all == {
        ("AwsSolutions-APIG4", "webhooks/{source}/POST"),
        ("AwsSolutions-COG4", "webhooks/{source}/POST"),
    }


def test_every_acknowledgement_is_for_one_resource_and_says_why(prod: Assembly) -> None:
    for found in acknowledged(prod):
        assert found["acknowledgedAt"].count("/") >= 2, found["acknowledgedAt"]
        assert len(found["reason"].split()) >= 6, found["reason"]


def test_no_acknowledgement_is_stale(prod: Assembly) -> None:
    written = set(written_acknowledgements(prod))
    used = {(found["acknowledgedId"], found["acknowledgedAt"]) for found in acknowledged(prod)}

    assert written == used


def test_the_readme_has_every_acknowledged_rule_with_its_reason_and_no_other(
    prod: Assembly,
) -> None:
    rules: defaultdict[str, set[str]] = defaultdict(set)
    for found in acknowledged(prod):
        rules[found["reason"]].add(found["ruleName"].split("[")[0])
    rows = {
        f"| {', '.join(f'`{rule}`' for rule in sorted(names))} | {reason} |"
        for reason, names in rules.items()
    }
    sys.stdout.write("\n".join((HEADING, "|---|---|", *sorted(rows), "")))  # pytest -s shows it

    _, _, table = README.read_text().partition(f"{HEADING}\n|---|---|\n")
    written = table.partition("\n\n")[0].splitlines()
    assert set(written) == rows
    assert len(written) == len(rows)
