"""Under which conditions: terms of payment, charges, taxes, and in which parts a line comes."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from shared.canonical.purchase_order import Schedule
from shared.canonical.trade import Charge, Dated, PaymentTerms, Tax
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.facts import dated, joined, parts_of
from shared.formats.edifact.scopes import Stated, with_amount
from shared.formats.edifact.values import decimal_of
from shared.formats.edifact.vocabularies import CHARGE_KINDS

_DISCOUNTS = ("22", "8")  # element 4279: terms of a discount
_DAYS, _WEEKS = ("D", "CD", "WD"), "W"  # element 2151
_DISCOUNT_DUE, _NET_DUE = ("12",), ("13", "140")  # element 2005
_DAYS_OF_WEEK = 7
_TAX_AMOUNTS = ("124", "150", "176")

T = TypeVar("T")


def terms(p: list[str]) -> PaymentTerms:
    """PAT; a period that is not of days stands in its text."""
    basis, _, unit, count = parts_of(p[3])[:4]
    if unit == _WEEKS and count.isdecimal():
        unit, count = "D", str(int(count) * _DAYS_OF_WEEK)
    days = count if unit in _DAYS or not unit else ""
    text = joined(parts_of(p[2])[3:5]) or (joined((count, unit)) if count and not days else "")
    is_discount = p[1] in _DISCOUNTS
    return PaymentTerms(
        kind=p[1],
        basis=basis,
        discount_days=days if is_discount else "",
        net_days="" if is_discount else days,
        text=text,
    )


def terms_date(p: list[str]) -> tuple[str, Dated] | None:
    """DTM of terms."""
    found = dated(p)
    return None if found is None else (parts_of(p[1])[0], found)


def add_terms_date(b: MessageBuilder, value: tuple[str, Dated]) -> None:
    """When it is due."""
    kind, due = value
    if kind in _DISCOUNT_DUE:
        _change_terms(b, discount_due=due.day)
    elif kind in _NET_DUE:
        _change_terms(b, net_due=due.day)


def set_terms_percent(b: MessageBuilder, value: Decimal) -> None:
    """What paying early is worth."""
    _change_terms(b, discount_percent=value)


def set_terms_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """The same as an amount."""
    _change_terms(b, discount_amount=value[1])


def _change_terms(b: MessageBuilder, **facts: Any) -> None:  # noqa: ANN401 - fields of the noun
    b.scope.terms = _last_changed(b.scope.terms, lambda last: replace(last, **facts))


def charge(p: list[str]) -> Charge:
    """ALC: its code is that of the service, or the agreement's number."""
    code, *_, first, second = parts_of(p[5])[:5]
    number = parts_of(p[2])[0]
    return Charge(kind=CHARGE_KINDS.word(p[1]), code=code or number, text=joined((first, second)))


def set_charge_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """MOA of a charge; the first is its amount."""
    b.scope.charges = _last_changed(
        b.scope.charges,
        lambda last: with_amount(last, value[1]) if last.amount is None else last,
    )


def set_charge_percent(b: MessageBuilder, value: Decimal) -> None:
    """PCD of a charge."""
    _change_charge(b, percent=value)


def set_charge_rate(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """RTE of a charge."""
    _change_charge(b, rate=value[1])


def set_charge_quantity(b: MessageBuilder, value: Stated) -> None:
    """QTY of a charge."""
    _change_charge(b, quantity=value.number, unit=value.unit)


def _change_charge(b: MessageBuilder, **facts: Any) -> None:  # noqa: ANN401 - fields of the noun
    b.scope.charges = _last_changed(b.scope.charges, lambda last: replace(last, **facts))


def tax(p: list[str]) -> Tax:
    """TAX."""
    return Tax(kind=parts_of(p[2])[0], percent=decimal_of(parts_of(p[5])[3]))


def set_tax_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """MOA of a tax: 124 is the tax, others are what it is taken of."""
    kind, number = value
    if kind in _TAX_AMOUNTS:
        b.scope.taxes = _last_changed(b.scope.taxes, lambda last: replace(last, amount=number))


def begin_part(b: MessageBuilder, value: Stated) -> None:
    """QTY under SCC: a part of the line."""
    b.scope.scheduled = value


def end_part(b: MessageBuilder, value: Dated) -> None:
    """DTM under it: when the part is wanted or promised."""
    part = b.scope.scheduled
    if part is not None:
        b.scope.schedules += (Schedule(part.number, part.unit, value.kind, value.day),)


def _last_changed(facts: tuple[T, ...], change: Callable[[T], T]) -> tuple[T, ...]:
    """With the last of them changed.

    There is none where a segment between it and its figures ended its part of the message: what is
    out of order has its own finding.
    """
    return (*facts[:-1], *map(change, facts[-1:]))
