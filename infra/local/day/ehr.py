"""What the EHR of three hospitals sends in a day: synthetic, the same from the same seed.

Most of it is ordinary. Some of it is what integration engineers meet daily: charge codes nobody
mapped, a unit without a factor, a department nobody knows, credits, a line that was cut.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from infra.local.network import Network
from shared.canonical.master import ChargeCodeRecord, DepartmentRecord, ItemRecord

HOSPITALS = ("NORTH", "SOUTH", "EAST")
MESSAGES_PER_HOSPITAL = 26
SERVICE_LINE_GIVEN = 0.3  # share of the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One FT1 with what stands beside it."""

    transaction: str
    at: datetime
    charge_code: str
    department: str
    quantity: str = "1"
    kind: str = "CG"
    facility: str = ""
    lot: str = ""
    serial: str = ""
    project: str = ""
    grant: str = ""
    service_line: str = ""
    unit: str = ""
    reverses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One DFT^P03."""

    control_id: str
    facility: str
    visit: str
    charges: tuple[Charge, ...] = field(repr=False)
    application: str = "EHR"

    def encoded(self) -> bytes:
        """The bytes, segments ended by CR."""
        last_charge = max(charge.at for charge in self.charges)
        sent = f"{last_charge + timedelta(minutes=2):%Y%m%d%H%M%S}"
        patient = f"MRN{self.visit[-6:]}"
        route = f"MSH|^~\\&|{self.application}|{self.facility}|LEDGERWARD|MERIDIAN"
        head = (
            f"{route}|{sent}||DFT^P03^DFT_P03|{self.control_id}|P|2.5.1",
            f"EVN|P03|{sent}",
            f"PID|1||{patient}^^^{self.facility}^MR||TEST^PATIENT||19700101|U",
            f"PV1|1|I|OR^01^1^{self.facility}{'|' * 16}{self.visit}",
        )
        lines = [
            segment
            for number, charge in enumerate(self.charges, start=1)
            for segment in _segments(number, charge)
        ]
        return ("\r".join([*head, *lines]) + "\r").encode()


def _segments(number: int, charge: Charge) -> Iterator[str]:
    place = f"^^^{charge.facility}" if charge.facility else ""
    yield (
        f"FT1|{number}|{charge.transaction}||{charge.at:%Y%m%d%H%M%S}|{charge.at:%Y%m%d}"
        f"|{charge.kind}|{charge.charge_code}|||{charge.quantity}|||{charge.department}|||{place}"
    )
    beside = (
        charge.lot,
        charge.serial,
        charge.project,
        charge.grant,
        charge.service_line,
        charge.unit,
        charge.reverses,
    )
    if any(beside):
        yield "ZLW|" + "|".join(beside)


def ordinary_messages(
    network: Network, facility: str, day: date, chance: random.Random
) -> Iterator[Message]:
    """A day's ordinary charges of one hospital."""
    shelves = [each for each in network.departments if each.facility == facility]
    items = {item.item: item for item in network.items if item.is_active}
    codes = [code for code in network.charge_codes if code.item in items]
    for number in range(1, MESSAGES_PER_HOSPITAL + 1):
        stem = f"{day:%Y%m%d}-{facility}-{number:03d}"
        picked = chance.sample(codes, chance.choice((1, 1, 2, 2, 3, 4)))
        yield Message(
            control_id=f"{stem}-M",
            facility=facility,
            visit=f"V{day:%y%m%d}{HOSPITALS.index(facility)}{number:05d}",
            charges=tuple(
                _charge(network, f"{stem}-{ordinal}", code, items[code.item], shelves, day, chance)
                for ordinal, code in enumerate(picked, start=1)
            ),
        )


def _charge(
    network: Network,
    transaction: str,
    code: ChargeCodeRecord,
    item: ItemRecord,
    shelves: Sequence[DepartmentRecord],
    day: date,
    chance: random.Random,
) -> Charge:
    at = datetime.combine(day, time(chance.randrange(6, 22), chance.randrange(60)))
    lots = [lot.number for lot in network.lots if lot.item == item.item and lot.expires]
    identified = chance.choice(lots) if lots and item.is_lot_controlled else ""
    return Charge(
        transaction=transaction,
        at=at,
        charge_code=code.charge_code,
        department=chance.choice(shelves).department,
        quantity="1" if item.is_serial_controlled else str(chance.randrange(1, 5)),
        lot="" if item.is_serial_controlled else identified,
        serial=identified if item.is_serial_controlled else "",
        service_line=chance.choice(network.service_lines).code
        if chance.random() < SERVICE_LINE_GIVEN
        else "",
    )


def noon_of(day: date) -> datetime:
    """Noon by the hospital's clock."""
    return datetime.combine(day, time(12))


def plain_code(network: Network) -> ChargeCodeRecord:
    """The first of `plain_codes`."""
    return plain_codes(network)[0]


def plain_codes(network: Network) -> list[ChargeCodeRecord]:
    """Charge codes of items that need no lot and that every source may post."""
    ruled = {rule.item_class for rule in network.stock_sources}
    plain = {
        item.item
        for item in network.items
        if item.is_active and not item.is_lot_controlled and item.item_class not in ruled
    }
    return [code for code in network.charge_codes if code.item in plain]


def troubles(network: Network, day: date) -> Iterator[Message]:
    """One message for each thing that waits for a person."""
    plain = plain_code(network)
    tracked = next(
        code
        for code in network.charge_codes
        for item in network.items
        if item.item == code.item and item.is_lot_controlled and not item.is_serial_controlled
    )
    at = datetime.combine(day, time(9, 30))
    good = Charge(transaction="", at=at, charge_code=plain.charge_code, department="OR")
    expired = min(
        (each for each in network.dimensions if each.kind == "grant"), key=lambda g: g.valid_to
    )
    variants = {
        "unmapped": (replace(good, charge_code="C-NOBODY-MAPPED-1"), good),
        "unmapped2": (replace(good, charge_code="C-NOBODY-MAPPED-2"),),
        "unit": (replace(good, unit="PALLET"), good),
        "department": (replace(good, department="ATTIC"),),
        "facility": (replace(good, facility="ELSEWHERE"),),
        "credit": (replace(good, kind="CD"),),
        "lot": (replace(good, charge_code=tracked.charge_code),),
        "grant": (replace(good, grant=expired.code),),
        "project": (replace(good, project=network.projects[0].code),),
    }
    for name, charges in variants.items():
        stem = f"{day:%Y%m%d}-NORTH-{name}"
        yield Message(
            control_id=f"{stem}-M",
            facility="NORTH",
            visit=f"V{day:%y%m%d}9{len(name):05d}",
            charges=tuple(
                replace(charge, transaction=f"{stem}-{ordinal}")
                for ordinal, charge in enumerate(charges, start=1)
            ),
        )


def conflicting(message: Message) -> Message:
    """The same line ids with other content: a person must say which is true.

    Every line, since some move no stock and are evidence only.
    """
    return replace(
        message,
        control_id=f"{message.control_id}X",
        charges=tuple(replace(charge, quantity="77") for charge in message.charges),
    )


def cut(message: Message, day: date) -> bytes:
    """A message whose last line never arrived whole."""
    whole = replace(
        message,
        control_id=f"{message.control_id}C",
        charges=(
            replace(message.charges[0], transaction=f"{day:%Y%m%d}-CUT-1"),
            replace(message.charges[0], transaction=f"{day:%Y%m%d}-CUT-2"),
        ),
    ).encoded()
    return whole[: whole.rindex(b"FT1|2|") + len(b"FT1|2|20")]
