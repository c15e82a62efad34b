"""Tie-out (TIE1): what we expect in the ERP's books against what stands there, to the cent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import EffectState, LedgerEntry
from shared.ports.erp import BookedLine, BookedMove

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The general-ledger accounts that usage moves between: expense is debited, stock credited."""

    expense: str
    stock: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Row:
    """One line of the tie-out. The stock account carries no cost centre."""

    facility: str
    cost_centre: str
    account: str
    on: date
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that does not agree, named: which, where, what we expect and what stands there."""

    kind: str
    reference: str
    where: str
    expected: str
    booked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TieOut:
    """The result: `rows` is expected and booked by row; all ties out if nothing differs."""

    rows: Mapping[Row, tuple[Decimal, Decimal]]
    differences: tuple[Difference, ...]
    effects: int
    documents: int
    moves: int

    @property
    def unexplained(self) -> Decimal:
        """Sum of the absolute differences by row, in the ledger's currency."""
        return sum((abs(expected - booked) for expected, booked in self.rows.values()), ZERO)


def tie_out(
    posted: Mapping[str, LedgerEntry],
    moves: Iterable[BookedMove],
    lines: Iterable[BookedLine],
    accounts: Accounts,
) -> TieOut:
    """Compare by document, then by row.

    Args:
        posted: Ledger entries by our reference; only DONE ones are expected in the ERP.
        moves: The ERP's own stock moves that carry a reference of ours.
        lines: The general-ledger lines those moves made.
        accounts: Where usage is booked.
    """
    done = {ref: entry.effect for ref, entry in posted.items() if entry.state is EffectState.DONE}
    by_reference = _grouped(moves)
    expected, booked = _expected(done.values(), accounts), defaultdict[Row, Decimal](Decimal)
    differences = [*_document_differences(done, by_reference)]
    for line in lines:
        effect = done.get(line.reference)
        booked[_booked_row(line, effect, accounts)] += line.amount
        if effect and (line.on, line.period) != _when(effect):
            differences.append(_redated(line, effect))
    rows = {row: (expected[row], booked[row]) for row in sorted({*expected, *booked})}
    return TieOut(
        rows=rows,
        differences=(*differences, *_row_differences(rows)),
        effects=len(done),
        documents=len(by_reference),
        moves=sum(map(len, by_reference.values())),
    )


def _grouped(moves: Iterable[BookedMove]) -> dict[str, list[BookedMove]]:
    by_reference: dict[str, list[BookedMove]] = defaultdict(list)
    for move in moves:
        by_reference[move.reference].append(move)
    return by_reference


def _when(effect: Effect) -> tuple[date, str]:
    return effect.accounting_date, f"{effect.accounting_date:%Y-%m}"


def _expected(effects: Iterable[Effect], accounts: Accounts) -> defaultdict[Row, Decimal]:
    rows = defaultdict[Row, Decimal](Decimal)
    for effect in effects:
        amount = effect.amount if effect.effect_type is EffectType.ISSUE else -effect.amount
        if amount != ZERO:  # what rounds to 0.00 has no journal
            rows[_row(effect, accounts.expense, effect.dimensions.cost_centre)] += amount
            rows[_row(effect, accounts.stock, "")] -= amount
    return rows


def _row(effect: Effect, account: str, cost_centre: str) -> Row:
    on, period = _when(effect)
    return Row(
        facility=effect.dimensions.facility,
        cost_centre=cost_centre,
        account=account,
        on=on,
        period=period,
    )


def _booked_row(line: BookedLine, effect: Effect | None, accounts: Accounts) -> Row:
    return Row(
        facility=effect.dimensions.facility if effect else "(no effect)",
        cost_centre="" if line.account == accounts.stock else line.cost_centre,
        account=line.account,
        on=line.on,
        period=line.period,
    )


def _document_differences(
    done: Mapping[str, Effect], booked: Mapping[str, list[BookedMove]]
) -> Iterator[Difference]:
    for reference, effect in done.items():
        found = booked.get(reference, [])
        if len(found) != 1:
            kind = "MISSING_IN_ERP" if not found else "POSTED_TWICE"
            yield _difference(kind, reference, "stock moves", 1, len(found))
        for move in found:
            yield from _move_differences(reference, effect, move)
    for reference, found in booked.items():
        if reference not in done:
            yield _difference("NOT_IN_LEDGER", reference, "stock moves", 0, len(found))


def _move_differences(reference: str, effect: Effect, move: BookedMove) -> Iterator[Difference]:
    expected = {
        "item": effect.item,
        "quantity": effect.quantity.in_base_units,
        "lot": effect.lot,
        "from": effect.from_place,
        "to": effect.to_place,
        "date": effect.accounting_date,
    }
    stands = {
        "item": move.item,
        "quantity": move.quantity,
        "lot": move.lot,
        "from": move.from_place,
        "to": move.to_place,
        "date": move.on,
    }
    for name, value in expected.items():
        if value != stands[name]:
            yield _difference("MOVE_DIFFERS", reference, f"move {name}", value, stands[name])


def _redated(line: BookedLine, effect: Effect) -> Difference:
    expected = " ".join(map(str, _when(effect)))
    return _difference(
        "REDATED", line.reference, f"journal {line.journal}", expected, f"{line.on} {line.period}"
    )


def _row_differences(rows: Mapping[Row, tuple[Decimal, Decimal]]) -> Iterator[Difference]:
    for row, (expected, booked) in rows.items():
        if expected != booked:
            where = f"{row.facility} {row.cost_centre} {row.account} {row.on} {row.period}"
            yield _difference("AMOUNT", "", where, expected, booked)


def _difference(
    kind: str, reference: str, where: str, expected: object, booked: object
) -> Difference:
    return Difference(
        kind=kind, reference=reference, where=where, expected=str(expected), booked=str(booked)
    )
