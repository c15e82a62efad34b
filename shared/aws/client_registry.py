"""Registered clients of the edge, in the master data table under a kind that no message writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shared.aws.batches import write_items
from shared.aws.envelope import MOST_FACILITY_BYTES, facilities_text
from shared.aws.versioned_records import VersionedRecords, record_key, sortable, stored_version
from shared.canonical.message import ClientScope
from shared.ports.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoClientRegistry:
    """Implements the ClientRegistry port."""

    records: VersionedRecords
    clock: Clock

    def scope_of(self, client_id: str) -> ClientScope | None:
        """A client's tenant and facilities; None if it is not registered."""
        key = record_key("client", client_id)
        return self.records.newest(ClientScope, key, sortable(self.clock.now()))


def register(
    client: DynamoDBClient, table: str, scope: ClientScope, *, recorded_at: datetime
) -> None:
    """Let a client speak for a tenant's facilities from `recorded_at` on.

    Without facilities it may speak for none.

    Raises:
        ValueError: so many facilities do not fit into the envelope of what the client will send.
    """
    if len(facilities_text(scope.facilities)) > MOST_FACILITY_BYTES:
        raise ValueError(f"client {scope.client_id} has more facilities than an envelope holds")
    key = record_key("client", scope.client_id)
    write_items(client, table, [stored_version(key, scope, "1", recorded_at)])
