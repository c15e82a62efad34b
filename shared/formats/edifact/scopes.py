"""What the head of a message or one of its lines has gathered so far."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from shared.canonical.purchase_order import Schedule
from shared.canonical.ship_notice import Carrier, Load
from shared.canonical.trade import (
    Charge,
    Contact,
    Dated,
    ItemId,
    Party,
    PaymentTerms,
    Reference,
    Tax,
)
from shared.formats.edi.building import Gathered
from shared.formats.edi.invoice_sums import OPPOSITE

_NOTHING = Decimal(0)
_RANKS = {"AAA": 0, "INV": 1, "CAL": 2, "": 3, "AAB": 9}  # element 5125: net before gross
_OTHERS = 4


class Stated(NamedTuple):
    """A quantity by its qualifier (6063)."""

    kind: str
    number: Decimal
    unit: str


class Price(NamedTuple):
    """A price by its qualifier (5125); `basis` says what it is for."""

    kind: str
    number: Decimal | None
    basis: str

    @property
    def rank(self) -> int:
        """The smaller, the rather it is what is charged."""
        return _RANKS.get(self.kind, _OTHERS)


NO_PRICE = Price("", None, "")


class PartyScope:
    """A party whose segments are still coming."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.contacts: tuple[Contact, ...] = ()
        self.references: tuple[Reference, ...] = ()

    def made(self) -> Party:
        """The party."""
        if not (self.contacts or self.references):
            return self.party
        return replace(self.party, contacts=self.contacts, references=self.references)


class Scope(Gathered):
    """What the head or one line has gathered so far; `named` is what LIN itself names."""

    dates: tuple[Dated, ...]
    references: tuple[Reference, ...]
    ordered_on: date | None
    texts: tuple[str, ...]
    descriptions: tuple[str, ...]
    charges: tuple[Charge, ...]
    taxes: tuple[Tax, ...]
    terms: tuple[PaymentTerms, ...]
    parties: tuple[PartyScope, ...]
    currency: str
    named: tuple[ItemId, ...]
    ids: tuple[ItemId, ...]
    substitutes: tuple[ItemId, ...]
    quantities: tuple[Stated, ...]
    prices: tuple[Price, ...]
    amounts: tuple[tuple[str, Decimal], ...]
    scheduled: Stated | None  # a part of the line whose day has not come yet
    schedules: tuple[Schedule, ...]
    reasons: tuple[str, ...]
    loads: tuple[Load, ...]
    carriers: tuple[Carrier, ...]
    marks: tuple[tuple[str, str], ...]
    lots: tuple[str, ...]
    serials: tuple[str, ...]
    packaging_level: str

    def __init__(self) -> None:
        self.__dict__ = BLANK.copy()

    @property
    def price(self) -> Price:
        """The price that is charged, net before gross."""
        if len(self.prices) > 1:
            return min(self.prices, key=lambda each: each.rank)
        return self.prices[0] if self.prices else NO_PRICE

    def quantity(self, *kinds: str) -> Stated | None:
        """The quantity of the first kind that there is."""
        if len(self.quantities) == 1:
            only = self.quantities[0]
            return only if only.kind in kinds else None
        found = [each for each in self.quantities if each.kind in kinds]
        if len(found) > 1:
            return min(found, key=lambda each: kinds.index(each.kind))
        return found[0] if found else None

    def amount(self, *kinds: str) -> Decimal | None:
        """The amount of the first kind that there is."""
        stated = dict(reversed(self.amounts))
        return next((stated[kind] for kind in kinds if kind in stated), None)

    def day(self, *kinds: str) -> Dated | None:
        """The day of the first kind that there is."""
        return next((each for kind in kinds for each in self.dates if each.kind == kind), None)

    def reference(self, kind: str) -> Reference | None:
        """The first reference of a kind."""
        for each in self.references:
            if each.kind == kind:
                return each
        return None

    def people(self) -> tuple[Party, ...]:
        """The parties, each whole."""
        return tuple(party.made() for party in self.parties)


_SINGLE = {"ordered_on": None, "currency": "", "scheduled": None, "packaging_level": ""}
BLANK: dict[str, Any] = {**dict.fromkeys(Scope.__annotations__, ()), **_SINGLE}


def with_amount(charge: Charge, amount: Decimal) -> Charge:
    """A charge with its amount; a negative charge is an allowance (MAT7)."""
    kind = OPPOSITE.get(charge.kind, charge.kind) if amount < _NOTHING else charge.kind
    return replace(charge, kind=kind, amount=abs(amount))
