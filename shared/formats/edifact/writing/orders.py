"""ORDERS."""

from collections.abc import Iterator

from shared.canonical.purchase_order import OrderHead, OrderLine, PurchaseOrder
from shared.formats.edifact.elements import D01B
from shared.formats.edifact.vocabularies import (
    DATES,
    ORDER_KINDS,
    PRICE_TYPES,
    PRICE_UNITS,
    PURPOSES,
)
from shared.formats.edifact.writing.parts import (
    Row,
    charges,
    composed,
    currency,
    dates,
    descriptions,
    dtm,
    more_ids,
    named,
    number,
    parties,
    references,
    taxes,
    terms,
    texts,
)
from shared.formats.gtins import GTIN

_TEXT_WIDTHS = {D01B: 512}
_DESCRIPTION_WIDTHS = {D01B: 256}
_TEXT_WIDTH, _DESCRIPTION_WIDTH = 70, 35


def order_rows(order: PurchaseOrder, directory: str) -> Iterator[Row]:
    """The segments of an order between UNH and UNT."""
    head = order.head
    kind, purpose = ORDER_KINDS.code(head.kind), PURPOSES.code(head.purpose)
    yield ("BGM", kind, head.number, purpose)
    yield from _above(head, directory)
    for line in order.lines:
        yield from _line(line, directory)
    yield ("UNS", "S")
    if head.total is not None:
        yield ("MOA", composed("86", number(head.total)))
    yield ("CNT", composed("2", str(len(order.lines))))


def _above(head: OrderHead, directory: str) -> Iterator[Row]:
    if head.ordered_on is not None:
        yield dtm(DATES.code("document"), head.ordered_on)
    yield from dates(head.dates)
    yield from texts(head.texts, _TEXT_WIDTHS.get(directory, _TEXT_WIDTH))
    for kind, value in (("CT", head.contract), ("RE", head.release)):
        if value:
            yield ("RFF", composed(kind, value))
    yield from references(head.references)
    yield from parties(head.parties)
    yield from taxes(head.taxes)
    yield from currency(head.currency)
    yield from terms(head.terms)
    yield from charges(head.charges)


def _line(line: OrderLine, directory: str) -> Iterator[Row]:
    ids = line.ids
    is_gtin = bool(ids) and ids[0].scheme == GTIN
    yield ("LIN", line.number, "", named(ids[0]) if is_gtin else "")
    yield from more_ids(ids[1:] if is_gtin else ids, is_first_in_lin=is_gtin)
    yield from descriptions(
        line.description, _DESCRIPTION_WIDTHS.get(directory, _DESCRIPTION_WIDTH)
    )
    if line.quantity is not None:
        yield ("QTY", composed("21", number(line.quantity), line.unit))
    yield from dates(line.dates)
    yield from texts(line.texts, _TEXT_WIDTHS.get(directory, _TEXT_WIDTH))
    if line.price is not None or line.price_basis:
        yield _price(line)
    yield from references(line.references)
    yield from taxes(line.taxes)
    yield from parties(line.parties)
    yield from charges(line.charges)
    for part in line.schedules:
        yield ("SCC", "1")
        yield ("QTY", composed("21", number(part.quantity), part.unit))
        yield dtm(DATES.code(part.kind), part.day)


def _price(line: OrderLine) -> Row:
    """PRI; what the price is for is a number of units, or a kind of price."""
    basis = line.price_basis
    units = PRICE_UNITS.code(basis)
    is_count = units.isdecimal()
    kind = "" if is_count else PRICE_TYPES.code(basis)
    return ("PRI", composed("AAA", number(line.price), kind, "", units if is_count else ""))
