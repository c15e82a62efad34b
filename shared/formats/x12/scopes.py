"""What the head of a set or one of its lines has gathered so far."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

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
    """What the head or one line has gathered; most have little of it, so it begins empty."""

    dates: tuple[Dated, ...] = ()
    references: tuple[Reference, ...] = ()
    texts: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
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

    @property
    def description(self) -> str:
        """The descriptions in their order, as one text."""
        return " ".join(self.descriptions)

    def people(self) -> tuple[Party, ...]:
        """The parties, each whole."""
        return tuple(party.made() for party in self.parties)


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
