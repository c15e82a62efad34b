"""INVOIC: what a supplier asks money for; a credit note is one that gives it back (CRM1)."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.trade import Charge, Origin, Tax
from shared.formats.edi.handling import Direct, ignore
from shared.formats.edi.invoice_sums import CENT, computed_total, with_one_sign
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.details import COMMON, Handlers
from shared.formats.edifact.facts import unread_reader
from shared.formats.edifact.vocabularies import INVOICE_KINDS, PURPOSES
from shared.formats.making import made

_INVOICED = ("47", "46", "12", "61", "1", "21")  # element 6063
_TOTALS = ("77", "39", "9", "86", "128", "388")  # element 5025
_TAX_TOTALS = ("176", "124")
_DISCOUNTABLE = ("129",)
_NET = ("AAA", "INV", "CAL")  # element 5125: allowances and charges of the line are in the price


class InvoiceBuilder(MessageBuilder):
    """LIN lines under BGM, the totals behind UNS."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.totals_at = (0, 0)

    def made_line(self, parts: list[str]) -> object:
        """A line, its sign as sent."""
        scope, price = self.scope, self.scope.price
        invoiced = scope.quantity(*_INVOICED)
        if invoiced is not None:
            self.hash += invoiced.number
        order, line = scope.reference("purchase_order"), scope.reference("line")
        charges = scope.charges
        if charges and price.kind in _NET:
            charges = tuple(map(_included, charges))
        return made(
            InvoiceLine,
            {
                "number": parts[1],
                "quantity": invoiced.number if invoiced else None,
                "unit": invoiced.unit if invoiced else "",
                "price": price.number,
                "price_basis": price.basis,
                "ids": self.line_ids(parts) + scope.substitutes,
                "description": " ".join(scope.descriptions),
                "purchase_order": order.value if order else "",
                "purchase_order_line": line.value if line else order.text if order else "",
                "dates": scope.dates,
                "references": scope.references,
                "charges": charges,
                "taxes": scope.taxes,
                "parties": scope.people() if scope.parties else (),
                "texts": scope.texts,
                "ordinal": self.at[0],
                "byte": self.at[1],
            },
        )

    def document(self, origin: Origin) -> object:
        """The invoice, if it has a number, with its sign made positive."""
        head = self.head
        if not self.number:
            return None
        issued, order = head.day("document", "invoice"), head.reference("purchase_order")
        tax = head.amount(*_TAX_TOTALS)
        taxes = head.taxes
        if tax is not None and not any(each.amount is not None for each in taxes):
            taxes = _with_total(taxes, tax)
        is_told_twice = any(each.amount is not None for each in taxes)
        invoice = Invoice(
            number=self.number,
            kind=INVOICE_KINDS.word(self.kind) or "invoice",
            issued_on=issued.day if issued else None,
            total=head.amount(*_TOTALS),
            lines=tuple(map(_untaxed, self.lines)) if is_told_twice else tuple(self.lines),
            purchase_order=order.value if order else "",
            ordered_on=head.ordered_on,
            purpose=PURPOSES.word(self.begin[3]),
            currency=head.currency,
            discountable=head.amount(*_DISCOUNTABLE),
            parties=head.people(),
            references=tuple(each for each in head.references if each is not order),
            dates=self.dates_without(issued),
            terms=head.terms,
            charges=head.charges,
            taxes=taxes,
            texts=head.texts,
            broken=self.broken_lines(),
            origin=origin,
        )
        signed = with_one_sign(invoice)
        self._check_total(signed)
        return signed

    def _check_total(self, invoice: Invoice) -> None:
        """Whether lines, charges and taxes make the total (MAT7)."""
        computed = computed_total(invoice)
        tolerance = self.profile.total_tolerance_cents * CENT
        if self.broken or invoice.total is None or computed is None or not invoice.lines:
            return
        if abs(computed - invoice.total) > tolerance:
            fact = f"{computed} computed"
            self.report("TOTAL_DIFFERS", ["UNS"], self.totals_at, fact=fact)


def _included(charge: Charge) -> Charge:
    """A charge that the net price holds already adds nothing to the total."""
    return replace(charge, kind=f"included_{charge.kind}")


def _untaxed(line: InvoiceLine) -> InvoiceLine:
    """A line whose taxes count in the taxes of the whole."""
    if not any(each.amount is not None for each in line.taxes):
        return line
    return replace(line, taxes=tuple(replace(each, amount=None) for each in line.taxes))


def _with_total(taxes: tuple[Tax, ...], amount: Decimal) -> tuple[Tax, ...]:
    """The taxes with the total of all, where none states its own."""
    first = replace(taxes[0], amount=amount) if taxes else Tax(kind="", amount=amount)
    return (first, *taxes[1:])


def on_totals(b: InvoiceBuilder, _p: list[str], ordinal: int, byte: int) -> None:
    """UNS: the lines have ended; the totals of the whole invoice follow."""
    b.end_line()
    b.totals_at = (ordinal, byte)


INVOICE: Handlers = MappingProxyType(
    {
        **COMMON,
        # The price says it; what the amounts add up to is checked below.
        "LIN/MOA/MOA": Direct(unread_reader, ignore),
        "UNS": on_totals,
    }
)
