"""What was used, how much of it, and on which lot: from a charge code to base units of an item."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.canonical.master import ChargeCodeRecord, ItemRecord
from shared.canonical.quantity import Quantity
from shared.canonical.stock_report import StockLine
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.mapping.keys import master_key
from shared.mapping.problems import Problem
from shared.mapping.units import converted
from shared.ports.master_data import MasterData

UNKNOWN_LOT = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedItem:
    """What a charge code stands for: an item, and the unit that one charge counts."""

    item: ItemRecord
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedItem:
    """What a line used, as far as it is known; `problems` block, `notices` do not."""

    item: ItemRecord | None = None
    quantity: Quantity | None = None
    lot: str = ""
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def charged_item(
    line: UsageLine, document: SupplyUsage, master: MasterData, *, as_of: str
) -> ChargedItem | Problem:
    """Follow the sender's charge code to an item."""
    application = document.source.application
    charge = master.charge_code(application, line.charge_code, as_of=as_of)
    if charge is None:
        detail = f"{application} charge code {line.charge_code} leads to no item"
        return unmapped(detail, master_key("charge", application, line.charge_code))
    return item_of(charge, master, as_of=as_of)


def item_of(charge: ChargeCodeRecord, master: MasterData, *, as_of: str) -> ChargedItem | Problem:
    """What a cross reference leads to."""
    item = master.item(charge.item, as_of=as_of)
    if item is None:
        code = f"charge code {charge.charge_code}"
        detail = f"{code} leads to item {charge.item}, which has no record"
        return unmapped(detail, master_key("item", charge.item))
    return ChargedItem(item=item, unit=charge.unit)


def used_item(
    line: UsageLine, charged: ChargedItem | Problem, master: MasterData, *, on: date, as_of: str
) -> MappedItem:
    """Count a use in base units of its item; the line's own unit wins over the charge code's."""
    if not is_a_quantity(line.quantity):
        detail = "the quantity of a use is a positive number"
        return MappedItem(problems=(Problem(code="LINE_MALFORMED", detail=detail),))
    if isinstance(charged, Problem):
        return MappedItem(problems=(charged,))
    item, unit = charged.item, line.unit or charged.unit
    found = converted(line.quantity, unit, item, master, on=on, as_of=as_of)
    if isinstance(found, Problem):
        return MappedItem(item=item, problems=(found,))
    return _counted(line, item, found)


def is_a_quantity(stated: Decimal) -> bool:
    """Whether so much can be used or taken back: a positive number."""
    return stated.is_finite() and stated > 0


def _counted(line: UsageLine, item: ItemRecord, quantity: Quantity) -> MappedItem:
    lot = lot_of(line, item, quantity.in_base_units)
    return MappedItem(
        item=item,
        quantity=quantity,
        lot=lot,
        problems=serial_problems(line, item, quantity),
        notices=_notices(item, lot),
    )


def lot_of(line: UsageLine | StockLine, item: ItemRecord, base: Decimal) -> str:
    """A serial is a lot of one (SER1); an item followed by lots and used without is on UNKNOWN."""
    if line.serial and (item.is_serial_controlled or (not line.lot and base == 1)):
        return line.serial
    return line.lot or (UNKNOWN_LOT if is_followed(item) else "")


def is_followed(item: ItemRecord) -> bool:
    """Whether stock of it is kept lot by lot."""
    return item.is_lot_controlled or item.is_serial_controlled


def serial_problems(
    line: UsageLine | StockLine, item: ItemRecord, quantity: Quantity
) -> tuple[Problem, ...]:
    """One serial is one base unit (SER1)."""
    if not item.is_serial_controlled or not line.serial or quantity.in_base_units == 1:
        return ()
    used = f"{quantity.in_base_units:f} {quantity.base_unit} of {item.item}"
    return (Problem(code="SERIAL_QUANTITY", detail=f"one serial for {used}"),)


def _notices(item: ItemRecord, lot: str) -> tuple[Problem, ...]:
    notices = []
    if lot == UNKNOWN_LOT:
        detail = f"item {item.item} is followed by lots; posted on lot {UNKNOWN_LOT}"
        notices.append(Problem(code="LOT_MISSING", detail=detail))
    if not item.is_active:
        notices.append(Problem(code="ITEM_INACTIVE", detail=f"item {item.item} is inactive"))
    return tuple(notices)


def unmapped(detail: str, key: str) -> Problem:
    """Nothing leads to an item yet; the key is what it waits for."""
    return Problem(code="ITEM_UNMAPPED", detail=detail, missing=(key,))
