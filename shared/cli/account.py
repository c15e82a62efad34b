"""A platform deployed to an AWS account, operated with the rights of whoever runs the command."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3

from infra.local.contents import output
from infra.local.deploy import Outputs, outputs_of
from shared.aws import clients
from shared.cli.deployment import open_deployment
from shared.cli.platform import Platform
from shared.errors import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

WHICH = "LEDGERWARD_ENVIRONMENT"
WHOSE = "LEDGERWARD_TENANT"


def open_platform() -> Platform:
    """The box of this checkout, or the account's environment that LEDGERWARD_ENVIRONMENT names.

    Raises:
        BoxError: the box was never brought up.
        SettingsError: the account has no such environment, or nobody said whose it is.
    """
    environment = os.environ.get(WHICH)
    return open_account(environment) if environment else open_deployment()


def open_account(environment: str) -> "AccountPlatform":
    """An environment's platform, as its stacks' outputs describe it.

    Raises:
        SettingsError: as `open_platform`.
    """
    tenant = os.environ.get(WHOSE)
    if not tenant:
        raise SettingsError(f"{WHOSE} must say whose the platform {environment!r} is")
    outputs = _outputs(environment)
    if not outputs:
        raise SettingsError(
            f"this account and region have no stack Ledgerward…-{environment}; {WHICH} names one"
        )
    return AccountPlatform(outputs=outputs, owner=tenant)


class AccountClients:
    """The AWS APIs under the caller's own credentials and region."""

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """Tables."""
        return clients.dynamodb()

    @property
    def s3(self) -> "S3Client":
        """The raw archive, the inbox and the outbox."""
        return clients.s3()

    @property
    def secrets(self) -> "SecretsManagerClient":
        """Token keys."""
        return clients.secrets()

    @property
    def sqs(self) -> "SQSClient":
        """Queues."""
        return clients.sqs()


@dataclass(frozen=True, kw_only=True)
class AccountPlatform(Platform):
    """The stacks of one environment in one account and region."""

    outputs: Outputs
    owner: str

    @cached_property
    def clients(self) -> AccountClients:
        """The AWS APIs."""
        return AccountClients()

    @property
    def tenant(self) -> str:
        """Whose platform it is."""
        return self.owner

    def output(self, name: str) -> str:
        """A stack output by its name."""
        return output(self.outputs, name)


def _outputs(environment: str) -> Outputs:
    pages = boto3.client("cloudformation").get_paginator("describe_stacks").paginate()
    stacks = (stack for page in pages for stack in page["Stacks"])
    return {
        stack["StackName"]: outputs_of(stack)
        for stack in stacks
        if stack["StackName"].startswith("Ledgerward")
        and stack["StackName"].endswith(f"-{environment}")
    }
