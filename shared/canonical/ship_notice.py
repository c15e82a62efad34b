"""What is on its way (ASN1): a shipment, its orders, packages and items, as a tree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.canonical.trade import BrokenLine, Dated, ItemId, Origin, Party, Reference


class Carrier(NamedTuple):
    """Who carries it, and how."""

    scac: str = ""
    mode: str = ""
    routing: str = ""
    equipment: str = ""


class Load(NamedTuple):
    """How much of it there is, as packages or weight."""

    packages: Decimal | None = None
    packaging: str = ""
    weight: Decimal | None = None
    weight_unit: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentNode:
    """A `shipment`, `order`, `tare`, `pack` or `item`; `parent` is the id of what it stands in.

    The tree is flat, parents before children, however deep it is. An item also says which order it
    belongs to and which packages it lies in, outermost first.
    """

    id: str
    parent: str
    level: str
    number: str = ""
    purchase_order: str = ""
    ordered_on: date | None = None
    packages: tuple[str, ...] = ()
    ids: tuple[ItemId, ...] = ()
    lot: str = ""
    serials: tuple[str, ...] = ()
    quantity: Decimal | None = None
    unit: str = ""
    ordered: Decimal | None = None
    ordered_unit: str = ""
    status: str = ""
    description: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    loads: tuple[Load, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    parties: tuple[Party, ...] = ()
    texts: tuple[str, ...] = ()
    ordinal: int = field(default=0, compare=False)
    byte: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipNotice:
    """An advance ship notice. It is no receipt (ASN2)."""

    number: str
    purpose: str
    created_on: date | None
    created_at: str
    structure: str
    nodes: tuple[ShipmentNode, ...]
    dates: tuple[Dated, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)

    def items(self) -> Iterator[ShipmentNode]:
        """What was shipped, without the boxes."""
        return (node for node in self.nodes if node.level == "item")
