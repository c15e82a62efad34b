"""What lies where: the facts that move or count stock, and the position they come to (PAR5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class StockCause(StrEnum):
    """Why stock is what it is."""

    OPENING = "opening"  # what the ERP had when we began to follow the place
    ISSUE = "issue"
    RETURN = "return"
    RECEIPT = "receipt"
    UPDATE = "update"  # a difference that a source told: waste, partial use, disposal
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFact:
    """One line's word on the stock of one item at one place of the ERP.

    `at` is when it happened: ISO 8601 in UTC, to the second. `quantity` is in base units: what was
    added, negative for what was taken; of a count, what lay there. A count without its lot of an
    item that is followed by lots `covers_all_lots`. `retracts` is the id of a fact that this one
    takes back. `is_booked`: the ERP's own stock has moved too.
    """

    fact_id: str
    tenant: str
    place: str
    item: str
    at: str
    cause: StockCause
    quantity: Decimal
    lot: str = ""
    covers_all_lots: bool = False
    document_id: str = ""
    content_hash: str = ""
    retracts: str = ""
    is_booked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a place held when we began to follow it.

    `since` is the first month (`YYYY-MM`) whose effects come on top; `facts` have the balance
    before it. They name the `attempt` as their document: others may have been cut off before.
    """

    tenant: str
    place: str
    since: str
    taken_at: str
    attempt: str
    facts: tuple[StockFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPosition:
    """So much of an item, and lot, lies at a place. Quantities are in base units.

    `booked` is what the ERP should have; `differing` says by cause why `on_hand` is another number:
    uses that are not posted yet, receipts and updates that the ERP is not told of, and what counts
    found. `counted_at` is the last count's time, empty if nobody counted.
    """

    place: str
    item: str
    lot: str
    on_hand: Decimal
    booked: Decimal
    differing: Mapping[StockCause, Decimal]
    counted_at: str = ""
