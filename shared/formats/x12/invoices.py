"""810: what a supplier asks money for; a credit memo is one that gives it back (CRM1)."""

from decimal import Decimal
from types import MappingProxyType

from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.trade import Origin
from shared.formats.edi.invoice_sums import CENT, computed_total, with_one_sign
from shared.formats.edi.making import made
from shared.formats.x12.building import SetBuilder, on_begin, on_count
from shared.formats.x12.details import COMMON, Handlers
from shared.formats.x12.priced_lines import IDS, NUMBERS, priced_line
from shared.formats.x12.values import day_of, hundredths_of
from shared.formats.x12.vocabularies import INVOICE_KINDS, PURPOSES

_PO_SCHEME, _PO_LINE_SCHEME = "PO", "PL"


class InvoiceBuilder(SetBuilder):
    """IT1 lines under BIG, then TDS."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.totals = [""] * 5
        self.totals_at = (0, 0)

    def made_line(self, _parts: list[str]) -> object:
        """A line, its sign as sent."""
        if self.doubtful is not None:
            for field in NUMBERS:
                self.number(self.doubtful, field)
            self.ids(self.doubtful, IDS)
        facts = self.scope.facts()
        order = line = ""
        for scheme, value in facts["ids"]:
            order = order or (value if scheme == _PO_SCHEME else "")
            line = line or (value if scheme == _PO_LINE_SCHEME else "")
        for kind, value, _ in facts["references"]:
            order = order or (value if kind == "purchase_order" else "")
            line = line or (value if kind == "line" else "")
        facts["purchase_order"], facts["purchase_order_line"] = order, line
        return made(InvoiceLine, facts)

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
        signed = with_one_sign(invoice)
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


def on_totals(b: InvoiceBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """TDS: the lines have ended; what follows is of the whole invoice."""
    b.end_line()
    b.totals, b.totals_at = p, (ordinal, byte)


INVOICE: Handlers = MappingProxyType(
    {
        **COMMON,
        "BIG": on_begin,
        "IT1/IT1": priced_line(InvoiceLine),
        "TDS": on_totals,
        "CTT/CTT": on_count,
    }
)
