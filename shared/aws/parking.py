"""Parked lines in DynamoDB, beside the holds: a record, an entry under each key, a marker a key.

Nothing here is read through an index, which would lag and lose wake-ups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shared.aws.attributes import Item, stored, stored_item
from shared.aws.batches import queried_items, read_items, write_items
from shared.aws.parking_items import (
    MARKERS,
    entry_key,
    keys_partition,
    line_of,
    line_values,
    marker_key,
    record_key,
)
from shared.aws.refusals import deliver_again_if_throttled, is_failed_condition
from shared.canonical.parking import ParkedLine, ParkedState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARKED, RELEASED, OFFSET, CLOSED = (
    stored(state.value)
    for state in (ParkedState.PARKED, ParkedState.RELEASED, ParkedState.OFFSET, ParkedState.CLOSED)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoParkingLot:
    """Implements the ParkingLot port."""

    client: DynamoDBClient
    table: str

    def park(self, lines: Sequence[ParkedLine]) -> None:
        """Write each record as PARKED with its entries; a line OFFSET or CLOSED stays as it is.

        Records first: whoever finds an entry finds its record too, and never takes a line that is
        just being parked for one that is gone. Markers last: whoever removes a key's marker looks
        for entries afterwards and finds these, or removed it before it is written here.

        Raises:
            ThrottledError: some may be unwritten; parking them again completes them.
            ValueError: a payload does not fit into an item.
        """
        waiting = [line for line in lines if self._put_record(line)]
        self._enter([(key, line.line_id) for line in waiting for key in line.missing])

    def records(self, line_ids: Sequence[str]) -> Mapping[str, ParkedLine]:
        """The records of these lines, whatever their state; those never parked are left out."""
        keys = [stored_item(record_key(line_id)) for line_id in dict.fromkeys(line_ids)]
        found = [line_of(item) for item in read_items(self.client, self.table, keys)]
        return {line.line_id: line for line in found}

    def parked_on(self, key: str) -> Iterator[str]:
        """Ids of the lines with an entry under a key."""
        return self._sort_keys(keys_partition(key))

    def missing_keys(self) -> Iterator[str]:
        """Every key that something is parked on."""
        return self._sort_keys(MARKERS)

    def claim(self, line_id: str) -> ParkedLine | None:
        """PARKED or RELEASED becomes RELEASED; the record, or None if it is neither."""
        item = self._change(
            line_id,
            UpdateExpression="SET #state = :released",
            ConditionExpression="#state IN (:parked, :released)",
            ExpressionAttributeValues={":parked": PARKED, ":released": RELEASED},
        )
        return line_of(item) if item else None

    def offset(self, line_id: str, *, by: str) -> bool:
        """PARKED becomes OFFSET by a reversal; True again if the same reversal did it before."""
        item = self._change(
            line_id,
            UpdateExpression="SET #state = :offset, offset_by = :by",
            ConditionExpression="#state = :parked OR (#state = :offset AND offset_by = :by)",
            ExpressionAttributeValues={":parked": PARKED, ":offset": OFFSET, ":by": stored(by)},
        )
        return item is not None

    def close(self, line_id: str) -> bool:
        """PARKED becomes CLOSED; False if it was not parked."""
        item = self._change(
            line_id,
            UpdateExpression="SET #state = :closed",
            ConditionExpression="#state = :parked",
            ExpressionAttributeValues={":parked": PARKED, ":closed": CLOSED},
        )
        return item is not None

    def leave(self, key: str, line_id: str) -> None:
        """Remove a line's entry under a key, unless it is PARKED on it again.

        The key's marker goes with its last entry. Others may park meanwhile: what they need is
        looked for after each removal, and put back.
        """
        self._delete(entry_key(key, line_id))
        if self._waits_for(line_id, key):
            self._enter([(key, line_id)])
        elif not self._has_entries(key):
            self._delete(marker_key(key))
            if self._has_entries(key):
                self._mark([key])

    def _put_record(self, line: ParkedLine) -> bool:
        """Whether the line may wait: it was neither cancelled out nor closed."""
        may_wait = "attribute_not_exists(pk) OR #state IN (:parked, :released)"
        try:
            with deliver_again_if_throttled(self.table):
                self.client.put_item(
                    TableName=self.table,
                    Item=stored_item(line_values(line)),
                    ConditionExpression=may_wait,
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues={":parked": PARKED, ":released": RELEASED},
                )
        except ClientError as error:
            if is_failed_condition(error):
                return False
            raise
        return True

    def _enter(self, entries: Sequence[tuple[str, str]]) -> None:
        items = [stored_item(entry_key(key, line_id)) for key, line_id in dict.fromkeys(entries)]
        write_items(self.client, self.table, items)
        self._mark([key for key, _ in entries])

    def _mark(self, keys: Sequence[str]) -> None:
        items = [stored_item(marker_key(key)) for key in dict.fromkeys(keys)]
        write_items(self.client, self.table, items)

    def _change(self, line_id: str, **change: Any) -> Mapping[str, Any] | None:  # noqa: ANN401
        """The record after the change; None if somebody else was first or there is none."""
        try:
            with deliver_again_if_throttled(self.table):
                answer = self.client.update_item(
                    TableName=self.table,
                    Key=stored_item(record_key(line_id)),
                    ExpressionAttributeNames={"#state": "state"},
                    ReturnValues="ALL_NEW",
                    **change,
                )
        except ClientError as error:
            if is_failed_condition(error):
                return None
            raise
        return answer["Attributes"]

    def _waits_for(self, line_id: str, key: str) -> bool:
        line = self.records([line_id]).get(line_id)
        return line is not None and line.state is ParkedState.PARKED and key in line.missing

    def _has_entries(self, key: str) -> bool:
        with deliver_again_if_throttled(self.table):
            page = self.client.query(
                TableName=self.table, **_partition(keys_partition(key)), Limit=1
            )
        return bool(page["Items"])

    def _sort_keys(self, partition: str) -> Iterator[str]:
        for item in queried_items(self.client, self.table, **_partition(partition)):
            yield item["sk"]["S"]

    def _delete(self, key: Mapping[str, str]) -> None:
        with deliver_again_if_throttled(self.table):
            self.client.delete_item(TableName=self.table, Key=stored_item(key))


def _partition(name: str) -> dict[str, Any]:
    values: Item = {":partition": stored(name)}
    return {
        "KeyConditionExpression": "pk = :partition",
        "ExpressionAttributeValues": values,
        "ConsistentRead": True,
    }
