"""Purchase orders, their changes, and what the supplier answers to both."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.canonical.trade import (
    BrokenLine,
    Charge,
    Dated,
    ItemId,
    Origin,
    Party,
    PaymentTerms,
    Reference,
    Tax,
)


class Schedule(NamedTuple):
    """A part of a line, when it is wanted or promised."""

    quantity: Decimal
    unit: str
    kind: str
    day: date


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of an order. `price_basis` says what the price is for, as `each` or `hundred`."""

    number: str
    quantity: Decimal | None
    unit: str = ""
    price: Decimal | None = None
    price_basis: str = ""
    ids: tuple[ItemId, ...] = ()
    description: str = ""
    dates: tuple[Dated, ...] = ()
    references: tuple[Reference, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    parties: tuple[Party, ...] = ()
    texts: tuple[str, ...] = ()
    ordinal: int = field(default=0, compare=False)
    byte: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One line of a change: what is to be done with the line (PO4), and what it says then."""

    change: str
    line: OrderLine
    quantity_left: Decimal | None = None


class LineStatus(NamedTuple):
    """What the supplier says of a line or of part of it (ACK2): `accepted`, `backordered`..."""

    status: str
    quantity: Decimal | None = None
    unit: str = ""
    date_kind: str = ""
    day: date | None = None
    ids: tuple[ItemId, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AcknowledgedLine:
    """One line of an acknowledgement; several statuses if the line is split (ACK3)."""

    line: OrderLine
    statuses: tuple[LineStatus, ...] = ()
    change: str = ""
    quantity_left: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """What stands above the lines of an order, its change and its acknowledgement."""

    number: str
    purpose: str
    kind: str = ""
    release: str = ""
    contract: str = ""
    ordered_on: date | None = None
    currency: str = ""
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    terms: tuple[PaymentTerms, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    texts: tuple[str, ...] = ()
    total: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """An order as sent or received."""

    head: OrderHead
    lines: tuple[OrderLine, ...]
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderChange:
    """A change of an order; `sequence` orders the changes of one order (PO4)."""

    head: OrderHead
    sequence: str
    changed_on: date | None
    lines: tuple[ChangeLine, ...]
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderAcknowledgement:
    """The supplier's answer to an order, or to a change where `sequence` says to which (ACK1).

    `verdict` speaks for the whole order: `accepted`, `rejected`, `with_detail_and_change`...
    """

    head: OrderHead
    verdict: str
    lines: tuple[AcknowledgedLine, ...]
    supplier_order: str = ""
    acknowledged_on: date | None = None
    sequence: str = ""
    answers_change: bool = False
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)
