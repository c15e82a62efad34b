"""810."""

from collections.abc import Iterator
from decimal import Decimal

from shared.canonical.invoice import Invoice, InvoiceLine
from shared.canonical.trade import Reference
from shared.formats.x12.vocabularies import INVOICE_KINDS, PRICE_BASES, PURPOSES
from shared.formats.x12.writing.parts import (
    Row,
    charges,
    currency,
    dates,
    day,
    descriptions,
    hundredths,
    number,
    parties,
    product_ids,
    references,
    taxes,
    terms,
    texts,
)


def invoice_rows(invoice: Invoice) -> Iterator[Row]:
    """An invoice, or a credit memo whose kind alone says that it is one."""
    yield (
        *("BIG", day(invoice.issued_on), invoice.number, day(invoice.ordered_on)),
        *(invoice.purchase_order, invoice.release, "", INVOICE_KINDS.code(invoice.kind)),
        PURPOSES.code(invoice.purpose),
    )
    for text in invoice.texts:
        yield ("NTE", "GEN", text)
    yield from currency(invoice.currency)
    yield from references(invoice.references)
    yield from parties(invoice.parties)
    yield from terms(invoice.terms)
    yield from dates(invoice.dates)
    for line in invoice.lines:
        yield from _line(line)
    yield _totals(invoice)
    yield from taxes(invoice.taxes)
    yield from charges(invoice.charges)
    quantities = sum((line.quantity or Decimal(0) for line in invoice.lines), Decimal(0))
    yield ("CTT", str(len(invoice.lines)), number(quantities))


def _totals(invoice: Invoice) -> Row:
    amounts = (invoice.total, invoice.discountable, invoice.discounted, invoice.discount)
    return ("TDS", *map(hundredths, amounts))


def _line(line: InvoiceLine) -> Iterator[Row]:
    basis = PRICE_BASES.code(line.price_basis)
    said = (line.number, number(line.quantity), line.unit, number(line.price), basis)
    yield ("IT1", *said, *product_ids(line.ids))
    yield from taxes(line.taxes)
    yield from descriptions(line.description)
    yield from references(_with_order(line))
    yield from dates(line.dates)
    yield from charges(line.charges)
    yield from parties(line.parties)
    yield from texts(line.texts)


def _with_order(line: InvoiceLine) -> list[Reference]:
    """The references, and the order's number where neither they nor an id say it."""
    stated = list(line.references)
    said = {each.value for each in stated} | {each.value for each in line.ids}
    for kind, value in (
        ("purchase_order", line.purchase_order),
        ("line", line.purchase_order_line),
    ):
        if value and value not in said:
            stated.append(Reference(kind, value))
    return stated
