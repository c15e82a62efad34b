"""What one Tryton company has on hand at one place, by item and lot.

Tryton's own views of it are not exact: they tell stock without a lot only in one sum with all lots
of its item, and leave out done moves that are dated ahead of the company's day. So what they add up
is added up here: the balance that the last closed stock period keeps, and the done moves since.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from shared.errors import OutcomeUnknownError
from shared.ports.erp import StockOnHand
from shared.targets.tryton.client import Row, TrytonClient
from shared.targets.tryton.references import MOVE, Clause

PERIOD: Final = "stock.period"
CLOSED_BALANCE: Final = "stock.period.cache.lot"
# `internal_quantity` is in the item's own unit, whatever unit a move was made in.
_BALANCE_FIELDS: Final = ("internal_quantity", "product.code", "lot.number")
_MOVE_FIELDS: Final = (*_BALANCE_FIELDS, "from_location.code", "to_location.code")


def stock_at(client: TrytonClient, place: str) -> Iterator[StockOnHand]:
    """What lies at the place with this code, ordered by item and lot; what is 0 is left out.

    Raises:
        OutcomeUnknownError: no answer could be had, or stock was closed or reopened meanwhile.
        NotWrittenError: the ERP could not be reached or refused us.
    """
    closing = _last_closing(client)
    held: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row, quantity in _changes(client, place, closing):
        lot = row["lot"]
        if item := row["product"]["code"]:
            held[item, lot["number"] if lot else ""] += quantity
    if _last_closing(client) != closing:
        raise OutcomeUnknownError(f"{PERIOD}: stock was closed or reopened while it was read")
    for (item, number), quantity in sorted(held.items()):
        if quantity:
            yield StockOnHand(item=item, lot=number, quantity=quantity)


def _last_closing(client: TrytonClient) -> Row | None:
    domain = [["company", "=", client.company], ["state", "=", "closed"]]
    closings = client.rows(PERIOD, domain, ["date"])
    return max(closings, key=lambda closing: closing["date"], default=None)


def _changes(
    client: TrytonClient, place: str, closing: Row | None
) -> Iterator[tuple[Row, Decimal]]:
    """Each with what it adds at the place."""
    since: list[Clause] = []
    if closing is not None:  # no move of its day or before can be done any more
        since = [["effective_date", ">", closing["date"]]]
        domain = [["period", "=", closing["id"]], ["location.code", "=", place]]
        for row in client.rows(CLOSED_BALANCE, domain, _BALANCE_FIELDS):
            yield row, Decimal(row["internal_quantity"])
    for row in client.rows(MOVE, [*_done_at(client, place), *since], _MOVE_FIELDS):
        yield row, _sign(row, place) * Decimal(row["internal_quantity"])


def _done_at(client: TrytonClient, place: str) -> list[Clause]:
    ends = [[f"{end}.code", "=", place] for end in ("from_location", "to_location")]
    return [["company", "=", client.company], ["state", "=", "done"], ["OR", *ends]]


def _sign(row: Row, place: str) -> int:
    """Whether it comes in or goes out; neither, if both ends have this code."""
    return int(row["to_location"]["code"] == place) - int(row["from_location"]["code"] == place)
