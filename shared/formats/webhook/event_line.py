"""One line of a usage event: a use, or the taking back of one; or what is wrong with it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, MalformedLine, UsageLine
from shared.formats.bounds import is_bounded, number_of
from shared.formats.iso_times import iso_time
from shared.formats.json_tree import JsonNumber, JsonObject, JsonText
from shared.formats.spots import Spot, identifier_of
from shared.formats.webhook.codes import finding
from shared.formats.webhook.reading import EventFacts

LINE_MEMBERS = frozenset(
    {
        *("id", "item", "quantity", "unit", "used_at", "lot", "serial"),
        *("project", "grant", "service_line", "returns"),
    }
)
RETURN_MEMBERS = frozenset({"document", "line"})
_LONGEST_NUMBER = 64
_JSON_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")


class _LineFaultError(Exception):
    """Inside this module: the line cannot be read, and here is why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    """What is read first, so that a line held for another fault is still held under its own key."""

    key: tuple[str, ...] = ()
    direction: Direction = Direction.CHARGE


def read_line(line: Spot, number: int, facts: EventFacts) -> UsageLine | MalformedLine:
    """Read one line; never raises."""
    identity = _Identity()
    try:
        if not isinstance(line.value, JsonObject):
            _fail("LINE_INVALID", line.position)
        _check_names(line, frozenset({"id", "returns"}), are_all=False)
        identity = _identity(line, facts)
        _check_names(line, LINE_MEMBERS)
        returned = line.member("returns")
        if returned and facts.version:
            _fail("RETURN_IN_VERSION", returned.position)
        return _usage_line(line, number, facts, identity)
    except _LineFaultError as found:
        return MalformedLine(number=str(number), key=identity.key, diagnostic=found.diagnostic)


def _identity(line: Spot, facts: EventFacts) -> _Identity:
    """The intent key: source, facility, document and line, and which way the stock goes."""
    direction = Direction.CREDIT if line.member("returns") else Direction.CHARGE
    number = _stated(line, "id", is_required=True, is_number_allowed=True)
    key = (facts.application, facts.facility, facts.document, number, direction.value)
    return _Identity(key=key, direction=direction)


def _usage_line(line: Spot, number: int, facts: EventFacts, identity: _Identity) -> UsageLine:
    return UsageLine(
        number=str(number),
        key=identity.key,
        direction=identity.direction,
        facility=facts.facility,
        department=facts.department,
        charge_code=_stated(line, "item", is_required=True),
        quantity=_quantity(line),
        used_at=_used_at(line),
        position=line.position,
        reverses=_reverses(line, facts),
        unit=_stated(line, "unit", is_required=True),
        lot=_stated(line, "lot"),
        serial=_stated(line, "serial"),
        project=_stated(line, "project"),
        grant=_stated(line, "grant"),
        service_line=_stated(line, "service_line"),
    )


def _check_names(spot: Spot, names: frozenset[str], *, are_all: bool = True) -> None:
    again = spot.repeated(names)
    if again:
        _fail("MEMBER_REPEATED", again)
    unknown = spot.unknown(names) if are_all else None
    if unknown:
        _fail("MEMBER_UNKNOWN", unknown)


def _reverses(line: Spot, facts: EventFacts) -> tuple[str, ...]:
    """The key of the line that is taken back: a charge of the same source and facility."""
    returns = line.member("returns")
    if returns is None:
        return ()
    if not isinstance(returns.value, JsonObject):
        _fail("MEMBER_INVALID", returns.position)
    _check_names(returns, RETURN_MEMBERS)
    document = _stated(returns, "document", is_required=True, is_number_allowed=True)
    number = _stated(returns, "line", is_required=True, is_number_allowed=True)
    charge = Direction.CHARGE.value
    return (facts.application, facts.facility, document, number, charge)


def _stated(
    spot: Spot, name: str, *, is_required: bool = False, is_number_allowed: bool = False
) -> str:
    member = spot.member(name)
    stated = ""
    if member:
        try:
            stated = identifier_of(member, is_number_allowed=is_number_allowed)
        except ValueError as error:
            _fail(str(error), member.position)
    if is_required and not stated:
        _fail("MEMBER_MISSING", member.position if member else spot.gap(name))
    return stated


def _quantity(line: Spot) -> Decimal:
    """A positive number; a return is told by `returns`, never by a sign."""
    member = line.member("quantity")
    if member is None:
        _fail("MEMBER_MISSING", line.gap("quantity"))
    written, number = _number(member)
    if number is None or (number and number.is_signed()):
        _fail("QUANTITY_INVALID", member.position, written)
    if not is_bounded(number):
        _fail("QUANTITY_TOO_LARGE", member.position, written)
    return number or _fail("QUANTITY_ZERO", member.position)


def _number(member: Spot) -> tuple[str, Decimal | None]:
    """As written, and as it is meant. An exponent of JSON is read, as 1E+2 is what Java makes."""
    match member.value:
        case JsonText(text=text):
            return text, number_of(text.strip())
        case JsonNumber(literal=literal):
            is_read = len(literal) <= _LONGEST_NUMBER and _JSON_NUMBER.fullmatch(literal)
            return literal, Decimal(format(Decimal(literal), "f")) if is_read else None
        case _:
            return "", None


def _used_at(line: Spot) -> SourceTime:
    stated = _stated(line, "used_at", is_required=True)
    member = line.member("used_at")
    position = member.position if member else line.position
    return iso_time(stated) or _fail("TIME_INVALID", position, stated)


def _fail(code: str, position: Position, value: str = "") -> NoReturn:
    raise _LineFaultError(finding(code, position, value))
