"""What was paid, and for which invoices. Bank accounts are not carried."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.canonical.trade import BrokenLine, Dated, Origin, Party, Reference


class Adjustment(NamedTuple):
    """Why an amount differs."""

    amount: Decimal | None
    reason: str
    kind: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class PaidItem:
    """One `invoice`, `credit_memo` or other thing that is paid."""

    kind: str
    number: str
    paid: Decimal | None
    gross: Decimal | None = None
    discount: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    ordinal: int = field(default=0, compare=False)
    byte: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """A payment, or the notice of one; `is_credit` says that the payee gets the amount."""

    handling: str
    amount: Decimal | None
    is_credit: bool
    method: str
    format: str
    settles_on: date | None
    trace: str
    items: tuple[PaidItem, ...]
    currency: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    texts: tuple[str, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)
