"""Master data in DynamoDB: every version of a record under its key, read as of a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from shared.aws.batches import write_items
from shared.aws.versioned_records import VersionedRecords, record_key, stored_version
from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    DimensionRecord,
    FacilityRecord,
    ItemRecord,
    UnitRecord,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MasterRecord: TypeAlias = (
    FacilityRecord | DepartmentRecord | ItemRecord | UnitRecord | ChargeCodeRecord | DimensionRecord
)


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

    def dimension(self, kind: str, code: str, *, as_of: str) -> DimensionRecord | None:
        """A project, grant or service line."""
        return self.records.newest(DimensionRecord, record_key("dimension", kind, code), as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterDataWriter:
    """Adds versions; nothing is edited (LAW5)."""

    client: DynamoDBClient
    table: str

    def put(self, records: Iterable[MasterRecord], *, recorded_at: datetime) -> int:
        """Add the records as known from `recorded_at` on; returns how many. Again does no harm.

        Workers keep what they read for `versioned_records.KEPT_SECONDS`: a change recorded that far
        ahead is seen by all of them at the same moment, whoever read what before.
        """
        items = {}
        for record in records:
            item = stored_version(_key_of(record), record, _version_of(record), recorded_at)
            items[item["pk"]["S"], item["sk"]["S"]] = item
        write_items(self.client, self.table, list(items.values()))
        return len(items)


def _key_of(record: MasterRecord) -> str:
    match record:
        case FacilityRecord():
            return record_key("facility", record.facility)
        case DepartmentRecord():
            return record_key("department", record.facility, record.department)
        case ItemRecord():
            return record_key("item", record.item)
        case UnitRecord():
            return record_key("unit", record.item, record.unit)
        case ChargeCodeRecord():
            return record_key("charge", record.application, record.charge_code)
        case DimensionRecord():
            return record_key("dimension", record.kind, record.code)
        case _:
            raise TypeError(f"{type(record).__name__} is no master record")


def _version_of(record: MasterRecord) -> str:
    """A unit has a version for each date from which it means something else."""
    if isinstance(record, UnitRecord):
        return f"{record.version}#{record.valid_from.isoformat()}"
    return record.version
