"""832 and 846: what is sold at which price, and what lies in stock."""

from types import MappingProxyType

from shared.canonical.catalogue import (
    Catalogue,
    CatalogueItem,
    CataloguePrice,
    InventoryAdvice,
    Pack,
    StockLine,
    StockQuantity,
)
from shared.canonical.trade import Dated, Origin
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edi.handling import alone, gathered, remembered
from shared.formats.making import made
from shared.formats.x12.building import SetBuilder, on_begin, on_count, on_line
from shared.formats.x12.details import COMMON, Handlers, dated, once
from shared.formats.x12.values import day_of, decimal_of
from shared.formats.x12.vocabularies import (
    CATALOGUE_KINDS,
    ITEM_ACTIONS,
    PRICE_BASES,
    PRICE_KINDS,
    PURPOSES,
    STOCK_KINDS,
    STOCK_REPORTS,
)

_IDS = 2
QUALIFIERS = frozenset(
    {
        *("VN", "VC", "VP", "IN", "BP", "PI", "MG", "MF", "UP", "EN", "UK", "UI", "UA", "UC", "U2"),
        *("N4", "ND", "HI", "LT", "SN", "SK", "HC", "CB", "ZZ", "PO", "PL"),
    }
)
_QUALIFIER_LENGTH = 2


class CatalogueBuilder(SetBuilder):
    """832."""

    def made_line(self, parts: list[str]) -> object:
        """An item with all its prices."""
        scope = self.scope
        ids = self.ids(parts, _IDS)
        if not ids:
            self.spoil(self.report("LINE_ID_MISSING", parts, self.at, field=3))
        return made(
            CatalogueItem,
            {
                "number": parts[1],
                "ids": ids,
                "description": " ".join(scope.description),
                "action": ITEM_ACTIONS.word(self.part("G53")[1]),
                "prices": scope.prices,
                "packs": scope.packs,
                "dates": scope.dates,
                "references": scope.references,
                "texts": scope.texts,
                "ordinal": self.at[0],
                "byte": self.at[1],
            },
        )

    def document(self, origin: Origin) -> object:
        """The catalogue; it has a number only if its sender gives it one."""
        begin, head = self.begin, self.head
        if not begin[0]:
            return None
        return Catalogue(
            kind=CATALOGUE_KINDS.word(begin[1]),
            number=begin[2],
            purpose=PURPOSES.word(begin[10]),
            revision=begin[4],
            items=tuple(self.lines),
            currency=head.currency,
            parties=head.people(),
            references=head.references,
            dates=head.dates,
            texts=head.texts,
            broken=self.broken_lines(),
            origin=origin,
        )


class StockBuilder(SetBuilder):
    """846."""

    def made_line(self, parts: list[str]) -> object:
        """An item and how many of it there are, by kind."""
        scope = self.scope
        ids = self.ids(parts, _IDS)
        if not ids:
            self.spoil(self.report("LINE_ID_MISSING", parts, self.at, field=3))
        if not scope.quantities:
            self.spoil(self.report("QUANTITY_MISSING", parts, self.at))
        return made(
            StockLine,
            {
                "number": parts[1],
                "ids": tuple(each for each in ids if each.scheme not in ("lot", "serial")),
                "quantities": scope.quantities,
                "description": " ".join(scope.description),
                "lot": next((each.value for each in ids if each.scheme == "lot"), ""),
                "serials": tuple(each.value for each in ids if each.scheme == "serial"),
                "dates": scope.dates,
                "references": scope.references,
                "parties": scope.people(),
                "ordinal": self.at[0],
                "byte": self.at[1],
            },
        )

    def document(self, origin: Origin) -> object:
        """The advice, if it has a number."""
        begin, head = self.begin, self.head
        if not begin[3]:
            return None
        return InventoryAdvice(
            number=begin[3],
            kind=STOCK_REPORTS.word(begin[2]),
            purpose=PURPOSES.word(begin[1]),
            stated_on=day_of(begin[4]),
            stated_at=begin[5],
            lines=tuple(self.lines),
            parties=head.people(),
            references=head.references,
            dates=head.dates,
            broken=self.broken_lines(),
            origin=origin,
        )


def on_item(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """LIN: an item begins.

    Some senders leave LIN01 out altogether, so that all ids stand one place to the left.
    """
    if p[1] in QUALIFIERS and len(p[2]) != _QUALIFIER_LENGTH:
        b.report("LINE_ID_SHIFTED", p, (ordinal, byte), field=1)
        p = [p[0], "", *p[1:]]
    on_line(b, p, ordinal, byte)


def price(p: list[str]) -> CataloguePrice:
    """CTP: one price of the item."""
    return CataloguePrice(
        kind=PRICE_KINDS.word(p[2]),
        price=decimal_of(p[3]),
        least=decimal_of(p[4]),
        unit=p[5].partition(COMPONENT)[0],
        multiplier_kind=p[6],
        multiplier=decimal_of(p[7]),
        basis=PRICE_BASES.word(p[9]),
    )


def add_price_date(b: SetBuilder, value: Dated) -> None:
    """DTM of the price above."""
    if b.scope.prices:
        *others, last = b.scope.prices
        b.scope.prices = (*others, last._replace(dates=(*last.dates, value)))


def pack(p: list[str]) -> Pack:
    """PO4."""
    return Pack(p[1], decimal_of(p[2]), p[3], p[4], p[14])


def on_quantity(b: StockBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """QTY: what kind of stock it is, by the partner's own table first."""
    kind = b.profile.stock_kinds.get(p[1]) or STOCK_KINDS.word(p[1])
    unit = p[3].partition(COMPONENT)[0]
    b.scope.quantities += (StockQuantity(kind, b.number(p, 2), unit),)


def on_unit(b: StockBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """UIT: the unit of the quantities above that have none."""
    unit = p[1].partition(COMPONENT)[0]
    b.scope.quantities = tuple(
        each if each.unit else each._replace(unit=unit) for each in b.scope.quantities
    )


CATALOGUE: Handlers = MappingProxyType(
    {
        **COMMON,
        "BCT": on_begin,
        "LIN/LIN": on_item,
        "G53": once,
        "PO4": gathered(alone(pack), "packs"),
        "CTP/CTP": gathered(alone(price), "prices"),
        "CTP/DTM": remembered(dated, add_price_date),
        "CTT/CTT": on_count,
    }
)
STOCK: Handlers = MappingProxyType(
    {
        **COMMON,
        "BIA": on_begin,
        "LIN/LIN": on_item,
        "QTY/QTY": on_quantity,
        "QTY/UIT": on_unit,
        "QTY/DTM": COMMON["DTM"],
        "QTY/N1/N1": COMMON["N1/N1"],
        "QTY/N1/N2": COMMON["N1/N2"],
        "QTY/N1/N3": COMMON["N1/N3"],
        "QTY/N1/N4": COMMON["N1/N4"],
        "CTT/CTT": on_count,
    }
)
