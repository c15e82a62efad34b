"""850, 855, 860 and 865."""

from collections.abc import Iterator
from decimal import Decimal

from shared.canonical.purchase_order import (
    AcknowledgedLine,
    LineStatus,
    OrderHead,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderAcknowledgement,
    PurchaseOrderChange,
)
from shared.formats.x12.vocabularies import (
    CHANGES,
    DATES,
    ORDER_KINDS,
    PRICE_BASES,
    PURPOSES,
    STATUSES,
    VERDICTS,
)
from shared.formats.x12.writing.parts import (
    Row,
    charges,
    currency,
    dates,
    day,
    descriptions,
    number,
    parties,
    product_ids,
    references,
    taxes,
    terms,
    texts,
)

_REASON = 29  # the place of a reason in ACK


def order_rows(order: PurchaseOrder) -> Iterator[Row]:
    """850."""
    head = order.head
    purpose, kind = PURPOSES.code(head.purpose), ORDER_KINDS.code(head.kind)
    on = day(head.ordered_on)
    yield ("BEG", purpose, kind, head.number, head.release, on, head.contract)
    yield from _above(head)
    for line in order.lines:
        yield _po1(line)
        yield from _below(line)
    quantities = sum((line.quantity or Decimal(0) for line in order.lines), Decimal(0))
    yield from _below_all(len(order.lines), quantities, head)


def change_rows(change: PurchaseOrderChange) -> Iterator[Row]:
    """860."""
    head = change.head
    yield (
        *("BCH", PURPOSES.code(head.purpose), ORDER_KINDS.code(head.kind), head.number),
        *(head.release, change.sequence, day(head.ordered_on), "", head.contract, "", ""),
        day(change.changed_on),
    )
    yield from _above(head)
    for each in change.lines:
        yield _poc(each.line, each.change, each.quantity_left)
        yield from _below(each.line)
    yield from _below_all(len(change.lines), None, head)


def acknowledgement_rows(answer: PurchaseOrderAcknowledgement) -> Iterator[Row]:
    """855, or 865 where it answers a change."""
    head = answer.head
    purpose, verdict = PURPOSES.code(head.purpose), VERDICTS.code(answer.verdict)
    on, said_on = day(head.ordered_on), day(answer.acknowledged_on)
    if answer.answers_change:
        yield (
            *("BCA", purpose, verdict, head.number, head.release, answer.sequence, on, ""),
            *(head.contract, answer.supplier_order, said_on),
        )
    else:
        yield (
            *("BAK", purpose, verdict, head.number, on, head.release, "", head.contract),
            *(answer.supplier_order, said_on),
        )
    yield from _above(head)
    for each in answer.lines:
        yield from _acknowledged(each, is_change=answer.answers_change)
    yield from _below_all(len(answer.lines), None, head)


def _acknowledged(each: AcknowledgedLine, *, is_change: bool) -> Iterator[Row]:
    yield _poc(each.line, each.change, each.quantity_left) if is_change else _po1(each.line)
    rows = list(_below(each.line))
    later = [row for row in rows if row[0] in _AFTER_STATUSES]
    start = rows.index(later[0]) if later else len(rows)
    yield from rows[:start]
    for status in each.statuses:
        yield _ack(status)
    yield from rows[start:]


_AFTER_STATUSES = ("MSG", "SCH", "N1")


def _ack(status: LineStatus) -> Row:
    row = [
        *("ACK", STATUSES.code(status.status), number(status.quantity), status.unit),
        *(DATES.code(status.date_kind), day(status.day), "", *product_ids(status.ids)),
    ]
    if status.reason:
        row += [""] * (_REASON - len(row)) + [status.reason]
    return row


def _po1(line: OrderLine) -> Row:
    basis = PRICE_BASES.code(line.price_basis)
    said = (line.number, number(line.quantity), line.unit, number(line.price), basis)
    return ("PO1", *said, *product_ids(line.ids))


def _poc(line: OrderLine, change: str, left: Decimal | None) -> Row:
    return (
        *("POC", line.number, CHANGES.code(change), number(line.quantity), number(left)),
        *(line.unit, number(line.price), PRICE_BASES.code(line.price_basis)),
        *product_ids(line.ids),
    )


def _above(head: OrderHead) -> Iterator[Row]:
    yield from currency(head.currency)
    yield from references(head.references)
    yield from charges(head.charges)
    yield from terms(head.terms)
    yield from dates(head.dates)
    yield from taxes(head.taxes)
    yield from texts(head.texts)
    yield from parties(head.parties)


def _below(line: OrderLine) -> Iterator[Row]:
    yield from descriptions(line.description)
    yield from references(line.references)
    yield from charges(line.charges)
    yield from dates(line.dates)
    yield from taxes(line.taxes)
    for text in line.texts:
        yield ("MSG", text)
    for part in line.schedules:
        kind = DATES.code(part.kind)
        yield ("SCH", number(part.quantity), part.unit, "", "", kind, day(part.day))
    yield from parties(line.parties)


def _below_all(lines: int, quantities: Decimal | None, head: OrderHead) -> Iterator[Row]:
    yield ("CTT", str(lines), number(quantities))
    if head.total is not None:
        yield ("AMT", "TT", number(head.total))
