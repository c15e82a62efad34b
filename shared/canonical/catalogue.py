"""What a supplier sells at which price, and what lies in stock."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.canonical.trade import BrokenLine, Dated, ItemId, Origin, Party, Reference


class CataloguePrice(NamedTuple):
    """One price of an item: `contract`, `list`, `net`...; from `least` units on (PO3)."""

    kind: str
    price: Decimal | None
    least: Decimal | None = None
    unit: str = ""
    multiplier_kind: str = ""
    multiplier: Decimal | None = None
    basis: str = ""
    dates: tuple[Dated, ...] = ()


class Pack(NamedTuple):
    """How many of what make a package."""

    packs: str
    size: Decimal | None
    unit: str
    packaging: str = ""
    inner: str = ""


@dataclass(frozen=True, kw_only=True)
class CatalogueItem:
    """One item; all its prices are kept, and contract order chooses (PO3)."""

    number: str
    ids: tuple[ItemId, ...]
    description: str = ""
    action: str = ""
    prices: tuple[CataloguePrice, ...] = ()
    packs: tuple[Pack, ...] = ()
    dates: tuple[Dated, ...] = ()
    references: tuple[Reference, ...] = ()
    texts: tuple[str, ...] = ()
    ordinal: int = field(default=0, compare=False)
    byte: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A price catalogue or a change of one."""

    kind: str
    number: str
    purpose: str
    revision: str
    items: tuple[CatalogueItem, ...]
    currency: str = ""
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    texts: tuple[str, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)


class StockQuantity(NamedTuple):
    """How many: `available`, `on_hand`, `on_order`... by the partner's table."""

    kind: str
    quantity: Decimal | None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """One item at one place, perhaps of one lot."""

    number: str
    ids: tuple[ItemId, ...]
    quantities: tuple[StockQuantity, ...]
    description: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    dates: tuple[Dated, ...] = ()
    references: tuple[Reference, ...] = ()
    parties: tuple[Party, ...] = ()
    ordinal: int = field(default=0, compare=False)
    byte: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryAdvice:
    """What somebody says lies in stock."""

    number: str
    kind: str
    purpose: str
    stated_on: date | None
    stated_at: str
    lines: tuple[StockLine, ...]
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Dated, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    origin: Origin | None = field(default=None, compare=False)
