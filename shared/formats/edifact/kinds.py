"""Which messages are read, by what grammar, and into which documents. A new one is a line here."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from shared.formats.edi.grammar import SetGrammar
from shared.formats.edi.tables import set_loop
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.control import CONTROL, ControlBuilder
from shared.formats.edifact.details import Handlers
from shared.formats.edifact.elements import Codes, elements_of
from shared.formats.edifact.invoices import INVOICE, InvoiceBuilder
from shared.formats.edifact.messages import DIVIDER, MESSAGES, UNCOUNTED
from shared.formats.edifact.orders import (
    ACKNOWLEDGEMENT,
    ORDER,
    AcknowledgementBuilder,
    OrderBuilder,
)
from shared.formats.edifact.segments import with_elements
from shared.formats.edifact.shipments import SHIPMENT, ShipmentBuilder


class MessageKind(NamedTuple):
    """How one kind of message becomes a document; `lines` are the groups of its lines."""

    builder: type[MessageBuilder]
    handlers: Handlers
    lines: tuple[str, ...]


KINDS: Mapping[str, MessageKind] = MappingProxyType(
    {
        "CONTRL": MessageKind(ControlBuilder, CONTROL, ()),
        "DESADV": MessageKind(ShipmentBuilder, SHIPMENT, ("CPS/LIN", "CPS")),
        "INVOIC": MessageKind(InvoiceBuilder, INVOICE, ("LIN",)),
        "ORDERS": MessageKind(OrderBuilder, ORDER, ("LIN",)),
        "ORDRSP": MessageKind(AcknowledgementBuilder, ACKNOWLEDGEMENT, ("LIN",)),
    }
)


@lru_cache(maxsize=64)
def grammar_of(kind: str, directory: str, codes: Codes) -> SetGrammar:
    """The grammar of a message in D.96A or D.01B, with the codes that a partner's profile adds."""
    elements = elements_of(directory, codes)
    entry = KINDS[kind]
    return SetGrammar(
        set_loop(MESSAGES[kind], UNCOUNTED),
        with_elements(directory, elements),
        entry.handlers,
        last="UNT",
        lines=entry.lines,
        divider=DIVIDER,
    )
