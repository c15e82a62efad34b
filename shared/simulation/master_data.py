"""Master data in memory: every version, read as of a moment, without a cache."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

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
from shared.simulation.clock import VirtualClock

__all__ = ["MasterRecord", "SimulatedMasterData", "SimulatedWebhookSources"]

RecordType = TypeVar("RecordType", bound=MasterRecord)


Version = tuple[datetime, MasterRecord]


@dataclass(slots=True)
class SimulatedMasterData:
    """Implements the MasterData port. `by_name` holds the versions of each record, as entered."""

    by_name: dict[tuple[str, ...], list[Version]] = field(default_factory=dict)

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version of every record."""
        return tuple(version for standing in self.by_name.values() for version in standing)

    def put(self, records: Iterable[MasterRecord], *, recorded_at: datetime) -> int:
        """Add the records as known from `recorded_at` on; returns how many. Again does no harm."""
        added = list(records)
        for record in added:
            standing = self.by_name.setdefault(name_of(record), [])
            if (recorded_at, record) not in standing:
                standing.append((recorded_at, record))
        return len(added)

    def facility(self, facility: str, *, as_of: str) -> FacilityRecord | None:
        """A facility by its code."""
        return self._newest(FacilityRecord, ("facility", facility), as_of)

    def department(self, facility: str, department: str, *, as_of: str) -> DepartmentRecord | None:
        """A department of a facility."""
        return self._newest(DepartmentRecord, ("department", facility, department), as_of)

    def item(self, item: str, *, as_of: str) -> ItemRecord | None:
        """An item by the ERP's number."""
        return self._newest(ItemRecord, ("item", item), as_of)

    def unit(self, item: str, unit: str, *, on: date, as_of: str) -> UnitRecord | None:
        """The factor of a unit of an item that is valid on a date (UOM6)."""
        known = self._known(UnitRecord, ("unit", item, unit), as_of)
        valid = [record for record in known if record.valid_from <= on]
        return max(valid, key=lambda record: record.valid_from, default=None)

    def charge_code(
        self, application: str, charge_code: str, *, as_of: str
    ) -> ChargeCodeRecord | None:
        """A source's charge code."""
        return self._newest(ChargeCodeRecord, ("charge", application, charge_code), as_of)

    def place(self, place: str, *, as_of: str) -> PlaceRecord | None:
        """A stock place by the ERP's code."""
        return self._newest(PlaceRecord, ("place", place), as_of)

    def location(self, application: str, location: str, *, as_of: str) -> LocationRecord | None:
        """A source's name of a location."""
        return self._newest(LocationRecord, ("location", application, location), as_of)

    def dimension(self, kind: str, code: str, *, as_of: str) -> DimensionRecord | None:
        """A project, grant or service line."""
        return self._newest(DimensionRecord, ("dimension", kind, code), as_of)

    def stock_source(
        self, facility: str, item_class: str, *, as_of: str
    ) -> StockSourceRecord | None:
        """Which source moves stock for this class of items there; None if every source does."""
        return self._newest(StockSourceRecord, ("stock", facility, item_class), as_of)

    def exists(self, key: str) -> bool:
        """Whether anything stands under a missing key, whenever it was recorded.

        Raises:
            ValueError: it is no key of master data.
        """
        return any(parts in self.by_name for parts in readings_of(key))

    def _newest(
        self, model: type[RecordType], name: tuple[str, ...], as_of: str
    ) -> RecordType | None:
        return next(iter(self._known(model, name, as_of)), None)

    def _known(
        self, model: type[RecordType], name: tuple[str, ...], as_of: str
    ) -> list[RecordType]:
        """What was known at a moment, the newest first."""
        standing = self.by_name.get(name)
        if not standing:
            return []
        moment = datetime.fromisoformat(as_of)
        known = [
            (since, record)
            for since, record in standing
            if since <= moment and isinstance(record, model)
        ]
        if len(known) > 1:
            known.sort(key=lambda version: (version[0], version[1].version), reverse=True)
        return [record for _, record in known]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedWebhookSources:
    """Implements the WebhookSources port on the same records."""

    master: SimulatedMasterData = field(default_factory=SimulatedMasterData)
    clock: Clock = field(default_factory=VirtualClock)

    def source(self, name: str) -> WebhookSourceRecord | None:
        """The source's registration as it stands now; None if it is not registered."""
        known = [
            (since, record.version, record)
            for since, record in self.master.versions
            if isinstance(record, WebhookSourceRecord)
            and record.source == name
            and since <= self.clock.now()
        ]
        return max(known, key=lambda version: version[:2])[2] if known else None
