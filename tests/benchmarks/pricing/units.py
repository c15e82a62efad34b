"""What AWS counts: DynamoDB's request units by item sizes, and requests by pieces of 64 KB."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.contract.item_sizes import item_size

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
REQUEST_BYTES = 64 * 1024

Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A secondary index that carries whole items; items that lack a key attribute are not in it."""

    name: str
    keys: tuple[str, ...]

    def place_of(self, item: Item | None) -> tuple[object, ...] | None:
        """Where an item stands in this index; None if it does not."""
        if item is None or any(key not in item for key in self.keys):
            return None
        return tuple(str(item[key]) for key in self.keys)


def pieces(size: int, each: int) -> int:
    """How many pieces of `each` bytes are paid for `size` bytes: at least one."""
    return max(1, -(-size // each))


def table_write_units(old: Item | None, new: Item | None) -> int:
    """The larger of what stood there and what stands now decides; a refused write is paid too."""
    return max(_write_units(old), _write_units(new))


def index_write_units(index: Index, old: Item | None, new: Item | None) -> int:
    """Nothing if the index sees no change; two writes if the item moves in it."""
    before, after = index.place_of(old), index.place_of(new)
    if before == after:
        return 0 if before is None or old == new else table_write_units(old, new)
    left = 0 if before is None else _write_units(old)
    return left + (0 if after is None else _write_units(new))


def units_of_items(sizes: Iterable[int], *, is_consistent: bool) -> Decimal:
    """Items read by key: each is paid by itself, one that is absent like the smallest."""
    units = sum(pieces(size, READ_UNIT_BYTES) for size in sizes)
    return Decimal(units) if is_consistent else Decimal(units) / 2


def units_of_query(items: Sequence[Item], *, is_consistent: bool) -> Decimal:
    """Items of a query: their sum is paid, and an empty answer like the smallest."""
    return units_of_items([sum(map(item_size, items))], is_consistent=is_consistent)


def _write_units(item: Item | None) -> int:
    return pieces(item_size(item) if item else 0, WRITE_UNIT_BYTES)
