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
from shared.formats.edi.building import Gathered
from shared.formats.x12.vocabularies import PARTY_SCHEMES, ROLES


class Scope(Gathered):
    """What the head or one line has gathered so far; that of a line may have more of its noun."""

    dates: tuple[Dated, ...]
    references: tuple[Reference, ...]
    texts: tuple[str, ...]
    description: tuple[str, ...]  # its pieces
    charges: tuple[Charge, ...]
    taxes: tuple[Tax, ...]
    terms: tuple[PaymentTerms, ...]
    parties: tuple["PartyScope", ...]
    currency: str
    total: Decimal | None
    statuses: tuple[LineStatus, ...]
    schedules: tuple[Schedule, ...]
    marks: tuple[tuple[str, str], ...]
    loads: tuple[Load, ...]
    carriers: tuple[Carrier, ...]
    prices: tuple[CataloguePrice, ...]
    packs: tuple[Pack, ...]
    quantities: tuple[StockQuantity, ...]
    adjustments: tuple[Adjustment, ...]
    parts: Mapping[str, list[str]]  # of segments that come once, by tag

    def __init__(self) -> None:
        self.__dict__ = _NOTHING.copy()

    def people(self) -> tuple[Party, ...]:
        """The parties, each whole."""
        return tuple(party.made() for party in self.parties)


_SINGLE: dict[str, Any] = {"currency": "", "total": None, "parts": MappingProxyType({})}
_NOTHING: dict[str, Any] = {**dict.fromkeys(Scope.__annotations__, ()), **_SINGLE}


def blank(noun: type, **more: object) -> dict[str, Any]:
    """The facts of a line of which nothing is known yet, its description in pieces."""
    defaults = {each.name: each.default for each in fields(noun)}
    known = {name: None if each is MISSING else each for name, each in defaults.items()}
    return {**known, "description": (), **more}


def settle(facts: dict[str, Any]) -> None:
    """The line is whole: its description is in one piece, its parties have all that is theirs."""
    facts["description"] = " ".join(facts["description"])
    if facts["parties"]:
        facts["parties"] = tuple(party.made() for party in facts["parties"])


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
