"""What supply cabinets tell in a day, most in files: withdrawals, returns in parts, bad rows."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from infra.local.cabinet import RETURN, CabinetRow, cabinet_csv
from infra.local.day.ehr import Charge, Message
from infra.local.network import Network
from shared.canonical.master import ItemRecord

HOSPITALS = ("NORTH", "SOUTH", "EAST")
WITHDRAWALS_PER_HOSPITAL = 28
SHARED_USES = 4
HL7_WITHDRAWALS = 8


def morning_file(network: Network, day: date, chance: random.Random) -> bytes:
    """Withdrawals of three hospitals, a return before its withdrawal, and two bad rows."""
    rows = [row for name in HOSPITALS for row in _withdrawals(network, name, day, chance)]
    shared = [
        _row(item, "NORTH", day, transaction, case=case)
        for item, case, transaction in shared_uses(network, day)
    ]
    late = _late_withdrawal(network, day)
    bad = [
        replace(rows[0], transaction=f"{day:%Y%m%d}-C-BAD-1", quantity="many"),
        replace(rows[0], transaction=f"{day:%Y%m%d}-C-BAD-2", quantity="=1+1"),
    ]
    return cabinet_csv([*rows, *shared, _return_of(late, "EARLY", "1"), *bad])


def evening_file(network: Network, day: date) -> bytes:
    """Uses that come back in two parts, and the withdrawal whose return came in the morning."""
    item = _plain_items(network)[0]
    rows: list[CabinetRow] = [_late_withdrawal(network, day)]
    for name in HOSPITALS:
        taken = _row(item, name, day, f"{day:%Y%m%d}-C-{name}-PARTS", quantity="3")
        rows += [_return_of(taken, "B", "2"), taken, _return_of(taken, "A", "1")]
    return cabinet_csv(rows)


def cabinet_messages(network: Network, day: date, chance: random.Random) -> Iterator[Message]:
    """EAST has cabinets that speak HL7, and charge items by the ERP's own numbers."""
    for number in range(1, HL7_WITHDRAWALS + 1):
        stem = f"{day:%Y%m%d}-CH-EAST-{number:02d}"
        charge = Charge(
            transaction=stem,
            at=datetime.combine(day, time(6 + number, 5)),
            charge_code=chance.choice(_plain_items(network)).item,
            department="OR",
            quantity=str(chance.randrange(1, 4)),
        )
        yield Message(
            application="CABINET",
            control_id=f"{stem}-M",
            facility="EAST",
            visit=f"V{day:%y%m%d}6{number:05d}",
            charges=(charge,),
        )


def shared_uses(network: Network, day: date) -> Iterator[tuple[ItemRecord, str, str]]:
    """Uses that NORTH's cabinet and its EHR both tell of: item, visit, transaction."""
    classes = {rule.item_class for rule in network.stock_sources if rule.application == "CABINET"}
    items = [item for item in network.items if item.item_class in classes and item.is_active]
    for number, item in enumerate(items[:SHARED_USES], start=1):
        yield item, f"V{day:%y%m%d}8{number:05d}", f"{day:%Y%m%d}-BOTH-{number}"


def _plain_items(network: Network) -> Sequence[ItemRecord]:
    ruled = {rule.item_class for rule in network.stock_sources}
    return [
        item
        for item in network.items
        if item.is_active
        and not item.is_lot_controlled
        and item.base_unit == "EA"
        and item.item_class not in ruled
    ]


def _withdrawals(
    network: Network, facility: str, day: date, chance: random.Random
) -> Iterator[CabinetRow]:
    items = _plain_items(network)
    for number in range(1, WITHDRAWALS_PER_HOSPITAL + 1):
        transaction = f"{day:%Y%m%d}-C-{facility}-{number:03d}"
        for line in range(1, chance.choice((1, 1, 2)) + 1):
            row = _row(chance.choice(items), facility, day, transaction)
            quantity = str(chance.randrange(1, 4))
            at = datetime.combine(day, time(chance.randrange(6, 22), chance.randrange(60)))
            yield replace(row, line=str(line), quantity=quantity, time=at)


def _late_withdrawal(network: Network, day: date) -> CabinetRow:
    item = _plain_items(network)[1]
    return _row(item, "NORTH", day, f"{day:%Y%m%d}-C-LATE", quantity="1")


def _row(
    item: ItemRecord,
    facility: str,
    day: date,
    transaction: str,
    *,
    case: str = "",
    quantity: str = "1",
) -> CabinetRow:
    return CabinetRow(
        transaction=transaction,
        facility=facility,
        department="OR",
        item=item.item,
        time=datetime.combine(day, time(8, 15)),
        quantity=quantity,
        unit="EACH",
        case=case,
    )


def _return_of(taken: CabinetRow, suffix: str, quantity: str) -> CabinetRow:
    return replace(
        taken,
        transaction=f"{taken.transaction}-{suffix}",
        kind=RETURN,
        quantity=quantity,
        original_transaction=taken.transaction,
        original_line=taken.line,
    )
