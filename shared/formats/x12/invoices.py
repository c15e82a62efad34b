"""810: what a supplier asks money for; a credit memo is one that gives it back (CRM1)."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.trade import Charge, Origin
from shared.formats.edi.making import made
from shared.formats.x12.building import SetBuilder, on_begin, on_count, on_line
from shared.formats.x12.details import COMMON, OPPOSITE, Handlers
from shared.formats.x12.values import day_of, decimal_of, hundredths_of
from shared.formats.x12.vocabularies import INVOICE_KINDS, PRICE_BASES, PURPOSES

CENT = Decimal("0.01")
_IDS = 6
_PER = {"hundred": Decimal(100), "thousand": Decimal(1000), "ten": Decimal(10)}
_CREDITS = ("credit_memo",)
_PO_SCHEME, _PO_LINE_SCHEME = "PO", "PL"


class InvoiceBuilder(SetBuilder):
    """IT1 lines under BIG, then TDS."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.totals = [""] * 5
        self.totals_at = (0, 0)

    def made_line(self, parts: list[str]) -> object:
        """A line, its sign as sent."""
        scope = self.scope
        quantity, price = decimal_of(parts[2]), decimal_of(parts[4])
        if quantity is None or price is None:
            self.number(parts, 2)
            self.number(parts, 4)
        ids = self.ids(parts, _IDS)
        order = line = ""
        for scheme, value in ids:
            order = order or (value if scheme == _PO_SCHEME else "")
            line = line or (value if scheme == _PO_LINE_SCHEME else "")
        for kind, value, _ in scope.references:
            order = order or (value if kind == "purchase_order" else "")
            line = line or (value if kind == "line" else "")
        return made(
            InvoiceLine,
            {
                "number": parts[1],
                "quantity": quantity,
                "unit": parts[3],
                "price": price,
                "price_basis": PRICE_BASES.word(parts[5]),
                "ids": ids,
                "description": " ".join(scope.descriptions),
                "purchase_order": order,
                "purchase_order_line": line,
                "dates": scope.dates,
                "references": scope.references,
                "charges": scope.charges,
                "taxes": scope.taxes,
                "parties": scope.people() if scope.parties else (),
                "texts": scope.texts,
                "ordinal": self.ordinal,
                "byte": self.byte,
            },
        )

    def hashed(self) -> Decimal | None:
        """The sum of IT102, if every line could be read."""
        if self.broken:
            return None
        return sum((line.quantity or Decimal(0) for line in self.lines), Decimal(0))

    def document(self, origin: Origin) -> object:
        """The invoice, if it has a number, with its sign made positive."""
        begin, head, totals = self.begin, self.head, self.totals
        if not begin[2]:
            return None
        gross, subject, discounted, discount = map(hundredths_of, totals[1:5])
        invoice = Invoice(
            number=begin[2],
            kind=INVOICE_KINDS.word(begin[7]) or "invoice",
            issued_on=day_of(begin[1]),
            total=gross,
            lines=tuple(self.lines),
            purchase_order=begin[4],
            ordered_on=day_of(begin[3]),
            release=begin[5],
            purpose=PURPOSES.word(begin[8]),
            currency=head.currency,
            discountable=subject,
            discounted=discounted,
            discount=discount,
            parties=head.people(),
            references=head.references,
            dates=head.dates,
            terms=head.terms,
            charges=head.charges,
            taxes=head.taxes,
            texts=head.texts,
            broken=self.broken_lines(),
            origin=origin,
        )
        signed = _with_one_sign(invoice)
        self._check_total(signed)
        return signed

    def _check_total(self, invoice: Invoice) -> None:
        """Whether lines, charges and taxes make the total (MAT7)."""
        computed = computed_total(invoice)
        tolerance = self.profile.total_tolerance_cents * CENT
        if self.broken or invoice.total is None or computed is None:
            return
        if abs(computed - invoice.total) > tolerance:
            fact = f"{computed} computed"
            self.report("TOTAL_DIFFERS", ["TDS"], self.totals_at, field=1, fact=fact)


def extension(line: InvoiceLine) -> Decimal | None:
    """What a line costs, rounded once (RND2); None if it does not say."""
    if line.quantity is None or line.price is None:
        return None
    amount = line.quantity * line.price
    if line.price_basis in _PER:
        amount /= _PER[line.price_basis]
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


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


def _with_one_sign(invoice: Invoice) -> Invoice:
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


def _turned_taxes(taxes: tuple) -> tuple:  # type: ignore[type-arg]
    return tuple(
        replace(tax, amount=-tax.amount if tax.amount is not None else None) for tax in taxes
    )


def _opposite(charge: Charge) -> Charge:
    return replace(charge, kind=OPPOSITE.get(charge.kind, charge.kind))


def on_totals(b: InvoiceBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """TDS: the lines have ended; what follows is of the whole invoice."""
    b.end_line()
    b.totals, b.totals_at = p, (ordinal, byte)


INVOICE: Handlers = MappingProxyType(
    {
        **COMMON,
        "BIG": on_begin,
        "IT1/IT1": on_line,
        "TDS": on_totals,
        "CTT/CTT": on_count,
    }
)
