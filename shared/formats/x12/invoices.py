"""810: what a supplier asks money for; a credit memo is one that gives it back (CRM1)."""

from decimal import Decimal
from types import MappingProxyType

from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.trade import Origin
from shared.formats.edi.handling import ignore
from shared.formats.edi.invoice_sums import CENT, computed_total, with_one_sign
from shared.formats.making import made
from shared.formats.x12.building import SetBuilder, on_begin, on_count
from shared.formats.x12.details import COMMON, Handlers
from shared.formats.x12.priced_lines import IDS, NUMBERS, priced_line
from shared.formats.x12.scopes import blank, settle
from shared.formats.x12.values import day_of, hundredths_of
from shared.formats.x12.vocabularies import INVOICE_KINDS, PURPOSES

_ORDER_SCHEMES = {"PO": "purchase_order", "PL": "purchase_order_line"}  # element 235
_ORDER_REFERENCES = {"purchase_order": "purchase_order", "line": "purchase_order_line"}


class InvoiceBuilder(SetBuilder):
    """IT1 lines under BIG, then TDS."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.totals = [""] * 5
        self.totals_at = (0, 0)

    def made_line(self, parts: list[str]) -> object:
        """A line, its sign as sent."""
        if self.doubtful is parts:
            for field in NUMBERS:
                self.number(parts, field)
            self.ids(parts, IDS)
        facts = self.facts
        settle(facts)
        for scheme, value in facts["ids"]:
            if scheme in _ORDER_SCHEMES:
                facts[_ORDER_SCHEMES[scheme]] = facts[_ORDER_SCHEMES[scheme]] or value
        for kind, value, _ in facts["references"]:
            if kind in _ORDER_REFERENCES:
                facts[_ORDER_REFERENCES[kind]] = facts[_ORDER_REFERENCES[kind]] or value
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
        "IT1/IT1": priced_line(blank(InvoiceLine)),
        "IT1/ITD": ignore,  # no line of ours has terms of its own
        "TDS": on_totals,
        "CTT/CTT": on_count,
    }
)
