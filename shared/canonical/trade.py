"""What every purchase document is made of: parties, ids, dates, references, charges, terms.

In our words where the meaning is known; a code that only the sender's guide explains stands as he
sent it, in capitals, as our own words never are. Units stand as sent: only the partner's table says
what they mean (UOM8).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.canonical.diagnostic import Diagnostic


class ItemId(NamedTuple):
    """One name of an item: `gtin` (14 digits, checked), `supplier`, `buyer`, `manufacturer`..."""

    scheme: str
    value: str


class Reference(NamedTuple):
    """A number by which somebody knows the thing: `supplier_order`, `tracking`, `department`..."""

    kind: str
    value: str
    text: str = ""


class Dated(NamedTuple):
    """When: `requested_delivery`, `shipped`, `expiry`...; `time` is HHMM or longer, or empty."""

    kind: str
    day: date
    time: str = ""


class Contact(NamedTuple):
    """Whom to ask, as kind and value: `telephone`, `email`, `fax`."""

    function: str
    name: str
    channels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who takes part: `buyer`, `supplier`, `ship_to`, `bill_to`, `remit_to`, `payer`..."""

    role: str
    name: str = ""
    id: str = ""
    scheme: str = ""
    more_names: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    contacts: tuple[Contact, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """An allowance or a charge; the amount is never negative, `kind` says which way it goes (MAT7).

    `is_tax` marks what came as a charge and is tax.
    """

    kind: str
    code: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    rate: Decimal | None = None
    quantity: Decimal | None = None
    unit: str = ""
    text: str = ""
    is_tax: bool = False

    @property
    def effect(self) -> Decimal:
        """What it adds to the total."""
        amount = self.amount or Decimal(0)
        return {"charge": amount, "allowance": -amount}.get(self.kind, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """One tax: its kind as sent, its amount or its percentage."""

    kind: str
    amount: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms:
    """When to pay, and what paying early is worth."""

    kind: str = ""
    basis: str = ""
    discount_percent: Decimal | None = None
    discount_due: date | None = None
    discount_days: str = ""
    net_due: date | None = None
    net_days: str = ""
    discount_amount: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a document stands: which interchange, group and set, from whom, since which byte.

    `format` is X12 or EDIFACT, `kind` the set as the sender calls it. Two documents are equal if
    they say the same, wherever they stand.
    """

    format: str
    kind: str
    version: str
    sender: str
    receiver: str
    interchange: str
    group: str
    control: str
    sent_on: str = ""
    is_test: bool = False
    byte: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLine:
    """A line that cannot be used: held with what is wrong with it, while the others go on."""

    number: str
    diagnostic: Diagnostic = field(compare=False)
