"""The servers of a run, and what they are asked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import boto3

from tests.benchmarks.exactly_once.terms import World
from tests.contract.tables import create_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PACKAGE = "tests.benchmarks.exactly_once"
ROOT = Path(__file__).parents[3]


@contextmanager
def served(module: str, *arguments: str) -> Iterator[int]:
    """A server of this package for as long as the context lasts; its port."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", f"{PACKAGE}.{module}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield int(process.stdout.readline())  # type: ignore[union-attr]
        finally:
            process.stdin.close()  # type: ignore[union-attr]
            process.wait()


def tables_client(port: int) -> "DynamoDBClient":
    """A client of the tables with default settings."""
    return boto3.client(
        "dynamodb",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",  # noqa: S106 - nobody checks it
    )


def lose_replies(world: World) -> None:
    """From now on the first write of each of this worker's items gets no answer."""
    post(f"http://127.0.0.1:{world.tables_port}/lose?prefix={world.prefix}")


def make_tables(world: World) -> None:
    """The product's own, and one of records for the peers."""
    client = tables_client(world.tables_port)
    create_tables(client, prefix=f"{world.prefix}.")
    client.create_table(
        TableName=f"{world.prefix}.records",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.close()


def asked_of_tables(world: World, what: str) -> Any:  # noqa: ANN401
    """`calls` by operation, or how many replies were `lost`."""
    url = f"http://127.0.0.1:{world.tables_port}/{what}?prefix={world.prefix}"
    with urlopen(url) as answer:
        found = json.load(answer)
    if what == "calls":
        found.pop("CreateTable")
    return found


def post(url: str) -> Any:  # noqa: ANN401
    """Tell a server something; its answer."""
    with urlopen(url, data=b"") as answer:  # noqa: S310 - our own server
        return json.load(answer)
