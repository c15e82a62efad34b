"""Clients of the engine's AWS APIs, as its administrator."""

from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

import boto3
from botocore.config import Config

from infra.local.settings import BoxSettings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_CONFIG = Config(
    proxies={},
    max_pool_connections=8,
    retries={"total_max_attempts": 3, "mode": "standard"},
    s3={"addressing_style": "path"},
)


class _Where(TypedDict):
    endpoint_url: str
    config: Config


class EngineClients:
    """One client for each API that the box itself calls, made on first use."""

    def __init__(self, settings: BoxSettings) -> None:
        self._settings = settings
        self._session = boto3.Session(
            aws_access_key_id=settings.account,  # to the engine an account's number is its root key
            aws_secret_access_key="test",  # noqa: S106 - the engine's fixed word, on loopback only
            region_name=settings.region,
        )

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """Stacks."""
        return self._session.client("cloudformation", **self._where())

    @cached_property
    def s3(self) -> "S3Client":
        """Assets."""
        return self._session.client("s3", **self._where())

    @cached_property
    def ssm(self) -> "SSMClient":
        """The version of the bootstrap, which CDK's templates ask for."""
        return self._session.client("ssm", **self._where())

    @cached_property
    def secrets(self) -> "SecretsManagerClient":
        """Secrets of the functions."""
        return self._session.client("secretsmanager", **self._where())

    @cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """Who may send."""
        return self._session.client("cognito-idp", **self._where())

    @cached_property
    def sqs(self) -> "SQSClient":
        """Queues, to see what is on its way."""
        return self._session.client("sqs", **self._where())

    @cached_property
    def functions(self) -> "LambdaClient":
        """Functions and what feeds them."""
        return self._session.client("lambda", **self._where())

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """Tables."""
        return self._session.client("dynamodb", **self._where())

    def api_key(self, key_id: str) -> str:
        """The value of a client's key to the edge."""
        gateway = self._session.client("apigateway", **self._where())
        return str(gateway.get_api_key(apiKey=key_id, includeValue=True)["value"])

    def _where(self) -> "_Where":
        return {"endpoint_url": self._settings.endpoint, "config": _CONFIG}
