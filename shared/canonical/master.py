"""Master data as the mapping reads it: effective-dated rules with versions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityRecord:
    """A hospital, clinic or distribution centre."""

    facility: str
    name: str
    zone: str
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRecord:
    """A department of a facility: who bears the cost and which ERP places stock moves between."""

    facility: str
    department: str
    cost_centre: str
    from_place: str
    to_place: str
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """An item of the ERP, at fixed cost."""

    item: str
    base_unit: str
    unit_cost: Decimal
    is_lot_controlled: bool = False
    is_serial_controlled: bool = False
    is_divisible: bool = False
    is_active: bool = True
    item_class: str = ""
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecord:
    """How many base units of this item one unit holds (UOM1.

    Item-specific, never a default of 1).
    """

    item: str
    unit: str
    numerator: int
    denominator: int
    valid_from: date
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeCodeRecord:
    """What a source's charge code stands for: an item and the unit one charge counts (USE2a)."""

    application: str
    charge_code: str
    item: str
    unit: str
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionRecord:
    """A project, grant or service line, valid from one accounting date to another (DIM1)."""

    kind: str
    code: str
    valid_from: date
    valid_to: date
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSourceRecord:
    """Which of several sources moves stock for a class of items in a facility (USE2a).

    The other sources' lines about such items are evidence. No record: every source moves stock.
    """

    facility: str
    item_class: str
    application: str
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSourceRecord:
    """A registered sender of webhooks, and where it wants to hear what became of its documents."""

    source: str
    tenant: str
    facilities: tuple[str, ...]
    status_url: str = ""
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """A place of the ERP in which a facility keeps stock, that its departments draw on."""

    place: str
    facility: str
    version: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRecord:
    """What a source's own name of a location stands for: a place of the ERP."""

    application: str
    location: str
    place: str
    version: str = "1"
