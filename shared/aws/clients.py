"""The AWS clients, each built on first use and kept for the life of the process.

Short timeouts: a worker that waits for a store it will not get holds a delivery that another could
have had. Three attempts in all, since every write here is conditional or idempotent.

They are botocore's own: boto3 adds resources and transfer managers that nothing here uses, and a
cold start pays for importing them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# What botocore does anew for each request though it is the same each time: it states the platform
# in the User-Agent, and it checks the parameters against the service's model, which the contract
# suite does with every call of ours.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=10,
    tcp_keepalive=True,
    parameter_validation=False,
)


@cache
def dynamodb() -> DynamoDBClient:
    """The tables."""
    client: DynamoDBClient = _client("dynamodb")
    return client


@cache
def events() -> EventBridgeClient:
    """The event bus."""
    client: EventBridgeClient = _client("events")
    return client


@cache
def s3() -> S3Client:
    """The raw archive."""
    client: S3Client = _client("s3")
    return client


@cache
def secrets() -> SecretsManagerClient:
    """Keys and the ERP's access."""
    client: SecretsManagerClient = _client("secretsmanager")
    return client


@cache
def sqs() -> SQSClient:
    """The queues."""
    client: SQSClient = _client("sqs")
    return client


@cache
def _session() -> botocore.session.Session:
    """One for each process: it reads the services' models and the credentials."""
    return botocore.session.get_session()


def _client(service: str) -> Any:  # noqa: ANN401 - each caller says which
    session = _session()
    stated_once = Config(user_agent=session.user_agent())
    return session.create_client(service, config=CONFIG.merge(stated_once))
