"""Rules that people keep: cross references, units, departments, dimensions."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

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


class MasterData(Protocol):
    """Look-ups as the rules stood at `as_of` (ISO 8601, UTC): later versions are not seen.

    None if absent.
    """

    def facility(self, facility: str, *, as_of: str) -> FacilityRecord | None:
        """A facility by its code."""
        ...

    def department(self, facility: str, department: str, *, as_of: str) -> DepartmentRecord | None:
        """A department of a facility."""
        ...

    def item(self, item: str, *, as_of: str) -> ItemRecord | None:
        """An item by the ERP's number."""
        ...

    def unit(self, item: str, unit: str, *, on: date, as_of: str) -> UnitRecord | None:
        """The factor of a unit of an item that is valid on a date (UOM6)."""
        ...

    def charge_code(
        self, application: str, charge_code: str, *, as_of: str
    ) -> ChargeCodeRecord | None:
        """A source's charge code."""
        ...

    def place(self, place: str, *, as_of: str) -> PlaceRecord | None:
        """A stock place by the ERP's code."""
        ...

    def location(self, application: str, location: str, *, as_of: str) -> LocationRecord | None:
        """A source's name of a location."""
        ...

    def dimension(self, kind: str, code: str, *, as_of: str) -> DimensionRecord | None:
        """A project, grant or service line."""
        ...

    def stock_source(
        self, facility: str, item_class: str, *, as_of: str
    ) -> StockSourceRecord | None:
        """Which source moves stock for this class of items there; None if every source does."""
        ...

    def exists(self, key: str) -> bool:
        """Whether anything stands under a missing key (`kind#part#part`), whenever it was recorded.

        Read consistently, and past every memory: this is what a parker asks after it has parked.
        """
        ...


MasterRecord = (
    FacilityRecord
    | DepartmentRecord
    | ItemRecord
    | UnitRecord
    | ChargeCodeRecord
    | DimensionRecord
    | LocationRecord
    | PlaceRecord
    | StockSourceRecord
    | WebhookSourceRecord
)


class MasterDataWriter(Protocol):
    """Adds versions of records; nothing is edited (LAW5)."""

    def put(self, records: Iterable[MasterRecord], *, recorded_at: datetime) -> int:
        """Add the records as known from `recorded_at` on; returns how many."""
        ...
