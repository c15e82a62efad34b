"""StockReport: counts, receipts and updates of stock on their way to be mapped."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.stock import StockCause
from shared.canonical.trade import ItemId
from shared.canonical.usage import SourceSystem


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """One item at one location, in the source's own words.

    `key` is the intent key (USE2); a line that takes another back names its key in `reverses`. A
    count is never negative, another line is what was added, or taken if negative.
    """

    number: str
    key: tuple[str, ...]
    ids: tuple[ItemId, ...]
    location: str
    quantity: Decimal
    at: SourceTime
    position: Position
    unit: str = ""
    lot: str = ""
    serial: str = ""
    reverses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReport:
    """One document, or one chunk of a large one: `chunk` of `chunks`, both from 1.

    `cause` comes first: by it a queue tells such a document from others. The rest is as in
    SupplyUsage; lines that could not be read are held where the document was received.
    """

    cause: StockCause
    document_id: str
    message_id: str
    raw_key: str
    tenant: str
    facilities: tuple[str, ...]
    source: SourceSystem
    control_id: str
    received_at: str
    lines: tuple[StockLine, ...]
    chunk: int = 1
    chunks: int = 1
    released_at: str = ""

    def reduced_to(self, *lines: StockLine) -> Self:
        """The document as some of its lines carry it while they wait."""
        return replace(self, lines=lines)
