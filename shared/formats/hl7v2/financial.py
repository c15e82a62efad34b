"""One FT1 with its followers: a use or its taking back, evidence, or a line that must be held.

Direction (USE5): the type says it, and a negative sign turns a charge into a credit, as some
senders write credits. A credit stays a credit whatever its sign: such senders say the same thing
twice, and taking it for a charge would post stock that came back.
"""

from collections.abc import Mapping
from decimal import Decimal

from shared.canonical.source_time import SourceTime
from shared.canonical.usage import Direction, EvidenceLine, UsageLine
from shared.formats.hl7v2.facts import checked_amount, either, fail, identifier
from shared.formats.hl7v2.groups import LineGroup, LineLayout
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.lines import LineReading
from shared.formats.hl7v2.message import Presence, Segment
from shared.formats.hl7v2.stated import facts_of_device
from shared.formats.hl7v2.values import time_of
from shared.formats.making import made

LAYOUT = LineLayout(begins="FT1", closed_by={"FT1": 13})  # behind code, date and quantity
FIELD_LIMIT = 64 * 1024  # characters; no field of a line needs more, and longer ones are attacks
_MOVES_NO_STOCK = {"PY": "payment", "AJ": "adjustment", "CO": "co-payment"}
_STATES_DIRECTION = {"CG": Direction.CHARGE, "CD": Direction.CREDIT}


def read_charge(group: LineGroup, reading: LineReading) -> UsageLine | EvidenceLine:
    """Read one line.

    Raises:
        LineFaultError: it cannot be read.
    """
    ft1, header = group.first, reading.header
    _check_lengths(ft1)
    kind = _kind(ft1)
    if kind in _MOVES_NO_STOCK:
        key = (header.application, header.facility, ft1.value(2), kind)
        return EvidenceLine(number=str(group.number), key=key, reason=_MOVES_NO_STOCK[kind])
    direction = Direction.CREDIT if _is_negative(ft1) else _STATES_DIRECTION[kind]
    transaction = identifier(ft1, 2) or fail("TRANSACTION_ID_MISSING", ft1, 2)
    key = (header.application, header.facility, transaction, direction.value)
    reading.identified(key)
    facility, department = _facility(ft1, header), either(ft1, 13)
    code = either(ft1, 7) or fail("CHARGE_CODE_MISSING", ft1, 7)
    quantity, used_at = abs(_quantity(ft1)), _used_at(ft1)
    stated = facts_of_device(group, reading)
    return made(
        UsageLine,
        {
            "number": str(group.number),
            "key": key,
            "direction": direction,
            "facility": facility,
            "department": department,
            "charge_code": code,
            "quantity": quantity,
            "used_at": used_at,
            "position": group.position,
            "reverses": _reverses(key, stated),
            "manufacturer": "",
            **_beside(stated),
        },
    )


def _beside(stated: Mapping[str, str]) -> dict[str, object]:
    """What FT1 has no field for: it stands where the sender's profile says."""
    return {
        "unit": stated.get("unit", ""),
        "lot": stated.get("lot", ""),
        "serial": stated.get("serial", ""),
        "project": stated.get("project", ""),
        "grant": stated.get("grant", ""),
        "service_line": stated.get("service_line", ""),
        "expires": time_of(stated.get("expires", "")),
    }


def _reverses(key: tuple[str, ...], stated: Mapping[str, str]) -> tuple[str, ...]:
    """The charge a credit takes back: what its profile's field names, else its own FT1-2."""
    application, facility, transaction, direction = key
    if direction == Direction.CHARGE:
        return ()
    named = stated.get("reverses", "") or transaction
    return (application, facility, named, Direction.CHARGE.value)


def _check_lengths(ft1: Segment) -> None:
    if len(ft1.text) <= FIELD_LIMIT:
        return
    for number, field in enumerate(ft1.fields):
        if len(field) > FIELD_LIMIT:
            fail("VALUE_TOO_LONG", ft1, number)


def _kind(ft1: Segment) -> str:
    kind = ft1.value(6).upper() or fail("TRANSACTION_TYPE_MISSING", ft1, 6)
    if kind not in _MOVES_NO_STOCK and kind not in _STATES_DIRECTION:
        fail("TRANSACTION_TYPE_UNKNOWN", ft1, 6, kind)
    return kind


def _is_negative(ft1: Segment) -> bool:
    return ft1.value(10).startswith("-")


def _quantity(ft1: Segment) -> Decimal:
    """FT1-10; nothing stated means 1, but a deleted value is no quantity."""
    stated = ft1.value(10)
    if not stated and ft1.presence(10) in (Presence.ABSENT, Presence.EMPTY):
        return Decimal(1)
    return checked_amount(stated, ft1, 10)


def _used_at(ft1: Segment) -> SourceTime:
    """The start of the service (a range's first part)."""
    stated = ft1.value(4) or fail("SERVICE_TIME_MISSING", ft1, 4)
    return time_of(stated) or fail("SERVICE_TIME_INVALID", ft1, 4, stated)


def _facility(ft1: Segment, header: HeaderFacts) -> str:
    """Where the patient was, else who performed, else who sends."""
    return identifier(ft1, 16, 4) or identifier(ft1, 32) or header.facility
