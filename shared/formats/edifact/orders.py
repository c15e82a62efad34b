"""ORDERS and ORDRSP: an order, and what the supplier says to it."""

from types import MappingProxyType

from shared.canonical.purchase_order import (
    AcknowledgedLine,
    LineStatus,
    OrderHead,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderAcknowledgement,
)
from shared.canonical.trade import Dated, ItemId, Origin, Reference
from shared.formats.edi.handling import alone, gathered
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.details import COMMON, Handlers
from shared.formats.edifact.facts import joined, parts_of
from shared.formats.edifact.scopes import Scope, Stated
from shared.formats.edifact.vocabularies import (
    ACTIONS,
    DISCREPANCIES,
    ORDER_KINDS,
    PURPOSES,
    VERDICTS,
)
from shared.formats.making import made

_ORDERED = ("21", "1")  # element 6063
_CONFIRMED = ("113", "12", "194", "46")  # to be delivered, despatched, received, delivered
_BACKORDERED = "83"
_TOTALS = ("86", "77", "39", "9", "128", "79")  # element 5025, of the message first
_PROMISES = ("promised", "current_schedule", "estimated_delivery", "requested_delivery", "shipped")


class OrderBuilder(MessageBuilder):
    """ORDERS: LIN lines under one head."""

    def order_line(
        self, scope: Scope, parts: list[str], ids: tuple[ItemId, ...], ordered: Stated
    ) -> OrderLine:
        """Make the line of what stands in its loop."""
        price, (ordinal, byte) = scope.price, self.at
        return made(
            OrderLine,
            {
                "number": parts[1],
                "quantity": ordered.number,
                "unit": ordered.unit,
                "price": price.number,
                "price_basis": price.basis,
                "ids": ids,
                "description": " ".join(scope.descriptions),
                "dates": scope.dates,
                "references": scope.references,
                "charges": scope.charges,
                "taxes": scope.taxes,
                "schedules": scope.schedules,
                "parties": scope.people() if scope.parties else (),
                "texts": scope.texts,
                "ordinal": ordinal,
                "byte": byte,
            },
        )

    def made_line(self, parts: list[str]) -> object:
        """An order's line says how many of what (LAW1)."""
        scope = self.scope
        ordered = scope.quantity(*_ORDERED)
        ids = self.line_ids(parts) + scope.substitutes
        self.check_quantity(parts, ordered)
        self.check_identified(parts, is_described=bool(ids or scope.descriptions))
        if ordered is None:
            return None
        self.hash += ordered.number
        return self.order_line(scope, parts, ids, ordered)

    def order_head(
        self, number: str, kind: str, ordered: Dated | None, used: tuple[Reference | None, ...]
    ) -> OrderHead:
        """The head, of what stands above the lines and below them."""
        head = self.head
        contract, release = head.reference("contract"), head.reference("release")
        apart = (*used, contract, release)
        return OrderHead(
            number=number,
            purpose=PURPOSES.word(self.begin[3]),
            kind=ORDER_KINDS.word(kind),
            release=release.value if release else "",
            contract=contract.value if contract else "",
            ordered_on=ordered.day if ordered else head.ordered_on,
            currency=head.currency,
            parties=head.people(),
            references=tuple(
                each for each in head.references if not any(each is one for one in apart)
            ),
            dates=self.dates_without(ordered or self.answered_on),
            terms=head.terms,
            charges=head.charges,
            taxes=head.taxes,
            texts=head.texts,
            total=head.amount(*_TOTALS),
        )

    @property
    def answered_on(self) -> Dated | None:
        """The day of the message itself."""
        return self.head.day("document")

    def document(self, origin: Origin) -> object:
        """The order, if it has a number."""
        if not self.number:
            return None
        self._check_numbers()
        ordered = self.head.day("document", "order")
        return PurchaseOrder(
            head=self.order_head(self.number, self.kind, ordered, ()),
            lines=tuple(self.lines),
            broken=self.broken_lines(),
            origin=origin,
        )

    def _check_numbers(self) -> None:
        """Two lines of one number cannot be told apart in what answers them (LAW7)."""
        seen: set[str] = set()
        for line in self.lines:
            if line.number in seen:
                at = (line.ordinal, line.byte)
                self.report("LINE_NUMBER_REPEATED", ["LIN"], at, field=1, value=line.number)
            seen.add(line.number or f"#{line.ordinal}")


class AcknowledgementBuilder(OrderBuilder):
    """ORDRSP: what the supplier says to an order (ACK1)."""

    def made_line(self, parts: list[str]) -> object:
        """A line with what is said of it."""
        scope = self.scope
        confirmed = scope.quantity(*_CONFIRMED)
        ordered = scope.quantity(*_ORDERED) or confirmed
        if ordered is not None:
            self.hash += ordered.number
        line = self.order_line(scope, parts, self.line_ids(parts), ordered or _UNSTATED)
        statuses = self._statuses(scope, parts, confirmed or ordered)
        return AcknowledgedLine(line=line, statuses=statuses)

    def _statuses(
        self, scope: Scope, parts: list[str], quantity: Stated | None
    ) -> tuple[LineStatus, ...]:
        """What becomes of the line (1229), and of the part that is backordered (ACK3)."""
        said = parts[2]
        late = scope.quantity(_BACKORDERED)
        promise = next((each for each in scope.dates if each.kind in _PROMISES), None)
        statuses: list[LineStatus] = []
        if said or scope.substitutes or scope.reasons:
            if said and not ACTIONS.knows(said):
                self.spoil(self.report("STATUS_UNKNOWN", parts, self.at, field=2, value=said))
            statuses.append(
                LineStatus(
                    status=_status(scope, said),
                    quantity=quantity.number if quantity else None,
                    unit=quantity.unit if quantity else "",
                    date_kind=promise.kind if promise else "",
                    day=promise.day if promise else None,
                    ids=scope.substitutes,
                    reason=scope.reasons[0] if scope.reasons else "",
                )
            )
        if late is not None:
            statuses.append(LineStatus("backordered", late.number, late.unit))
        return tuple(statuses)

    def document(self, origin: Origin) -> object:
        """The acknowledgement, if it says of which order."""
        head = self.head
        order, supplier = head.reference("purchase_order"), head.reference("supplier_order")
        if order is None:
            return None
        return PurchaseOrderAcknowledgement(
            head=self.order_head(order.value, "", None, (order, supplier)),
            verdict=self._verdict(),
            lines=tuple(self.lines),
            supplier_order=supplier.value if supplier else self.number,
            acknowledged_on=self.answered_on.day if self.answered_on else None,
            broken=self.broken_lines(),
            origin=origin,
        )

    def _verdict(self) -> str:
        """By the function of the message (1225), else by what it answers (4343)."""
        function, response = self.begin[3], self.begin[4]
        known = function if VERDICTS.knows(function) or not response else response
        return VERDICTS.word(known) if VERDICTS.knows(known) else PURPOSES.word(known)


def _status(scope: Scope, said: str) -> str:
    """A substitution says more than that the line was accepted with changes."""
    if scope.substitutes and ACTIONS.word(said) != "rejected":
        return "substituted"
    return ACTIONS.word(said) if said else DISCREPANCIES.word(scope.reasons[0])


_UNSTATED = Stated("", None, "")  # type: ignore[arg-type]


def discrepancy(p: list[str]) -> str | None:
    """QVR: why the quantity is another one."""
    reason = parts_of(p[3])
    return p[2] or reason[0] or joined((reason[3],)) or None


_DISCREPANCY = gathered(alone(discrepancy), "reasons")
ORDER: Handlers = COMMON
ACKNOWLEDGEMENT: Handlers = MappingProxyType({**COMMON, "QVR": _DISCREPANCY})
