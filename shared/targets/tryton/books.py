"""Tryton's own moves, ledger lines and stock, read for tie-out, lineage and what is on hand."""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from shared.ports.erp import BookedLine, BookedMove, StockOnHand
from shared.targets.tryton.client import PAGE, Row, TrytonClient
from shared.targets.tryton.references import (
    IDS_A_CALL,
    MOVE,
    Clause,
    OnMoves,
    Referencing,
    chunks,
    on_move,
)
from shared.targets.tryton.stock import stock_at

COST_CENTRE_ROOT: Final = "COST_CENTRE"
LARGEST_ID: Final = 2**31 - 1
_MOVE_FIELDS: Final = (
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
    """What one company's books say about our effects, whatever we believe we sent.

    `referencing` says where it keeps our references.
    """

    def __init__(self, client: TrytonClient, referencing: Referencing | None = None) -> None:
        self._client = client
        self._referencing = referencing or OnMoves()

    def moves(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedMove]:
        """Our done stock moves, in the order they were made."""
        fields = (*_MOVE_FIELDS, self._referencing.field)
        for domain in self._domains(period, references, of_origins=False):
            rows = self._client.rows(MOVE, domain, fields)
            while page := list(islice(rows, PAGE)):
                named = self._referencing.read(self._client, page)
                for row in page:
                    yield _move(row, named[row["id"]])

    def lines(
        self, *, period: str | None = None, references: Sequence[str] = ()
    ) -> Iterator[BookedLine]:
        """The posted general-ledger lines of these moves.

        A line belongs to the month of its move, so that one booked elsewhere is seen.
        """
        for domain in self._domains(period, references, of_origins=True):
            domain.append(["move.state", "=", "posted"])
            rows = self._client.rows("account.move.line", domain, _LINE_FIELDS)
            while page := list(islice(rows, PAGE)):
                named = self._references({_origin(row) for row in page})
                for row in page:
                    yield _line(row, named[_origin(row)])

    def references(self, number: str) -> tuple[str, ...]:
        """Our references behind a stock move's id, its document's, or a journal's number."""
        moves = [row["id"] for row in self._numbered(number)]
        journal = [*self._ours(of_origins=True), ["move.number", "=", number]]
        moves += map(_origin, self._client.rows("account.move.line", journal, ["move.origin"]))
        return tuple(dict.fromkeys(self._references(set(moves)).values()))

    def stock(self, place: str) -> Iterator[StockOnHand]:
        """What the done moves of the whole company, not ours alone, leave at a place."""
        return stock_at(self._client, place)

    def _numbered(self, number: str) -> Iterable[Row]:
        if not (number.isascii() and number.isdecimal()) or int(number) > LARGEST_ID:
            return ()
        domain = [*self._ours(of_origins=False), self._referencing.numbered(int(number))]
        return self._client.rows(MOVE, domain, [self._referencing.field])

    def _ours(self, *, of_origins: bool) -> list[object]:
        """What is done of ours in the company; posted, where it is of the general ledger."""
        return [
            ["company", "=", self._client.company],
            on_move("state", "=", "done", of_origins=of_origins),
            *([["move.state", "=", "posted"]] if of_origins else ()),
            self._referencing.all_ours(of_origins=of_origins),
        ]

    def _domains(
        self, period: str | None, references: Sequence[str], *, of_origins: bool
    ) -> Iterator[list[object]]:
        domain: list[object] = [
            ["company", "=", self._client.company],
            on_move("state", "=", "done", of_origins=of_origins),
            *_within(period, of_origins=of_origins),
        ]
        if not references:
            yield [*domain, self._referencing.all_ours(of_origins=of_origins)]
        for some in chunks(references, self._referencing.most_a_call):
            yield [*domain, self._referencing.any_of(some, of_origins=of_origins)]

    def _references(self, moves: set[int]) -> Mapping[int, str]:
        fields = (self._referencing.field,)
        rows = [
            row
            for some in chunks(sorted(moves), IDS_A_CALL)
            for row in self._client.rows(MOVE, [["id", "in", some]], fields)
        ]
        return self._referencing.read(self._client, rows)


def _within(period: str | None, *, of_origins: bool) -> Iterable[Clause]:
    if period is None:
        return ()
    first = dt.date.fromisoformat(f"{period}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return (
        on_move("effective_date", ">=", first, of_origins=of_origins),
        on_move("effective_date", "<=", last, of_origins=of_origins),
    )


def _move(row: Row, reference: str) -> BookedMove:
    lot = row["lot"]
    return BookedMove(
        erp_id=str(row["id"]),
        reference=reference,
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
