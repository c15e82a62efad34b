"""What a supplier asks money for, or gives back."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

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


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One line. Quantities are positive in an invoice and in a credit memo alike."""

    number: str
    quantity: Decimal | None
    unit: str = ""
    price: Decimal | None = None
    price_basis: str = ""
    ids: tuple[ItemId, ...] = ()
    description: str = ""
    purchase_order: str = ""
    purchase_order_line: str = ""
    dates: tuple[Dated, ...] = ()
    references: tuple[Reference, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    parties: tuple[Party, ...] = ()
    texts: tuple[str, ...] = ()
    ordinal: int = field(default=0, compare=False)
    byte: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An `invoice`, `credit_memo` or `debit_memo` (INV1, DUP2).

    The sign is normalised once: what a credit memo takes back is positive in it, and its kind says
    that it takes back.
    """

    number: str
    kind: str
    issued_on: date | None
    total: Decimal | None
    lines: tuple[InvoiceLine, ...]
    purchase_order: str = ""
    ordered_on: date | None = None
    release: str = ""
    purpose: str = ""
    currency: str = ""
    discountable: Decimal | None = None
    discounted: Decimal | None = None
    discount: Decimal | None = None
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    terms: tuple[PaymentTerms, ...] = ()
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    texts: tuple[str, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)
