"""The tables with the key schemas of the data stack."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

JOURNAL, EFFECTS, HOLDS, MASTER_DATA = "journal", "effects", "holds", "master-data"
POSITIONS = "positions"


def create_tables(client: "DynamoDBClient", *, prefix: str = "") -> None:
    """All five, empty; each name begins with the prefix."""
    _create(
        client,
        prefix + JOURNAL,
        {"pk": "S", "sk": "S", "seal_shard": "S", "appended": "S"},
        ("pk", "sk"),
        by_append=("seal_shard", "appended"),
    )
    _create(
        client,
        prefix + EFFECTS,
        {
            "pk": "S",
            "due_shard": "S",
            "next_at": "N",
            "facility_period": "S",
            "stock": "S",
        },
        ("pk",),
        due=("due_shard", "next_at"),
        by_period=("facility_period", "stock"),
    )
    _create(
        client,
        prefix + HOLDS,
        {"pk": "S", "sk": "S", "owner": "S", "due_at": "S"},
        ("pk", "sk"),
        by_owner=("owner", "due_at"),
    )
    for name in (MASTER_DATA, POSITIONS):
        _create(client, prefix + name, {"pk": "S", "sk": "S"}, ("pk", "sk"))


def _create(
    client: "DynamoDBClient",
    name: str,
    attributes: dict[str, Any],
    keys: tuple[str, ...],
    **indexes: tuple[str, str],
) -> None:
    table: dict[str, Any] = {
        "TableName": name,
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind}
            for attribute, kind in attributes.items()
        ],
        "KeySchema": _schema(keys),
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        table["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index,
                "KeySchema": _schema(index_keys),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, index_keys in indexes.items()
        ]
    client.create_table(**table)


def _schema(keys: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"AttributeName": key, "KeyType": kind}
        for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
