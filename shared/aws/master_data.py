"""Master data in DynamoDB: every version of a record under its key, read as of a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from shared.aws.batches import write_items
from shared.aws.versioned_records import VersionedRecords, record_key, sortable, stored_version
from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    DimensionRecord,
    FacilityRecord,
    ItemRecord,
    LocationRecord,
    PlaceRecord,
    StockSourceRecord,
    UnitRecord,
    WebhookSourceRecord,
)
from shared.mapping.keys import name_of, readings_of
from shared.ports.clock import Clock
from shared.ports.master_data import MasterRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoMasterData:
    """Implements the MasterData port. What is found is kept for a minute, what is absent is not."""

    records: VersionedRecords

    def facility(self, facility: str, *, as_of: str) -> FacilityRecord | None:
        """A facility by its code."""
        return self.records.newest(FacilityRecord, record_key("facility", facility), as_of)

    def department(self, facility: str, department: str, *, as_of: str) -> DepartmentRecord | None:
        """A department of a facility."""
        key = record_key("department", facility, department)
        return self.records.newest(DepartmentRecord, key, as_of)

    def item(self, item: str, *, as_of: str) -> ItemRecord | None:
        """An item by the ERP's number."""
        return self.records.newest(ItemRecord, record_key("item", item), as_of)

    def unit(self, item: str, unit: str, *, on: date, as_of: str) -> UnitRecord | None:
        """The factor of a unit of an item that is valid on a date (UOM6)."""
        return self.records.newest(
            UnitRecord,
            record_key("unit", item, unit),
            as_of,
            rank=lambda record: record.valid_from if record.valid_from <= on else None,
        )

    def charge_code(
        self, application: str, charge_code: str, *, as_of: str
    ) -> ChargeCodeRecord | None:
        """A source's charge code."""
        key = record_key("charge", application, charge_code)
        return self.records.newest(ChargeCodeRecord, key, as_of)

    def place(self, place: str, *, as_of: str) -> PlaceRecord | None:
        """A stock place by the ERP's code."""
        return self.records.newest(PlaceRecord, record_key("place", place), as_of)

    def location(self, application: str, location: str, *, as_of: str) -> LocationRecord | None:
        """A source's name of a location."""
        key = record_key("location", application, location)
        return self.records.newest(LocationRecord, key, as_of)

    def dimension(self, kind: str, code: str, *, as_of: str) -> DimensionRecord | None:
        """A project, grant or service line."""
        return self.records.newest(DimensionRecord, record_key("dimension", kind, code), as_of)

    def stock_source(
        self, facility: str, item_class: str, *, as_of: str
    ) -> StockSourceRecord | None:
        """Which source moves stock for this class of items there; None if every source does."""
        key = record_key("stock", facility, item_class)
        return self.records.newest(StockSourceRecord, key, as_of, is_often_absent=True)

    def exists(self, key: str) -> bool:
        """Whether anything stands under a missing key, whenever it was recorded.

        Raises:
            ValueError: it is no key of master data.
        """
        return any(self.records.exists(record_key(*parts)) for parts in readings_of(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoWebhookSources:
    """Implements the WebhookSources port."""

    records: VersionedRecords
    clock: Clock

    def source(self, name: str) -> WebhookSourceRecord | None:
        """The source's registration as it stands now; None if it is not registered."""
        key = record_key("webhook", name)
        return self.records.newest(WebhookSourceRecord, key, sortable(self.clock.now()))


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoMasterDataWriter:
    """Implements the MasterDataWriter port: adds versions, edits nothing (LAW5)."""

    client: DynamoDBClient
    table: str

    def put(self, records: Iterable[MasterRecord], *, recorded_at: datetime) -> int:
        """Add the records as known from `recorded_at` on; returns how many. Again does no harm.

        Workers keep what they read for `versioned_records.KEPT_SECONDS`: a change recorded that far
        ahead is seen by all of them at the same moment, whoever read what before.
        """
        items = {}
        for record in records:
            item = stored_version(
                record_key(*name_of(record)), record, _version_of(record), recorded_at
            )
            items[item["pk"]["S"], item["sk"]["S"]] = item
        write_items(self.client, self.table, list(items.values()))
        return len(items)


def _version_of(record: MasterRecord) -> str:
    """A unit has a version for each date from which it means something else."""
    if isinstance(record, UnitRecord):
        return f"{record.version}#{record.valid_from.isoformat()}"
    return record.version
