"""Parked lines, and what whoever adds a key does with those that wait for it."""

from datetime import UTC, datetime

from shared.canonical.parking import ParkedLine, ParkedState
from shared.ports.parking import ParkingLot

PARKED_AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ITEM, CHARGE = "item#ITM-1", "charge#EHR#47#11"


def a_line(number: int = 1, *missing: str, payload: str = '{"line":"1"}') -> ParkedLine:
    return ParkedLine(
        line_id=f"{number:064x}",
        document_id="D-1",
        missing=missing or (ITEM,),
        payload=payload,
        parked_at=PARKED_AT,
    )


def state_of(lot: ParkingLot, line: ParkedLine) -> ParkedState:
    return lot.records([line.line_id])[line.line_id].state


def release(lot: ParkingLot, key: str) -> list[str]:
    """What whoever adds a key does: everything under it goes on and leaves."""
    released = []
    for line_id in list(lot.parked_on(key)):
        if lot.claim(line_id) is not None:
            released.append(line_id)
        lot.leave(key, line_id)
    return released
