"""One FT1 with its followers: a use or its taking back, evidence, or a line that must be held.

Direction (USE5): the type says it, and a negative sign turns a charge into a credit, as some
senders write credits. A credit stays a credit whatever its sign: such senders say the same thing
twice, and taking it for a charge would post stock that came back.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, EvidenceLine, MalformedLine, UsageLine
from shared.formats.bounds import CONTROLS, IDENTIFIER_LIMIT, is_bounded, number_of
from shared.formats.hl7v2.codes import finding
from shared.formats.hl7v2.groups import LineGroup
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.message import Presence, Segment
from shared.formats.hl7v2.profile import FieldPlace, UsageProfile
from shared.formats.hl7v2.values import time_of

FIELD_LIMIT = 64 * 1024  # characters; no field of a line needs more, and longer ones are attacks
_MOVES_NO_STOCK = {"PY": "payment", "AJ": "adjustment", "CO": "co-payment"}
_STATES_DIRECTION = {"CG": Direction.CHARGE, "CD": Direction.CREDIT}

ReadLine = UsageLine | EvidenceLine | MalformedLine


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


def read_line(
    group: LineGroup, header: HeaderFacts, profile: UsageProfile, fault: Diagnostic | None
) -> ReadLine:
    """Read one line. `fault` is what is already known to be wrong with it; never raises."""
    number, identity = str(group.number), _Identity()
    try:
        _check_lengths(group)
        kind = _kind(group.ft1)
        if kind in _MOVES_NO_STOCK:
            key = (header.application, header.facility, group.ft1.value(2), kind)
            return EvidenceLine(number=number, key=key, reason=_MOVES_NO_STOCK[kind])
        identity = _identity(group.ft1, kind, header)
        if fault:
            raise _LineFaultError(fault)  # noqa: TRY301 - one way out for every fault
        return _usage_line(group, header, profile, identity)
    except _LineFaultError as found:
        diagnostic = fault or found.diagnostic
        return MalformedLine(number=number, key=identity.key, diagnostic=diagnostic)


def _usage_line(
    group: LineGroup, header: HeaderFacts, profile: UsageProfile, identity: _Identity
) -> UsageLine:
    ft1 = group.ft1
    return UsageLine(
        number=str(group.number),
        key=identity.key,
        direction=identity.direction,
        facility=_facility(ft1, header),
        department=_either(ft1, 13),
        charge_code=_either(ft1, 7) or _fail("CHARGE_CODE_MISSING", ft1, 7),
        quantity=abs(_quantity(ft1)),
        used_at=_used_at(ft1),
        position=ft1.position(),
        reverses=_reverses(group, profile, identity),
        unit=_stated(group, profile.unit),
        lot=_stated(group, profile.lot),
        serial=_stated(group, profile.serial),
        project=_stated(group, profile.project),
        grant=_stated(group, profile.grant),
        service_line=_stated(group, profile.service_line),
    )


def _reverses(group: LineGroup, profile: UsageProfile, identity: _Identity) -> tuple[str, ...]:
    """The charge a credit takes back: what its profile's field names, else its own FT1-2."""
    if identity.direction is Direction.CHARGE:
        return ()
    application, facility, transaction, _ = identity.key
    named = _stated(group, profile.reverses) or transaction
    return (application, facility, named, Direction.CHARGE.value)


def _check_lengths(group: LineGroup) -> None:
    for number, field in enumerate(group.ft1.fields):
        if len(field) > FIELD_LIMIT:
            _fail("VALUE_TOO_LONG", group.ft1, number)


def _kind(ft1: Segment) -> str:
    kind = ft1.value(6).upper() or _fail("TRANSACTION_TYPE_MISSING", ft1, 6)
    if kind not in _MOVES_NO_STOCK and kind not in _STATES_DIRECTION:
        _fail("TRANSACTION_TYPE_UNKNOWN", ft1, 6, kind)
    return kind


def _identity(ft1: Segment, kind: str, header: HeaderFacts) -> _Identity:
    """The intent key: sender, transaction id and direction; never the message's own number."""
    transaction = _identifier(ft1, 2) or _fail("TRANSACTION_ID_MISSING", ft1, 2)
    direction = Direction.CREDIT if _is_negative(ft1) else _STATES_DIRECTION[kind]
    key = (header.application, header.facility, transaction, direction.value)
    return _Identity(key=key, direction=direction)


def _is_negative(ft1: Segment) -> bool:
    return ft1.value(10).startswith("-")


def _quantity(ft1: Segment) -> Decimal:
    """FT1-10; nothing stated means 1, but a deleted value is no quantity."""
    match ft1.presence(10):
        case Presence.ABSENT | Presence.EMPTY:
            return Decimal(1)
        case Presence.NULL:
            return _fail("QUANTITY_INVALID", ft1, 10)
        case Presence.PRESENT:
            return _checked(number_of(ft1.value(10)), ft1)


def _checked(number: Decimal | None, ft1: Segment) -> Decimal:
    if number is None:
        return _fail("QUANTITY_INVALID", ft1, 10, ft1.value(10))
    if not is_bounded(number):
        return _fail("QUANTITY_TOO_LARGE", ft1, 10, ft1.value(10))
    return number or _fail("QUANTITY_ZERO", ft1, 10)


def _used_at(ft1: Segment) -> SourceTime:
    """The start of the service (a range's first part)."""
    stated = ft1.value(4) or _fail("SERVICE_TIME_MISSING", ft1, 4)
    return time_of(stated) or _fail("SERVICE_TIME_INVALID", ft1, 4, stated)


def _facility(ft1: Segment, header: HeaderFacts) -> str:
    """Where the patient was, else who performed, else who sends."""
    return _identifier(ft1, 16, 4) or _identifier(ft1, 32) or header.facility


def _either(ft1: Segment, field: int) -> str:
    """A coded field's id, else its alternate id."""
    return _identifier(ft1, field) or _identifier(ft1, field, 4)


def _stated(group: LineGroup, places: tuple[FieldPlace, ...]) -> str:
    """The one value that these places state; two different ones leave the line to a person."""
    found: dict[str, tuple[Segment, int]] = {}
    for place in places:
        for segment in group.named(place.segment):
            if place.only_if_field and segment.value(place.only_if_field) != place.only_if_value:
                continue
            value = _identifier(segment, place.field, place.component)
            found.setdefault(value, (segment, place.field))
    values = [value for value in found if value]
    if len(values) > 1:
        segment, field = found[values[1]]
        _fail("VALUES_SEVERAL", segment, field)
    return values[0] if values else ""


def _identifier(segment: Segment, field: int, component: int = 1) -> str:
    value = segment.value(field, component)
    if len(value) > IDENTIFIER_LIMIT:
        _fail("VALUE_TOO_LONG", segment, field)
    if not CONTROLS.isdisjoint(value):
        _fail("CHARACTER_INVALID", segment, field)
    return value


def _fail(code: str, segment: Segment, field: int, value: str = "") -> NoReturn:
    position: Position = segment.position(field)
    raise _LineFaultError(finding(code, position, value))
