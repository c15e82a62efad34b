"""Requisitions: ORM^O01, OMS^O05 (stock) and OMN^O07 (not stocked), by their RQD."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from decimal import Decimal
from typing import NamedTuple

from shared.canonical.diagnostic import Position
from shared.canonical.requisition import Requisition, RequisitionAction, RequisitionLine
from shared.canonical.trade import ItemId, Reference
from shared.formats.hl7v2.facts import (
    amount,
    described,
    either,
    fail,
    flag,
    identifier,
    identifiers,
    moment,
    number,
    price,
    written_texts,
)
from shared.formats.hl7v2.fields import plain_text
from shared.formats.hl7v2.groups import LineGroup, LineLayout
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.lines import LineReading, counted_once, read_lines
from shared.formats.hl7v2.message import Message, Presence, Segment
from shared.formats.hl7v2.order_control import ACTIONS
from shared.formats.hl7v2.profile import SenderProfile
from shared.formats.hl7v2.reading import Found
from shared.formats.hl7v2.stated import NOTHING, stated_facts
from shared.formats.hl7v2.values import time_of
from shared.formats.making import made

LAYOUT = LineLayout(begins="RQD", closed_by={"RQD": 7, "RQ1": 6}, before=("ORC", "TQ1"))
TEXTS_LIMIT = 50  # NTE of one line
_ITEMS = ((2, "buyer"), (3, "supplier"), (4, "hospital"))
_QUANTITY, _UNIT, _NEEDED = 5, 6, 10
_NEVER_DATES = (7, 8, 9)  # cost centre, account, place: a date there is the one of RQD-10
_DATE_DIGITS = 8
_MOST_QUANTITY_DIGITS = 5  # of what is taken for a quantity in the place of an item
_LONGEST_UNIT = 3
_DELETABLE = ((6, "unit"), (7, "cost_centre"), (8, "account"), (9, "deliver_to"), (10, "needed_by"))
_ENDS = frozenset({RequisitionAction.CANCEL, RequisitionAction.REPORT})
_NOBODY = ("", "", "", "")
_NOWHERE = Position(segment="")
_UNSTATED = {
    each.name: each.default for each in fields(RequisitionLine) if each.default is not MISSING
}


class _Order(NamedTuple):
    """What an ORC says of the lines behind it, and what each of them repeats of that."""

    number: str
    action: RequisitionAction
    facts: Mapping[str, object]


def read_requisition(
    message: Message, header: HeaderFacts, profile: SenderProfile, *, is_stocked: bool | None
) -> Found:
    """One message is one requisition; `is_stocked` is what its type says of its items."""
    orders: dict[str, _Order] = {}  # most lines of a message stand behind equal ORCs

    def read_one(group: LineGroup, reading: LineReading) -> RequisitionLine:
        return _line(group, reading, orders, is_stocked=is_stocked)

    read = read_lines(message, header, profile, LAYOUT, read_one)
    if read.refusal:
        return Found(None, read.diagnostics)
    lines, repeated = counted_once(read.lines, _substance, _position)
    orc = Segment(message, message.names.index("ORC"))  # no line is read without one
    group, order, filler, at, entered_by, requester, department = orc.values(
        *(4, 2, 3, 9, 10, 12, 13)
    )
    document = made(
        Requisition,
        {
            "number": plain_text(group or order or filler or header.control_id),
            "source": header.source,
            "lines": tuple(lines),
            "requested_at": time_of(at),
            "requester": plain_text(requester),
            "entered_by": plain_text(entered_by),
            "facility": plain_text(orc.value(13, 4)) or header.facility,
            "department": plain_text(department),
            "malformed": tuple(read.malformed),
        },
    )
    return Found(document, (*read.findings, *repeated))


def _line(
    group: LineGroup,
    reading: LineReading,
    orders: dict[str, _Order],
    *,
    is_stocked: bool | None,
) -> RequisitionLine:
    rqd = group.first
    line_number = identifier(rqd, 1) or "1"
    ordered = _order_of(group, reading, line_number, orders)
    _refuse_shifted(rqd, reading.profile)
    stated = stated_facts(group, reading.profile)
    rq1 = group.one("RQ1")
    cost_centre, account, deliver_to = identifiers(rqd, 7, 8, 9)
    maker, makers, supplier, suppliers = identifiers(rq1, 2, 3, 4, 5) if rq1 else _NOBODY
    return made(
        RequisitionLine,
        {
            **_UNSTATED,
            "number": line_number,
            "key": reading.key,
            "ids": _ids(rqd, makers, suppliers),
            "quantity": _quantity(rqd, ordered.action),
            "position": group.position,
            "unit": stated.get("unit", "") or either(rqd, _UNIT),
            "description": _description(rqd),
            "needed_by": moment(rqd, _NEEDED),
            "deliver_to": deliver_to,
            "cost_centre": cost_centre,
            "account": account,
            "supplier": supplier,
            "is_stocked": False if rq1 else is_stocked,
            "references": _references(rq1, maker, stated.get("procedure", "")),
            "texts": written_texts(group.named("NTE"), 3, TEXTS_LIMIT),
            "deleted": _deleted(rqd),
            **ordered.facts,
            **(_bought(rq1) if rq1 else NOTHING),
            **(_beside(stated) if stated else NOTHING),
        },
    )


def _bought(rq1: Segment) -> dict[str, object]:
    """How an item is bought that the stock does not have."""
    return {
        "price": price(rq1, 1),
        "currency": rq1.value(1, 2),
        "is_taxable": flag(rq1, 6),
        "is_substitute_allowed": flag(rq1, 7),
    }


def _beside(stated: Mapping[str, str]) -> dict[str, object]:
    """What RQD has no field for: it stands where the sender's profile says."""
    return {
        "lot": stated.get("lot", ""),
        "serial": stated.get("serial", ""),
        "expires": time_of(stated.get("expires", "")),
        "case": stated.get("case", ""),
    }


def _order_of(
    group: LineGroup, reading: LineReading, line_number: str, orders: dict[str, _Order]
) -> _Order:
    """The order of a line, which makes its intent key (USE2); never the message's number."""
    at = group.heads.get("ORC")
    if at is None:
        fail("ORDER_MISSING", group.first)
    text = group.message.texts[at] if "TQ1" not in group.heads else ""
    known = orders.get(text)
    if known is None:
        orc = Segment(group.message, at)
        placers, fillers = identifier(orc, 2), identifier(orc, 3)
        _identify(reading, placers or fillers, line_number, orc)
        action, priority = _action(orc), _priority(orc, group.head("TQ1"))
        facts = {"order": placers, "filler_order": fillers, "action": action, "priority": priority}
        known = _Order(placers or fillers, action, facts)
        if text:
            orders[text] = known
    else:
        _identify(reading, known.number, line_number)
    return known


def _identify(
    reading: LineReading, order: str, line_number: str, orc: Segment | None = None
) -> None:
    if orc and not order:
        fail("ORDER_NUMBER_MISSING", orc, 2)
    header = reading.header
    reading.identified((header.application, header.facility, order, line_number))


def _action(orc: Segment) -> RequisitionAction:
    stated = orc.value(1).upper() or fail("ORDER_CONTROL_MISSING", orc, 1)
    return ACTIONS.get(stated) or fail("ORDER_CONTROL_UNKNOWN", orc, 1, stated)


def _refuse_shifted(rqd: Segment, profile: SenderProfile) -> None:
    """Hold a line whose fields moved to the left, as senders do that leave empty ones out.

    A quantity stands before its field then, a unit of measure is a bare number, or the date needed
    stands where no date belongs. Whatever RQD-5 holds, it is not what is asked for.
    """
    fields = (*rqd.fields[:_NEEDED], *("",) * _NEEDED)
    for field, _ in _ITEMS:
        if _may_be_quantity(fields[field]) and _may_be_unit(fields[field + 1]):
            fail("FIELDS_SHIFTED", rqd, field, fields[field])
    if number(rqd.value(_QUANTITY)) is None and any(map(_may_be_quantity, fields[3:5])):
        fail("FIELDS_SHIFTED", rqd, _QUANTITY, rqd.value(_QUANTITY))
    if fields[_UNIT].isdigit() and not profile.has_numeric_units:
        fail("FIELDS_SHIFTED", rqd, _UNIT, fields[_UNIT])
    if not rqd.raw(_NEEDED):
        for field in _NEVER_DATES:
            if len(fields[field]) == _DATE_DIGITS and time_of(fields[field]):
                fail("FIELDS_SHIFTED", rqd, field, fields[field])


def _may_be_quantity(raw: str) -> bool:
    return raw.isdigit() and len(raw) <= _MOST_QUANTITY_DIGITS


def _may_be_unit(raw: str) -> bool:
    return raw.isalpha() and len(raw) <= _LONGEST_UNIT


def _quantity(rqd: Segment, action: RequisitionAction) -> Decimal:
    """RQD-5; where an order ends or is told of, nothing need be stated."""
    if action in _ENDS and rqd.presence(_QUANTITY) in (Presence.ABSENT, Presence.EMPTY):
        return Decimal(0)
    found = amount(rqd, _QUANTITY)
    return found if found > 0 else fail("QUANTITY_INVALID", rqd, _QUANTITY, rqd.value(_QUANTITY))


def _ids(rqd: Segment, makers: str, suppliers: str) -> tuple[ItemId, ...]:
    """By which numbers the item goes; at least one (HL7 ch. 4 RQD)."""
    named = [(scheme, either(rqd, field)) for field, scheme in _ITEMS]
    named += (("manufacturer", makers), ("supplier", suppliers))
    ids = tuple([ItemId(scheme, value) for scheme, value in dict.fromkeys(named) if value])
    return ids or fail("ITEM_MISSING", rqd, 2)


def _description(rqd: Segment) -> str:
    for field, _ in _ITEMS:
        text = described(rqd, field)
        if text:
            return text
    return ""


def _priority(orc: Segment, tq1: Segment | None) -> str:
    """TQ1-9, before version 2.5 ORC-7.6."""
    return identifier(tq1, 9) if tq1 else identifier(orc, 7, 6)


def _references(rq1: Segment | None, maker: str, procedure: str) -> tuple[Reference, ...]:
    """Who makes it, and what it is for."""
    made_by = (Reference("manufacturer", maker, described(rq1, 2)),) if rq1 and maker else ()
    return (*made_by, Reference("procedure", procedure)) if procedure else made_by


def _deleted(rqd: Segment) -> tuple[str, ...]:
    if '""' not in rqd.text:
        return ()
    return tuple(name for field, name in _DELETABLE if rqd.presence(field) is Presence.NULL)


def _substance(line: RequisitionLine) -> RequisitionLine:
    return replace(line, position=_NOWHERE)


def _position(line: RequisitionLine) -> Position:
    return line.position
