"""What the head of a set or one of its lines has gathered so far."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.canonical.catalogue import CataloguePrice, Pack, StockQuantity
from shared.canonical.purchase_order import LineStatus, Schedule
from shared.canonical.remittance import Adjustment
from shared.canonical.ship_notice import Carrier, Load
from shared.canonical.trade import (
    Charge,
    Contact,
    Dated,
    Party,
    PaymentTerms,
    Reference,
    Tax,
)
from shared.formats.edi.bounds import DETAILS_LIMIT
from shared.formats.x12.vocabularies import PARTY_SCHEMES, ROLES


class Scope:
    """What the head or one line has gathered; most have little of it, so it begins empty.

    That of a line may begin with all the facts of its noun, which then is made of them as they are.
    """

    dates: tuple[Dated, ...] = ()
    references: tuple[Reference, ...] = ()
    texts: tuple[str, ...] = ()
    description: tuple[str, ...] = ()  # its pieces
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    terms: tuple[PaymentTerms, ...] = ()
    parties: tuple["PartyScope", ...] = ()
    currency = ""
    total: Decimal | None = None
    statuses: tuple[LineStatus, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    loads: tuple[Load, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    prices: tuple[CataloguePrice, ...] = ()
    packs: tuple[Pack, ...] = ()
    quantities: tuple[StockQuantity, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    parts: Mapping[str, list[str]] = MappingProxyType({})  # of segments that come once, by tag

    @property
    def is_overfull(self) -> bool:
        """Whether there is more of one kind of detail than any line has."""
        gathered = (each for each in vars(self).values() if isinstance(each, tuple))
        return any(len(each) > DETAILS_LIMIT for each in gathered)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "Scope":
        """A scope that gathers into these facts."""
        scope = cls()
        scope.__dict__ = facts
        return scope

    def facts(self) -> dict[str, Any]:
        """The facts of the line as its noun has them, its description in one piece."""
        facts = self.__dict__
        facts["description"] = " ".join(self.description)
        if self.parties:
            facts["parties"] = self.people()
        return facts

    def people(self) -> tuple[Party, ...]:
        """The parties, each whole."""
        return tuple(party.made() for party in self.parties)


def blank(noun: type) -> dict[str, Any]:
    """The facts of a line of which nothing is known yet, its description in pieces."""
    defaults = {each.name: each.default for each in fields(noun)}
    known = {name: None if each is MISSING else each for name, each in defaults.items()}
    return {**known, "description": ()}


class PartyScope:
    """A party whose segments are still coming."""

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        self.names: tuple[str, ...] = ()
        self.streets: tuple[str, ...] = ()
        self.place: list[str] = ["", "", "", "", ""]
        self.contacts: tuple[Contact, ...] = ()
        self.references: tuple[Reference, ...] = ()

    def made(self) -> Party:
        """The party."""
        return Party(
            role=ROLES.word(self.parts[1]),
            name=self.parts[2],
            id=self.parts[4],
            scheme=PARTY_SCHEMES.word(self.parts[3]),
            more_names=self.names,
            streets=self.streets,
            city=self.place[1],
            region=self.place[2],
            postal_code=self.place[3],
            country=self.place[4],
            contacts=self.contacts,
            references=self.references,
        )
