"""850, 855, 860 and 865: an order, its change, and what the supplier says to both."""

from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from shared.canonical.purchase_order import (
    AcknowledgedLine,
    ChangeLine,
    LineStatus,
    OrderHead,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderAcknowledgement,
    PurchaseOrderChange,
    Schedule,
)
from shared.canonical.trade import Origin
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edi.handling import alone, gathered, ignore
from shared.formats.making import made
from shared.formats.x12.building import Handle, SetBuilder, on_begin, on_count
from shared.formats.x12.details import COMMON, Handlers
from shared.formats.x12.priced_lines import IDS, NUMBERS, begin_doubtful, facts_of, priced_line
from shared.formats.x12.scopes import blank, settle
from shared.formats.x12.values import day_of, decimal_of, item_id
from shared.formats.x12.vocabularies import (
    CHANGES,
    DATES,
    ORDER_KINDS,
    PURPOSES,
    STATUSES,
    VERDICTS,
)

_IDS_OF_ACK, _REASON_OF_ACK = 7, 29
_NUMBER = attrgetter("number")
_QUANTITY, _ZERO = attrgetter("quantity"), Decimal(0)
_NUMBERS = {"PO1": NUMBERS, "POC": (3, 4, 6)}


class OrderBuilder(SetBuilder):
    """850: PO1 lines under one head."""

    def made_line(self, parts: list[str]) -> object:
        """An order's line says how many of what (LAW1)."""
        facts = self.facts
        if self.doubtful is parts:
            self.check_doubtful(parts)
        settle(facts)
        if facts["quantity"] is None:
            self.spoil(self.report("QUANTITY_MISSING", parts, self.at, field=2))
        if not facts["ids"] and not facts["description"]:
            self.spoil(self.report("LINE_ID_MISSING", parts, self.at, field=7))
        return made(OrderLine, facts)

    def check_doubtful(self, parts: list[str]) -> None:
        """Nobody may compute with a number that is out of all bounds, nor trust a wrong GTIN."""
        for field in _NUMBERS[parts[0]]:
            self.number(parts, field)
        self.ids(as_order_line(parts), IDS)

    def hashed(self) -> Decimal | None:
        """The sum of PO102, if every line could be read."""
        return None if self.broken else sum(map(_QUANTITY, self.lines), _ZERO)

    def order_head(self, number: str, kind: str, release: str, contract: str, on: str) -> OrderHead:
        """The head, of what stands above the lines."""
        head = self.head
        return OrderHead(
            number=number,
            purpose=PURPOSES.word(self.begin[1]),
            kind=ORDER_KINDS.word(kind),
            release=release,
            contract=contract,
            ordered_on=day_of(on),
            currency=head.currency,
            parties=head.people(),
            references=head.references,
            dates=head.dates,
            terms=head.terms,
            charges=head.charges,
            taxes=head.taxes,
            texts=head.texts,
            total=head.total,
        )

    def document(self, origin: Origin) -> object:
        """The order, if it has a number."""
        begin = self.begin
        if not begin[3]:
            return None
        self._check_numbers()
        return PurchaseOrder(
            head=self.order_head(begin[3], begin[2], begin[4], begin[6], begin[5]),
            lines=tuple(self.lines),
            broken=self.broken_lines(),
            origin=origin,
        )

    def _check_numbers(self) -> None:
        """Two lines of one number cannot be told apart in what answers them (LAW7)."""
        if "" not in (seen := set(map(_NUMBER, self.lines))) and len(seen) == len(self.lines):
            return
        seen.clear()
        for line in self.lines:
            if line.number in seen:
                at = (line.ordinal, line.byte)
                self.report("LINE_NUMBER_REPEATED", ["PO1"], at, field=1, value=line.number)
            seen.add(line.number or f"#{line.ordinal}")


class ChangeBuilder(OrderBuilder):
    """860: what is to become of each line (PO4)."""

    def made_line(self, parts: list[str]) -> object:
        """A change names what is to be done."""
        line = self.order_line(parts)
        self.check_change(parts)
        return ChangeLine(
            change=CHANGES.word(parts[2]), line=line, quantity_left=self.number(parts, 4)
        )

    def order_line(self, parts: list[str]) -> OrderLine:
        """The line that is changed, or that is answered."""
        if self.doubtful is parts:
            self.check_doubtful(parts)
        settle(self.facts)
        return made(OrderLine, self.facts)

    def check_change(self, parts: list[str]) -> None:
        """Nobody may guess what an unknown change is."""
        if not CHANGES.knows(parts[2]):
            self.spoil(self.report("CHANGE_UNKNOWN", parts, self.at, field=2, value=parts[2]))

    def hashed(self) -> Decimal | None:
        """Partners sum different quantities of a change: none is checked."""
        return None

    def document(self, origin: Origin) -> object:
        """The change, if it says of which order."""
        begin = self.begin
        if not begin[3]:
            return None
        return PurchaseOrderChange(
            head=self.order_head(begin[3], begin[2], begin[4], begin[8], begin[6]),
            sequence=begin[5],
            changed_on=day_of(begin[11]),
            lines=tuple(self.lines),
            broken=self.broken_lines(),
            origin=origin,
        )


class AcknowledgementBuilder(ChangeBuilder):
    """855 and 865: what the supplier says to an order or to a change of it (ACK1)."""

    def made_line(self, parts: list[str]) -> object:
        """A line with what is said of it; an 865 says to which change."""
        statuses = self.facts.pop("statuses")
        line = self.order_line(parts)
        is_change = parts[0] == "POC"
        if is_change:
            self.check_change(parts)
        return made(
            AcknowledgedLine,
            {
                "line": line,
                "statuses": statuses,
                "change": CHANGES.word(parts[2]) if is_change else "",
                "quantity_left": self.number(parts, 4) if is_change else None,
            },
        )

    def document(self, origin: Origin) -> object:
        """The acknowledgement, if it says of which order."""
        begin = self.begin
        if not begin[3]:
            return None
        is_change = begin[0] == "BCA"
        release, contract, on = (
            (begin[4], begin[8], begin[6]) if is_change else (begin[5], begin[7], begin[4])
        )
        return PurchaseOrderAcknowledgement(
            head=self.order_head(begin[3], "", release, contract, on),
            verdict=VERDICTS.word(begin[2]),
            lines=tuple(self.lines),
            supplier_order=begin[9] if is_change else begin[8],
            acknowledged_on=day_of(begin[10] if is_change else begin[9]),
            sequence=begin[5] if is_change else "",
            answers_change=is_change,
            broken=self.broken_lines(),
            origin=origin,
        )


def as_order_line(p: list[str]) -> list[str]:
    """The elements of a line as PO1 has them; POC holds one place more in front."""
    if p[0] != "POC":
        return p
    return [*p[:2], p[3], p[5].partition(COMPONENT)[0], *p[6:]]


def changed_line(blank: dict[str, Any]) -> Handle:
    """The handler of POC, beginning a line of which nothing else is known yet."""

    def handle(b: OrderBuilder, p: list[str], ordinal: int, byte: int) -> None:
        begin_doubtful(b, blank | facts_of(as_order_line(p)), p, ordinal, byte)

    return handle


def status(p: list[str]) -> LineStatus | None:
    """ACK: what becomes of the line or of a part of it (ACK2); None if its code is unknown."""
    if not STATUSES.knows(p[1]):
        return None
    pairs = range(_IDS_OF_ACK, _REASON_OF_ACK, 2)
    return LineStatus(
        status=STATUSES.word(p[1]),
        quantity=decimal_of(p[2]),
        unit=p[3],
        date_kind=DATES.word(p[4]),
        day=day_of(p[5]),
        ids=tuple(item_id(p[at], p[at + 1]) for at in pairs if p[at + 1]) if p[8] else (),
        reason=p[_REASON_OF_ACK],
    )


def on_unknown_status(b: OrderBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """Nobody may guess what an unknown status means for the line."""
    b.spoil(b.report("STATUS_UNKNOWN", p, (ordinal, byte), field=1, value=p[1]))


def on_schedule(b: OrderBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """SCH: a part of the line, with its day."""
    quantity, day = decimal_of(p[1]), day_of(p[6])
    if quantity is None or day is None:
        b.spoil(b.report("DATE_INVALID", p, (ordinal, byte), field=6, value=p[6]))
        return
    b.scope.schedules += (Schedule(quantity, p[2], DATES.word(p[5]), day),)


_BLANK = blank(OrderLine)
_ANSWERED = blank(OrderLine, statuses=())
_LINE_HANDLERS: Handlers = MappingProxyType(
    {
        **COMMON,
        "CTT/CTT": on_count,
        "SCH/SCH": on_schedule,
        "POC/ITD": ignore,  # no line of ours has terms of its own
        "PO1/ITD": ignore,
    }
)
ORDER: Handlers = MappingProxyType(
    {**_LINE_HANDLERS, "BEG": on_begin, "PO1/PO1": priced_line(_BLANK)}
)
CHANGE: Handlers = MappingProxyType(
    {**_LINE_HANDLERS, "BCH": on_begin, "POC/POC": changed_line(_BLANK)}
)
ACKNOWLEDGEMENT: Handlers = MappingProxyType(
    {
        **_LINE_HANDLERS,
        "ACK/ACK": gathered(alone(status), "statuses", on_unknown_status),
        "BAK": on_begin,
        "BCA": on_begin,
        "PO1/PO1": priced_line(_ANSWERED),
        "POC/POC": changed_line(_ANSWERED),
    }
)
