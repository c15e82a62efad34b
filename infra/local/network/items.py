"""The catalogue: items at fixed cost, their packs, their charge codes and who supplies them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from infra.local.network.families import Control, Family, families
from infra.local.network.model import CatalogueItem, Supplier
from shared.canonical.master import ChargeCodeRecord, ItemRecord, UnitRecord

CHARGE_APPLICATION = "EHR"
# Sources that speak of items by the ERP's own numbers, in base units.
ITEM_NUMBER_APPLICATIONS = ("CABINET", "ORTRACK")
_SUPPLIERS = 28
_INACTIVE = 3
_PACK_CHANGES = 8
_ALWAYS = date(2000, 1, 1)

# Costs at which rounding shows: under half a cent, and ties at the third decimal.
_NOTABLE_COSTS = {
    "PAD-001": Decimal("0.0005"),
    "GLV-001": Decimal("0.0375"),
    "SUT-001": Decimal("23.7575"),
}
# Revenue codes lead a hospital's charge codes: supplies, sterile supplies, implants.
_REVENUE_CODES = {Control.NONE: "270", Control.LOT: "272", Control.SERIAL: "278"}
_BOX_CODES_FROM = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StockedItem:
    """An item with everything that master data and the ERP must be told about it."""

    catalogue: CatalogueItem
    box: int
    units: tuple[UnitRecord, ...]
    charges: tuple[ChargeCodeRecord, ...]

    @property
    def master(self) -> ItemRecord:
        """The item as mapping reads it."""
        return ItemRecord(
            item=self.catalogue.item,
            base_unit=self.catalogue.base_unit,
            unit_cost=self.catalogue.unit_cost,
            is_lot_controlled=self.catalogue.is_lot_controlled,
            is_serial_controlled=self.catalogue.is_serial_controlled,
            is_divisible=self.catalogue.base_unit != "EA",
            is_active=self.catalogue.is_active,
            item_class=self.catalogue.family,
        )

    @property
    def number_charges(self) -> Iterator[ChargeCodeRecord]:
        """What the ERP's number of an item that is still bought stands for in other sources."""
        if self.catalogue.is_active:
            for application in ITEM_NUMBER_APPLICATIONS:
                yield ChargeCodeRecord(
                    application=application,
                    charge_code=self.catalogue.item,
                    item=self.catalogue.item,
                    unit=self.catalogue.base_unit,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """An item before chance has priced and packed it."""

    number: int  # in the whole catalogue
    code: str
    name: str
    family: Family


def suppliers() -> tuple[Supplier, ...]:
    """Suppliers named by number and trade: nobody real."""
    trades = list(dict.fromkeys(family.trade for family in families()))
    return tuple(
        Supplier(
            code=f"SUP-{number:02d}",
            name=f"Supplier {number:02d} {trades[(number - 1) % len(trades)]}",
        )
        for number in range(1, _SUPPLIERS + 1)
    )


def stocked_items(rng: random.Random, year: int) -> tuple[StockedItem, ...]:
    """Every item of every family.

    The last loose ones are no longer bought, and some change their pack in the middle of the year.
    """
    drafts = tuple(_drafts())
    loose = [d.number for d in drafts if d.family.pattern.control is Control.NONE]
    inactive = loose[-_INACTIVE:]
    repacked = rng.sample(loose[:-_INACTIVE], _PACK_CHANGES)
    found = []
    for draft in drafts:
        box, case = rng.choice(draft.family.pattern.boxes), rng.choice(draft.family.pattern.cases)
        repacked_on = date(year, 7, 1) if draft.number in repacked else None
        found.append(
            StockedItem(
                catalogue=_catalogued(rng, draft, is_active=draft.number not in inactive),
                box=box,
                units=tuple(_units(draft, box=box, case=case, repacked_on=repacked_on)),
                charges=tuple(_charges(rng, draft)),
            )
        )
    return tuple(found)


def check_digit(digits: str) -> str:
    """The GS1 check digit of a number without it: weights 3 and 1 in turn, from the right."""
    total = sum(int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _drafts() -> Iterator[_Draft]:
    number = 0
    for family in families():
        names = [(style, size) for style in family.styles for size in family.sizes]
        for place, (style, size) in enumerate(names, start=1):
            number += 1
            name = ", ".join(part for part in (family.name, style, size) if part)
            yield _Draft(
                number=number, code=f"{family.prefix}-{place:03d}", name=name, family=family
            )


def _catalogued(rng: random.Random, draft: _Draft, *, is_active: bool) -> CatalogueItem:
    family, control = draft.family, draft.family.pattern.control
    # GS1 keeps numbers that begin with 200 for use inside one company: no real product has one.
    without_check_digit = f"0200{draft.number:09d}"
    supplier = rng.choice([s for s in suppliers() if s.name.endswith(f" {family.trade}")])
    return CatalogueItem(
        item=draft.code,
        name=draft.name,
        family=family.name,
        base_unit=family.pattern.base_unit,
        unit_cost=_NOTABLE_COSTS.get(draft.code) or _cost(rng, family),
        is_lot_controlled=control is not Control.NONE,
        is_serial_controlled=control is Control.SERIAL,
        is_active=is_active,
        udi_di=without_check_digit + check_digit(without_check_digit),
        supplier=supplier.code,
        supplier_part=f"{supplier.code[-2:]}-{draft.number:05d}",
    )


def _cost(rng: random.Random, family: Family) -> Decimal:
    steps = int((family.highest_cost - family.lowest_cost) / family.pattern.tick)
    cost = family.lowest_cost + rng.randint(0, steps) * family.pattern.tick
    return cost.quantize(Decimal("0.0001"))


def _units(draft: _Draft, *, box: int, case: int, repacked_on: date | None) -> Iterator[UnitRecord]:
    """The base unit, the box (or bottle) and the case of this item.

    A pack change leaves the old factors valid for what happened before it (UOM6).
    """
    box_unit = draft.family.pattern.box_unit
    yield _unit(draft.code, draft.family.pattern.base_unit, 1, _ALWAYS)
    yield _unit(draft.code, box_unit, box, _ALWAYS)
    yield _unit(draft.code, "CS", box * case, _ALWAYS)
    if repacked_on:
        smaller = box * 4 // 5
        yield _unit(draft.code, box_unit, smaller, repacked_on, version="2")
        yield _unit(draft.code, "CS", smaller * case, repacked_on, version="2")


def _charges(rng: random.Random, draft: _Draft) -> Iterator[ChargeCodeRecord]:
    """One code counts base units; fluids and some other items have one for boxes (bottles) too."""
    pattern = draft.family.pattern
    revenue = _REVENUE_CODES[pattern.control]
    yield _charge(f"{revenue}{draft.number:05d}", draft.code, pattern.base_unit)
    is_boxed = pattern.control is not Control.SERIAL and rng.randrange(4) == 0
    if is_boxed or pattern.box_unit == "BT":
        code = f"{revenue}{_BOX_CODES_FROM + draft.number:05d}"
        yield _charge(code, draft.code, pattern.box_unit)


def _unit(item: str, unit: str, factor: int, valid_from: date, version: str = "1") -> UnitRecord:
    return UnitRecord(
        item=item,
        unit=unit,
        numerator=factor,
        denominator=1,
        valid_from=valid_from,
        version=version,
    )


def _charge(code: str, item: str, unit: str) -> ChargeCodeRecord:
    return ChargeCodeRecord(application=CHARGE_APPLICATION, charge_code=code, item=item, unit=unit)
