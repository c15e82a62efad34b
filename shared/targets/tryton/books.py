"""Tryton's own stock moves and general-ledger lines, read for tie-out and lineage."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final, TypeVar

from shared.ports.erp import BookedLine, BookedMove
from shared.targets.tryton.client import PAGE, Row, TrytonClient

Value = TypeVar("Value")
Clause = list[object]
On = Callable[[str, str, object], Clause]

OURS: Final = "LW%"
COST_CENTRE_ROOT: Final = "COST_CENTRE"
# A domain travels in the address of the request, and gunicorn takes 4,094 characters of it.
REFERENCES_A_CALL: Final = 40
IDS_A_CALL: Final = 150

_MOVE_FIELDS: Final = (
    "integration_ref",
    "quantity",
    "effective_date",
    "product.code",
    "lot.number",
    "from_location.code",
    "to_location.code",
)
_LINE_FIELDS: Final = (
    "debit",
    "credit",
    "account.code",
    "move.number",
    "move.date",
    "move.origin",
    "move.period.start_date",
    "analytic_lines.account.code",
    "analytic_lines.account.root.code",
)


class TrytonBooks:
    """What one company's books say about our effects, whatever we believe we sent."""

    def __init__(self, client: TrytonClient) -> None:
        self._client = client

    def moves(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedMove]:
        """Our done stock moves, in the order they were made."""
        for domain in self._domains(period, references, _on_move):
            domain.append(["state", "=", "done"])
            for row in self._client.rows("stock.move", domain, _MOVE_FIELDS):
                yield _move(row)

    def lines(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedLine]:
        """The posted general-ledger lines of these moves.

        A line belongs to the month of its move, so that one booked elsewhere is seen.
        """
        for domain in self._domains(period, references, _on_origin):
            domain += [_on_origin("state", "=", "done"), ["move.state", "=", "posted"]]
            rows = self._client.rows("account.move.line", domain, _LINE_FIELDS)
            while page := list(islice(rows, PAGE)):
                named = self._references({_origin(row) for row in page})
                for row in page:
                    yield _line(row, named[_origin(row)])

    def _domains(
        self, period: str | None, references: Sequence[str], on: On
    ) -> Iterator[list[object]]:
        domain: list[object] = [["company", "=", self._client.company], *_within(period, on)]
        if not references:
            yield [*domain, on("integration_ref", "like", OURS)]
        for some in _chunks(references, REFERENCES_A_CALL):
            yield [*domain, on("integration_ref", "in", some)]

    def _references(self, moves: set[int]) -> dict[int, str]:
        return {
            row["id"]: row["integration_ref"]
            for some in _chunks(sorted(moves), IDS_A_CALL)
            for row in self._client.rows("stock.move", [["id", "in", some]], ("integration_ref",))
        }


def _on_move(field: str, operator: str, value: object) -> Clause:
    return [field, operator, value]


def _on_origin(field: str, operator: str, value: object) -> Clause:
    return [f"move.origin.{field}", operator, value, "stock.move"]


def _within(period: str | None, on: On) -> Iterable[Clause]:
    if period is None:
        return ()
    first = dt.date.fromisoformat(f"{period}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return (on("effective_date", ">=", first), on("effective_date", "<=", last))


def _chunks(values: Sequence[Value], size: int) -> Iterator[list[Value]]:
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


def _move(row: Row) -> BookedMove:
    lot = row["lot"]
    return BookedMove(
        erp_id=str(row["id"]),
        reference=row["integration_ref"],
        item=row["product"]["code"],
        quantity=Decimal(row["quantity"]),
        lot=lot["number"] if lot else "",
        from_place=row["from_location"]["code"],
        to_place=row["to_location"]["code"],
        on=row["effective_date"],
    )


def _line(row: Row, reference: str) -> BookedLine:
    move = row["move"]
    return BookedLine(
        erp_id=str(row["id"]),
        reference=reference,
        journal=move["number"],
        account=row["account"]["code"],
        amount=row["debit"] - row["credit"],
        on=move["date"],
        period=f"{move['period']['start_date']:%Y-%m}",
        cost_centre=_cost_centre(row),
    )


def _origin(row: Row) -> int:
    _, _, number = row["move"]["origin"].partition(",")
    return int(number)


def _cost_centre(row: Row) -> str:
    for analytic in row["analytic_lines"]:
        account = analytic["account"]
        if account["root"]["code"] == COST_CENTRE_ROOT:
            return str(account["code"])
    return ""
