"""Which facts the rows of each kind of file have: data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.formats.flatfile.profile import FileKind

HIDDEN = frozenset({"case", "patient"})  # tokens at the edge (USE9)
UNITS = frozenset({"unit", "pack_unit"})
TIMES = frozenset({"time", "expires"})
NUMBERS = frozenset(
    {
        *("quantity", "price", "pack_quantity", "pack_price", "reorder_point"),
        "reorder_quantity",
    }
)
TEXTS = frozenset({"description"})  # prose: longer than an identifier may be


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFacts:
    """`required` every row states, by a column or a constant; `identity` only by a column.

    `why` is the rule that asks for the identity.
    """

    identity: tuple[str, ...]
    required: tuple[str, ...]
    others: frozenset[str]
    why: str

    @property
    def known(self) -> frozenset[str]:
        """Every fact that a row may have."""
        return frozenset((*self.identity, *self.required)) | self.others


KINDS: Mapping[FileKind, KindFacts] = MappingProxyType(
    {
        FileKind.USAGE: KindFacts(
            identity=("transaction",),
            required=("item", "quantity", "time"),
            others=frozenset(
                {
                    *("line", "kind", "facility", "department", "unit", "lot", "serial", "case"),
                    *("patient", "project", "grant", "service_line", "original_transaction"),
                    "original_line",
                }
            ),
            why="without a transaction column no row has an identity (USE2)",
        ),
        FileKind.ITEMS: KindFacts(
            identity=("item",),
            required=(),
            others=frozenset(
                {
                    *("facility", "description", "action", "unit", "gtin", "manufacturer"),
                    *("manufacturer_item", "supplier", "supplier_item", "pack_unit", "price"),
                    *("pack_quantity", "pack_price", "location", "bin", "reorder_point"),
                    *("reorder_quantity", "account", "charge_code", "status"),
                }
            ),
            why="without an item column no row has an identity (ITM1)",
        ),
        FileKind.COUNTS: KindFacts(
            identity=("transaction",),
            required=("item", "quantity", "time"),
            others=frozenset(
                {
                    *("line", "facility", "unit", "lot", "serial", "location", "expires", "gtin"),
                    *("description", "status"),
                }
            ),
            why="without the number of the count no row has an identity (USE2)",
        ),
    }
)
