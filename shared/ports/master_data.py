"""Rules that people keep: cross references, units, departments, dimensions."""

from datetime import date
from typing import Protocol

from shared.canonical.master import (
    ChargeCodeRecord,
    DepartmentRecord,
    DimensionRecord,
    FacilityRecord,
    ItemRecord,
    UnitRecord,
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

    def dimension(self, kind: str, code: str, *, as_of: str) -> DimensionRecord | None:
        """A project, grant or service line."""
        ...
