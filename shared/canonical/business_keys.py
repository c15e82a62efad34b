"""By which numbers people know a purchase document, and how many lines it has.

Pure and of no format: the same for whatever a document was read from.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from shared.canonical.acknowledgement import FunctionalAcknowledgement, InterchangeAcknowledgement
from shared.canonical.catalogue import Catalogue, InventoryAdvice
from shared.canonical.invoice import Invoice
from shared.canonical.purchase_order import (
    PurchaseOrder,
    PurchaseOrderAcknowledgement,
    PurchaseOrderChange,
)
from shared.canonical.remittance import Remittance
from shared.canonical.ship_notice import ShipNotice
from shared.canonical.trade import BrokenLine

TradeDocument = (
    PurchaseOrder
    | PurchaseOrderChange
    | PurchaseOrderAcknowledgement
    | ShipNotice
    | Invoice
    | Remittance
    | Catalogue
    | InventoryAdvice
    | FunctionalAcknowledgement
    | InterchangeAcknowledgement
)
_ORDER = (("purchase_order", "head.number"),)
_NUMBERS: Mapping[type, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        PurchaseOrder: _ORDER,
        PurchaseOrderChange: _ORDER,
        PurchaseOrderAcknowledgement: (*_ORDER, ("supplier_order", "supplier_order")),
        ShipNotice: (("shipment", "number"),),
        Invoice: (("invoice", "number"), ("purchase_order", "purchase_order")),
        Remittance: (("payment", "trace"),),
        Catalogue: (("catalogue", "number"),),
        InventoryAdvice: (("stock_report", "number"),),
        FunctionalAcknowledgement: (("group", "group"),),
        InterchangeAcknowledgement: (("interchange", "interchange"),),
    }
)
_INVOICES = frozenset({"invoice", "credit_memo"})


class BusinessKey(NamedTuple):
    """One number, and what it is the number of: `purchase_order`, `invoice`, `shipment`..."""

    kind: str
    value: str


def business_keys(document: TradeDocument) -> tuple[BusinessKey, ...]:
    """Its own number first, then those of what it speaks of; each once, none empty."""
    keys = (BusinessKey(*each) for each in _keys(document))
    return tuple(dict.fromkeys(key for key in keys if key.value))


def line_count(document: TradeDocument) -> int:
    """How many lines could be read: boxes are none, the sets of an acknowledgement are."""
    match document:
        case ShipNotice():
            return sum(1 for _ in document.items())
        case Catalogue() | Remittance():
            return len(document.items)
        case FunctionalAcknowledgement():
            return len(document.sets)
        case InterchangeAcknowledgement():
            return 0
        case _:
            return len(document.lines)


def broken_lines(document: TradeDocument) -> tuple[BrokenLine, ...]:
    """The lines that could not be read."""
    return () if isinstance(document, InterchangeAcknowledgement) else document.broken


def _keys(document: TradeDocument) -> Iterator[tuple[str, str]]:
    for kind, path in _NUMBERS[type(document)]:
        yield kind, attrgetter(path)(document)
    match document:
        case ShipNotice():
            for node in document.nodes:
                yield "purchase_order", node.purchase_order
                yield "lot", node.lot
                yield from (("serial", serial) for serial in node.serials)
        case Invoice():
            yield from (("purchase_order", line.purchase_order) for line in document.lines)
        case Remittance():
            paid = (each for each in document.items if each.kind in _INVOICES)
            yield from (("invoice", each.number) for each in paid)
