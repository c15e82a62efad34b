"""Stock on hand when the books open: where each item lies, in which lots."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from infra.local.network.items import StockedItem
from infra.local.network.model import UNKNOWN_LOT, Lot, OpeningLine
from infra.local.network.sites import HOSPITALS

_EVERYWHERE = (*HOSPITALS, "CLINIC", "DC")
_EVERYDAY_ITEMS = 40  # kept in every storeroom
_SERIALS_HELD = 2


def opening_stock(
    rng: random.Random, items: Sequence[StockedItem], year: int
) -> tuple[tuple[Lot, ...], tuple[OpeningLine, ...]]:
    """Lots and what lies in them. Every lot-controlled item has the lot UNKNOWN, empty (LOT1)."""
    loose = [item.catalogue.item for item in items if not item.catalogue.is_lot_controlled]
    everyday = set(rng.sample(loose, _EVERYDAY_ITEMS))
    lots: list[Lot] = []
    lines: list[OpeningLine] = []
    for item in items:
        code = item.catalogue.item
        if item.catalogue.is_lot_controlled:
            lots.append(Lot(item=code, number=UNKNOWN_LOT, expires=None))
        for facility in _homes(rng, everyday=code in everyday):
            for lot, quantity in _stock_of(rng, item, year):
                if lot:
                    lots.append(lot)
                number = lot.number if lot else ""
                lines.append(
                    OpeningLine(item=code, place=f"{facility}-STO", lot=number, quantity=quantity)
                )
    return tuple(lots), tuple(lines)


def _homes(rng: random.Random, *, everyday: bool) -> tuple[str, ...]:
    if everyday:
        return _EVERYWHERE
    hospital = rng.choice(HOSPITALS)
    return (hospital, "DC") if rng.randrange(8) == 0 else (hospital,)


def _stock_of(
    rng: random.Random, item: StockedItem, year: int
) -> Iterator[tuple[Lot | None, Decimal]]:
    code = item.catalogue.item
    if item.catalogue.is_serial_controlled:
        for _ in range(_SERIALS_HELD):
            yield _lot(rng, code, f"SN{rng.randrange(10**8):08d}", year), Decimal(1)
        return
    quantity = Decimal(item.box * rng.randint(4, 40))
    if not item.catalogue.is_lot_controlled:
        yield None, quantity
        return
    yield _lot(rng, code, f"L{year % 100:02d}{rng.randrange(10**5):05d}", year), quantity


def _lot(rng: random.Random, item: str, number: str, year: int) -> Lot:
    """Most lots outlive the year, a few end in it."""
    return Lot(item=item, number=number, expires=date(year, 2, 1) + timedelta(rng.randrange(1200)))
