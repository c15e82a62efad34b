"""What a hospital network consists of: its master data, and what only its ERP holds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

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
from shared.canonical.message import ClientScope

UNKNOWN_LOT = "UNKNOWN"


class PlaceKind(StrEnum):
    """What a stock place is for."""

    STORAGE = "storage"
    PAR = "par"  # a department's own shelf
    USED = "used"  # where consumed stock goes


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the ERP that stock moves between."""

    code: str
    name: str
    facility: str
    kind: PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedName:
    """A cost centre, project, grant or service line as the ERP lists it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRole:
    """What a general-ledger account is for, and its code in the chart."""

    role: str
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Somebody the network buys from."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """An item as the ERP's catalogue has it; `udi_di` is a GTIN-14."""

    item: str
    name: str
    family: str
    base_unit: str
    unit_cost: Decimal
    is_lot_controlled: bool
    is_serial_controlled: bool
    is_active: bool
    udi_di: str
    supplier: str
    supplier_part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot of an item, or one serial of an implant. The lot UNKNOWN has no expiry (LOT1)."""

    item: str
    number: str
    expires: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLine:
    """Stock on hand when the books open, in base units."""

    item: str
    place: str
    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A whole health system on the last day before `year`.

    The canonical records are what mapping reads; everything after `clients` only the ERP holds.
    `charge_codes` are the EHR's own; `number_codes` those of sources that speak of items by the
    ERP's numbers. Where webhook sources want to hear news depends on where they run: not here.
    Project, grant and service-line names stand in `projects`, `grants` and `service_lines`; their
    validity in `dimensions`.
    """

    seed: int
    year: int
    tenant: str
    facilities: tuple[FacilityRecord, ...]
    departments: tuple[DepartmentRecord, ...]
    stock_places: tuple[PlaceRecord, ...]
    locations: tuple[LocationRecord, ...]
    items: tuple[ItemRecord, ...]
    units: tuple[UnitRecord, ...]
    charge_codes: tuple[ChargeCodeRecord, ...]
    number_codes: tuple[ChargeCodeRecord, ...]
    dimensions: tuple[DimensionRecord, ...]
    stock_sources: tuple[StockSourceRecord, ...]
    webhook_sources: tuple[WebhookSourceRecord, ...]
    clients: tuple[ClientScope, ...]
    company: str
    accounts: tuple[AccountRole, ...]
    cost_centres: tuple[CodedName, ...]
    projects: tuple[CodedName, ...]
    grants: tuple[CodedName, ...]
    service_lines: tuple[CodedName, ...]
    places: tuple[Place, ...]
    suppliers: tuple[Supplier, ...]
    catalogue: tuple[CatalogueItem, ...]
    lots: tuple[Lot, ...]
    opening_stock: tuple[OpeningLine, ...]

    @property
    def opening_date(self) -> date:
        """The day on which opening stock is booked.

        The day before the year, so that the year's periods hold only what happened in it.
        """
        return date(self.year - 1, 12, 31)
