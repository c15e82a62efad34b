"""What a source's item master says of an item: HL7 MFN^M16, FHIR InventoryItem, GUDID (USE1)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.canonical.usage import MalformedLine, SourceSystem


class ItemAction(StrEnum):
    """What is to be done with the record: HL7 MFE-1, FHIR InventoryItem.status."""

    ADD = "add"  # MAD
    UPDATE = "update"  # MUP
    DEACTIVATE = "deactivate"  # MDC, inactive
    REACTIVATE = "reactivate"  # MAC
    DELETE = "delete"  # MDL, entered-in-error
    STATE = "state"  # active, unknown: the item as it is, whether it was known or not


class ItemPack(NamedTuple):
    """A package: how many base units in it (PKG-4), what it costs (PKG-5), its own trade item."""

    unit: str
    quantity: Decimal | None = None
    price: Decimal | None = None
    gtin: str = ""


class ItemVendor(NamedTuple):
    """Who sells it, under which number, in which packages (VND, PKG)."""

    supplier: str
    number: str = ""
    name: str = ""
    packs: tuple[ItemPack, ...] = ()


class ItemPlace(NamedTuple):
    """How it is kept at one place (IVT)."""

    location: str
    bin: str = ""
    on_hand: Decimal | None = None
    reorder_point: Decimal | None = None
    reorder_quantity: Decimal | None = None
    is_consigned: bool | None = None
    reuse_cost: Decimal | None = None


class ItemLot(NamedTuple):
    """A lot or a single piece of it (IIM, InventoryItem.instance)."""

    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    location: str = ""
    quantity: Decimal | None = None


class ItemCharge(NamedTuple):
    """What one department charges for it instead (PCE)."""

    cost_centre: str
    charge_code: str = ""
    price: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ItemMasterRecord:
    """One item. What is not stated is "" or None: an absence changes nothing.

    `number` is by which the source knows the item (MFE-4, ITM-1). `status` is its own word for it
    (ITM-3, inventoryStatus). `ids` are the names of others: `manufacturer`, `supplier`, `gtin`, or
    under a code system as the source calls it. `deleted` are the members that the source says to
    take away (HL7 "").
    """

    number: str
    key: tuple[str, ...]
    action: ItemAction
    position: Position
    ids: tuple[ItemId, ...] = ()
    description: str = ""
    status: str = ""
    kinds: tuple[Coded, ...] = ()
    base_unit: str = ""
    charge_code: str = ""
    account: str = ""
    price: Decimal | None = None
    manufacturer: str = ""
    is_stocked: bool | None = None
    is_chargeable: bool | None = None
    is_taxable: bool | None = None
    is_reusable: bool | None = None
    is_expiring: bool | None = None
    is_lot_controlled: bool | None = None
    is_serial_controlled: bool | None = None
    expires: SourceTime | None = None
    procedures: tuple[Coded, ...] = ()
    vendors: tuple[ItemVendor, ...] = ()
    places: tuple[ItemPlace, ...] = ()
    lots: tuple[ItemLot, ...] = ()
    charges: tuple[ItemCharge, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ItemMasterUpdate:
    """The records of one message, in its order (MFI, MFE)."""

    number: str
    source: SourceSystem
    items: tuple[ItemMasterRecord, ...]
    stated_at: SourceTime | None = None
    malformed: tuple[MalformedLine, ...] = ()
