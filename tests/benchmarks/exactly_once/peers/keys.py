"""A table of keys, for libraries that bring no store for DynamoDB but say how to write one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError

Values = dict[str, str | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition on the item that stands: `#name` and `:name` for each of `given`."""

    text: str
    given: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Items under `id`, each write one call that is done whole or not at all."""

    client: Any
    table: str

    def put_new(self, key: str, values: Values) -> bool:
        """Write a new item; False if one stands."""
        item = {"id": {"S": key}, **_typed(values)}
        absent = "attribute_not_exists(id)"
        return self._write(self.client.put_item, Item=item, ConditionExpression=absent)

    def change(self, key: str, values: Values, condition: Condition) -> bool:
        """Set these values if the condition holds."""
        new = {f"new_{name}": value for name, value in values.items()}
        return self._write(
            self.client.update_item,
            Key={"id": {"S": key}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :new_{name}" for name in values),
            **_stated(condition, named=[*values, *condition.given], valued=new | condition.given),
        )

    def delete(self, key: str, condition: Condition) -> bool:
        """Take the item away if the condition holds."""
        stated = _stated(condition, named=condition.given, valued=condition.given)
        return self._write(self.client.delete_item, Key={"id": {"S": key}}, **stated)

    def get(self, key: str) -> Values | None:
        """What stands under a key, read consistently."""
        answer = self.client.get_item(
            TableName=self.table, Key={"id": {"S": key}}, ConsistentRead=True
        )
        return _plain(answer["Item"]) if "Item" in answer else None

    def all(self) -> list[Values]:
        """Every item: for what runs at night."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.table)
        return [_plain(item) for page in pages for item in page["Items"]]

    def _write(self, call: Callable[..., object], **asked: object) -> bool:
        try:
            call(TableName=self.table, **asked)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def opened_keys(table: str) -> Keys:
    """A table's keys, on a client with default settings."""
    return Keys(client=boto3.client("dynamodb"), table=table)


def _stated(condition: Condition, *, named: Any, valued: Values) -> dict[str, object]:  # noqa: ANN401
    values = {f":{name}": value for name, value in _typed(valued).items()}
    stated: dict[str, object] = {"ConditionExpression": condition.text}
    if named:
        stated["ExpressionAttributeNames"] = {f"#{name}": name for name in named}
    return stated | ({"ExpressionAttributeValues": values} if values else {})


def _typed(values: Values) -> dict[str, Any]:
    return {
        name: {"S": value} if isinstance(value, str) else {"N": repr(value)}
        for name, value in values.items()
    }


def _plain(item: Mapping[str, Mapping[str, str]]) -> Values:
    return {name: value["S"] if "S" in value else float(value["N"]) for name, value in item.items()}
