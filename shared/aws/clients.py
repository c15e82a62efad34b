"""The AWS clients, each built on first use and kept for the life of the process.

Short timeouts: a worker that waits for a store it will not get holds a delivery that another could
have had. Three attempts in all, since every write here is conditional or idempotent.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=10,
    tcp_keepalive=True,
)


@cache
def dynamodb() -> DynamoDBClient:
    """The tables."""
    return boto3.client("dynamodb", config=CONFIG)


@cache
def events() -> EventBridgeClient:
    """The event bus."""
    return boto3.client("events", config=CONFIG)


@cache
def s3() -> S3Client:
    """The raw archive."""
    return boto3.client("s3", config=CONFIG)


@cache
def secrets() -> SecretsManagerClient:
    """Keys and the ERP's access."""
    return boto3.client("secretsmanager", config=CONFIG)


@cache
def sqs() -> SQSClient:
    """The queues."""
    return boto3.client("sqs", config=CONFIG)
