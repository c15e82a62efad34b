"""Many items in few calls: DynamoDB may leave some undone, and those are asked for again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from shared.aws.refusals import deliver_again_if_throttled
from shared.errors import ThrottledError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.aws.attributes import Item

READ_AT_ONCE = 100
WRITE_AT_ONCE = 25
ROUNDS = 6
FIRST_PAUSE_SECONDS = 0.05

Element = TypeVar("Element")
Pause = Callable[[float], None]


def chunked(elements: Sequence[Element], size: int) -> Iterator[Sequence[Element]]:
    """The elements in order, at most `size` at a time."""
    iterator = iter(elements)
    while chunk := tuple(islice(iterator, size)):
        yield chunk


def packed(texts: Sequence[str], *, at_once: int, bytes_at_once: int) -> Iterator[list[str]]:
    """The texts in order, as many together as both bounds allow; bytes are those of UTF-8.

    Raises:
        ValueError: one is larger by itself.
    """
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if length > bytes_at_once:
            raise ValueError(f"{length} bytes are larger than the {bytes_at_once} taken at once")
        if batch and (len(batch) == at_once or size + length > bytes_at_once):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def read_items(
    client: DynamoDBClient, table: str, keys: Sequence[Item], *, pause: Pause = time.sleep
) -> Iterator[Mapping[str, Any]]:
    """The items of these keys, read consistently; absent ones are left out.

    Raises:
        ThrottledError: some were still unread after the last round.
    """
    for chunk in chunked(keys, READ_AT_ONCE):
        owed: Any = {table: {"Keys": list(chunk), "ConsistentRead": True}}
        for attempt in range(ROUNDS):
            with deliver_again_if_throttled(table):
                answer = client.batch_get_item(RequestItems=owed)
            yield from answer["Responses"].get(table, [])
            owed = answer.get("UnprocessedKeys")
            if not owed:
                break
            pause(FIRST_PAUSE_SECONDS * 2**attempt)
        else:
            raise ThrottledError(f"{table}: keys left unread")


def write_items(
    client: DynamoDBClient, table: str, items: Sequence[Item], *, pause: Pause = time.sleep
) -> None:
    """Put items whose repetition does no harm; the caller sees to it that no key comes twice.

    Raises:
        ThrottledError: some were still unwritten after the last round.
    """
    for chunk in chunked(items, WRITE_AT_ONCE):
        owed: Any = {table: [{"PutRequest": {"Item": item}} for item in chunk]}
        for attempt in range(ROUNDS):
            with deliver_again_if_throttled(table):
                owed = client.batch_write_item(RequestItems=owed).get("UnprocessedItems")
            if not owed:
                break
            pause(FIRST_PAUSE_SECONDS * 2**attempt)
        else:
            raise ThrottledError(f"{table}: items left unwritten")


def queried_items(
    client: DynamoDBClient,
    table: str,
    **query: Any,  # noqa: ANN401 - the query's own parameters
) -> Iterator[Mapping[str, Any]]:
    """All items of one query, page by page."""
    start: dict[str, Any] = {}
    while True:
        with deliver_again_if_throttled(table):
            page = client.query(TableName=table, **query, **start)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
