"""Which sets are read, by what grammar, and into which documents. A new one is a line here."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from shared.formats.edi.grammar import SetGrammar
from shared.formats.edi.tables import set_loop
from shared.formats.x12.building import SetBuilder
from shared.formats.x12.catalogues import CATALOGUE, STOCK, CatalogueBuilder, StockBuilder
from shared.formats.x12.details import Handlers
from shared.formats.x12.elements import elements_of
from shared.formats.x12.functional import FUNCTIONAL, FunctionalBuilder
from shared.formats.x12.invoices import INVOICE, InvoiceBuilder
from shared.formats.x12.orders import (
    ACKNOWLEDGEMENT,
    CHANGE,
    ORDER,
    AcknowledgementBuilder,
    ChangeBuilder,
    OrderBuilder,
)
from shared.formats.x12.remittances import REMITTANCE, RemittanceBuilder
from shared.formats.x12.segments import with_elements
from shared.formats.x12.sets import SETS
from shared.formats.x12.shipments import SHIPMENT, ShipmentBuilder

Codes = tuple[tuple[str, tuple[str, ...]], ...]


class SetKind(NamedTuple):
    """How one kind of set becomes a document; `lines` are the loops of its lines."""

    builder: type[SetBuilder]
    handlers: Handlers
    lines: tuple[str, ...]


KINDS: Mapping[str, SetKind] = MappingProxyType(
    {
        "810": SetKind(InvoiceBuilder, INVOICE, ("IT1",)),
        "820": SetKind(RemittanceBuilder, REMITTANCE, ("ENT/RMR", "RMR")),
        "832": SetKind(CatalogueBuilder, CATALOGUE, ("LIN",)),
        "846": SetKind(StockBuilder, STOCK, ("LIN",)),
        "850": SetKind(OrderBuilder, ORDER, ("PO1",)),
        "855": SetKind(AcknowledgementBuilder, ACKNOWLEDGEMENT, ("PO1",)),
        "856": SetKind(ShipmentBuilder, SHIPMENT, ("HL",)),
        "860": SetKind(ChangeBuilder, CHANGE, ("POC",)),
        "865": SetKind(AcknowledgementBuilder, ACKNOWLEDGEMENT, ("POC",)),
        "997": SetKind(FunctionalBuilder, FUNCTIONAL, ()),
        "999": SetKind(FunctionalBuilder, FUNCTIONAL, ()),
    }
)


@lru_cache(maxsize=64)
def grammar_of(kind: str, family: str, codes: Codes) -> SetGrammar:
    """The grammar of a set in 004 or 005, with the codes that a partner's profile adds."""
    elements = dict(elements_of(family))
    for number, added in codes:
        if number in elements and elements[number].codes:
            element = elements[number]
            elements[number] = element._replace(codes=element.codes | set(added))
    entry = KINDS[kind]
    return SetGrammar(
        set_loop(SETS[kind]), with_elements(elements), entry.handlers, last="SE", lines=entry.lines
    )
