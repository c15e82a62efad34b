"""What stands before the first transaction: tables as deployed, a bucket, queues, master data."""

import copy
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast
from unittest.mock import patch

import boto3
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from infra.local.contents import master_records
from shared.aws.client_registry import register
from shared.aws.master_data import DynamoMasterDataWriter
from tests.benchmarks.pricing.assumptions import TRACE_ID
from tests.benchmarks.pricing.deployed import Deployed
from tests.benchmarks.pricing.messages import Messages
from tests.benchmarks.pricing.units import Item as ItemAttributes
from tests.contract.families import ZERO_KEY

BUCKET, BUS = "raw", "outcomes"
KNOWN_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
QUEUES = {
    name: f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
    for name in ("documents", "effects", "statuses")
}
ERP_SECRET, TOKEN_SECRET = "erp-secret", "token-secret"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ENDPOINT_URL": "",
    "_X_AMZN_TRACE_ID": f"Root={TRACE_ID};Parent=0123456789abcdef;Sampled=1",
    "RAW_BUCKET": BUCKET,
    "JOURNAL_TABLE": "journal",
    "EFFECTS_TABLE": "effects",
    "HOLDS_TABLE": "holds",
    "MASTER_DATA_TABLE": "master-data",
    "POSITIONS_TABLE": "positions",
    "DOCUMENTS_QUEUE_URL": QUEUES["documents"],
    "EFFECTS_QUEUE_URL": QUEUES["effects"],
    "STATUS_QUEUE_URL": QUEUES["statuses"],
    "EVENT_BUS_NAME": BUS,
    "TOKEN_SECRET_ARN": TOKEN_SECRET,
    "ERP_SECRET_ARN": ERP_SECRET,
    "ERP_TARGET": "tryton",
    "ERP_CLASS": "E1",
    "ERP_DOCUMENTS_PER_SECOND_EACH": "0",
    "REVERSAL_WAIT_HOURS": "72",
}


def furnish(deployed: Deployed, messages: Messages) -> None:
    """Make it all, through clients that nobody listens to."""
    dynamodb: Any = boto3.client("dynamodb")
    for name, table in deployed.tables.items():
        schema = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
        dynamodb.create_table(
            TableName=name, **{part: table[part] for part in schema if part in table}
        )
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    sqs = boto3.client("sqs")
    for queue in QUEUES:
        sqs.create_queue(QueueName=queue)
    boto3.client("events").create_event_bus(Name=BUS)
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name=TOKEN_SECRET, SecretString=ZERO_KEY)
    secrets.create_secret(Name=ERP_SECRET, SecretString="{}")
    network = messages.network
    records = [
        record
        for record in master_records(network, "https://tracker/news")
        if getattr(record, "item", None) in {None, *messages.items}
    ]
    writer = DynamoMasterDataWriter(client=dynamodb, table="master-data")
    writer.put(records, recorded_at=KNOWN_SINCE)
    [ehr] = [each for each in network.clients if each.client_id == "ehr"]
    register(dynamodb, "master-data", ehr, recorded_at=KNOWN_SINCE)


@contextmanager
def one_partition_is_read() -> Iterator[None]:
    """Queries look into one partition, as on AWS; here they would sort the whole table first."""
    usual = Table.query

    def query(table: Table, hash_key: DynamoType, *others: Any, **more: Any) -> Any:  # noqa: ANN401
        whole = table.items
        table.items = defaultdict(dict, {hash_key: whole[hash_key]} if hash_key in whole else {})
        try:
            return usual(table, hash_key, *others, **more)
        finally:
            table.items = whole

    with patch.object(Table, "query", query):
        yield


def prefill(effects: int) -> None:
    """Let this many effects stand in the ledger, each with a document's entry in the journal.

    Copies of what the path itself wrote last, under other ids, put straight into the tables.
    """
    ledger, journal = _tables()["effects"], _tables()["journal"]
    written = cast("Item", list(ledger.items.values())[-1])
    chain = [rows for key, rows in journal.items.items() if key.value.startswith("document#")][-1]
    entry = next(item for item in chain.values() if "seal_shard" in item.attrs)
    for number in range(len(ledger.items), effects):
        effect_id = hashlib.sha256(str(number).encode()).hexdigest()
        pk = DynamoType({"S": effect_id})
        ledger.items[pk] = cast("dict[Any, Any]", _copied(written, pk=pk))
        document = DynamoType({"S": f"document#{effect_id[:26]}"})
        journal.items[document][entry.range_key] = _copied(entry, pk=document)


def item_at(table: str, key: ItemAttributes) -> ItemAttributes | None:
    """What stands under a key, without a call."""
    sort = DynamoType(dict(key["sk"])) if "sk" in key else None
    found = _tables()[table].get_item(DynamoType(dict(key["pk"])), sort)
    return found.to_json()["Attributes"] if found else None


def _tables() -> dict[str, Table]:
    return dynamodb_backends["123456789012"]["us-east-1"].tables


def _copied(item: Item, *, pk: DynamoType) -> Item:
    other = copy.copy(item)
    other.hash_key, other.attrs = pk, copy.copy(item.attrs)
    other.attrs["pk"] = pk
    return other
