"""Our positions beside the ERP's own stock: how much of each difference is explained. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.canonical.stock import StockCause, StockPosition
from shared.ports.erp import StockOnHand

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """One item and lot of a place: what lies there, what the ERP has, and why they differ.

    `unexplained` is what the ERP has beyond its opening and what we posted since.
    """

    item: str
    lot: str
    on_hand: Decimal
    in_erp: Decimal
    differing: Mapping[StockCause, Decimal]
    counted_at: str
    unexplained: Decimal


def compared(
    positions: Iterable[StockPosition], held: Iterable[StockOnHand]
) -> tuple[StockRow, ...]:
    """A row for each item and lot of one place that either side knows, in their order."""
    ours = {(each.item, each.lot): each for each in positions}
    theirs: dict[tuple[str, str], Decimal] = {}
    for each in held:
        key = each.item, each.lot
        theirs[key] = theirs.get(key, NOTHING) + each.quantity
    return tuple(
        _row(key, ours.get(key), theirs.get(key, NOTHING))
        for key in sorted(ours.keys() | theirs.keys())
    )


def _row(key: tuple[str, str], ours: StockPosition | None, in_erp: Decimal) -> StockRow:
    item, lot = key
    return StockRow(
        item=item,
        lot=lot,
        on_hand=ours.on_hand if ours else NOTHING,
        in_erp=in_erp,
        differing=ours.differing if ours else {},
        counted_at=ours.counted_at if ours else "",
        unexplained=in_erp - (ours.booked if ours else NOTHING),
    )
