# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a batch as it was sent, and why a line is refused."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from trytond_ledgerward_accounting.stock import DIMENSIONS

MASTER_DATA_MISSING = "MASTER_DATA_MISSING"
VALIDATION = "VALIDATION"
PERIOD_CLOSED = "PERIOD_CLOSED"


class RefusedLineError(Exception):
    """One line cannot be posted; the others can."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class SentEffect:
    """A use of one item, or the return of one, in codes and decimals."""

    reference: str
    content_hash: str
    correlation_id: str
    kind: str
    item: str
    quantity: Decimal
    from_place: str
    to_place: str
    lot: str
    date: dt.date
    case_token: str
    dimensions: dict[str, str]
    amount: Decimal | None

    @property
    def is_return(self):
        """Whether stock comes back."""
        return self.kind == "return"


def read_effect(line):
    """Read one line of a call.

    Raises:
        RefusedLineError: something in it is not what it must be.
    """
    kind = _text(line, "kind")
    if kind not in {"issue", "return"}:
        raise RefusedLineError(VALIDATION, f"kind is issue or return, not {kind!r}")
    return SentEffect(
        reference=_text(line, "reference"),
        content_hash=_text(line, "content_hash"),
        correlation_id=_text(line, "correlation_id"),
        kind=kind,
        item=_text(line, "item"),
        quantity=_quantity(line),
        from_place=_text(line, "from_place"),
        to_place=_text(line, "to_place"),
        lot=_text(line, "lot"),
        date=date_of(line),
        case_token=_text(line, "case_token"),
        dimensions={name: _text(line, name) for name in DIMENSIONS},
        amount=_amount(line, kind),
    )


def date_of(line):
    """The accounting date of a line.

    Raises:
        RefusedLineError: it is not a date.
    """
    text = _text(line, "date")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise RefusedLineError(VALIDATION, f"date is not a day: {text!r}") from error


def _text(line, name):
    value = line.get(name) or ""
    if not isinstance(value, str):
        raise RefusedLineError(VALIDATION, f"{name} is not a text")
    return value


def _quantity(line):
    quantity = _decimal(line, "quantity")
    if quantity <= 0:
        raise RefusedLineError(VALIDATION, f"quantity is not positive: {quantity}")
    return quantity


def _amount(line, kind):
    if line.get("amount") is None:
        return None
    amount = _decimal(line, "amount")
    if kind != "return":
        raise RefusedLineError(VALIDATION, "only a return has an amount of its own")
    if amount < 0 or amount != round(amount, 2):
        raise RefusedLineError(VALIDATION, f"amount is not a sum in cents: {amount}")
    return amount


def _decimal(line, name):
    text = _text(line, name)
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise RefusedLineError(VALIDATION, f"{name} is not a number: {text!r}") from error
    if not value.is_finite():
        raise RefusedLineError(VALIDATION, f"{name} is not a number: {text!r}")
    return value
