"""What an invoice comes to, and its one sign, whatever the standard it came in (MAT7, CRM1)."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.trade import Charge, Tax

CENT = Decimal("0.01")
OPPOSITE = {"charge": "allowance", "allowance": "charge"}
_PER = {"hundred": Decimal(100), "thousand": Decimal(1000), "ten": Decimal(10)}
_OF_ONE = ("", "each")
_ROUNDING = Context(rounding=ROUND_HALF_UP)
_CREDITS = ("credit_memo",)


def extension(line: InvoiceLine) -> Decimal | None:
    """What a line costs, rounded once (RND2); None if it does not say."""
    if line.quantity is None or line.price is None:
        return None
    amount = line.quantity * line.price
    if line.price_basis not in _OF_ONE:
        amount /= _units(line.price_basis)
    return _ROUNDING.quantize(amount, CENT)


def _units(basis: str) -> Decimal:
    """For how many units a price is; what is no number of units is for one."""
    stated = _PER.get(basis)
    if stated is None and basis.isdecimal() and basis.isascii():
        stated = Decimal(basis)
    return stated or Decimal(1)


def computed_total(invoice: Invoice) -> Decimal | None:
    """Lines and charges and taxes, less allowances; None if a line has no price."""
    total = Decimal(0)
    for line in invoice.lines:
        amount = extension(line)
        if amount is None:
            return None
        total += amount
        if line.charges or line.taxes:
            total += sum(charge.effect for charge in line.charges)
            total += sum(tax.amount or Decimal(0) for tax in line.taxes)
    total += sum(charge.effect for charge in invoice.charges)
    return total + sum(tax.amount or Decimal(0) for tax in invoice.taxes)


def with_one_sign(invoice: Invoice) -> Invoice:
    """A credit memo is what says so, or what has a negative total; its figures are positive."""
    is_negative = invoice.total is not None and invoice.total < 0
    is_credit = invoice.kind in _CREDITS
    if not (is_negative or is_credit):
        return invoice
    lines = sum((extension(line) or Decimal(0) for line in invoice.lines), Decimal(0))
    turned = tuple(map(_turned, invoice.lines)) if lines < 0 else invoice.lines
    return replace(
        invoice,
        kind=invoice.kind if is_credit else "credit_memo",
        total=abs(invoice.total) if invoice.total is not None else None,
        lines=turned,
        charges=tuple(map(_opposite, invoice.charges)) if is_negative else invoice.charges,
        taxes=_turned_taxes(invoice.taxes) if is_negative else invoice.taxes,
    )


def _turned(line: InvoiceLine) -> InvoiceLine:
    return replace(
        line,
        quantity=-line.quantity if line.quantity is not None else None,
        charges=tuple(map(_opposite, line.charges)),
        taxes=_turned_taxes(line.taxes),
    )


def _turned_taxes(taxes: tuple[Tax, ...]) -> tuple[Tax, ...]:
    return tuple(
        replace(tax, amount=-tax.amount if tax.amount is not None else None) for tax in taxes
    )


def _opposite(charge: Charge) -> Charge:
    return replace(charge, kind=OPPOSITE.get(charge.kind, charge.kind))
