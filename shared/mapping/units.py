"""Units of measure: exact rationals, never rounded, never 1 by default (UOM1 to UOM4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

from shared.canonical.master import ItemRecord
from shared.canonical.quantity import Quantity, UnitFactor
from shared.mapping.keys import master_key
from shared.mapping.problems import Problem
from shared.ports.master_data import MasterData

DECIMALS = 6  # of a quantity in base units: what the ERP's quantities hold exactly
LARGEST = 10**9  # base units of one line; beyond it a factor or a quantity is wrong
IDENTITY_VERSION = "identity"
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A quantity, or why there is none."""

    quantity: Quantity | None = None
    problem: Problem | None = None


def converted(
    stated: Decimal, unit: str, item: ItemRecord, master: MasterData, *, on: date, as_of: str
) -> Converted:
    """The stated quantity in base units, by the factor that is valid on the date of use."""
    factor = _factor(unit, item, master, on=on, as_of=as_of)
    if factor is None:
        missing = (master_key("unit", item.item, unit),) if unit else ()
        detail = f"item {item.item} has no factor for unit {unit or '(none stated)'} on {on}"
        return _failed("UOM_UNKNOWN", detail, missing)
    exact = Fraction(stated) * factor.ratio
    base = decimal_of(exact)
    said = f"{stated:f} {unit} of {item.item}"
    if base is None:
        return _failed("UOM_INEXACT", f"{said} is no exact decimal in {item.base_unit}")
    if exact.denominator != 1 and not item.is_divisible:
        detail = f"{said} is {base} {item.base_unit}, and the item cannot be divided"
        return _failed("QUANTITY_FRACTIONAL", detail)
    if base > LARGEST:
        return _failed("LINE_MALFORMED", f"{said} is over {LARGEST} {item.base_unit}")
    quantity = Quantity(
        stated=stated,
        stated_unit=unit,
        factor=factor,
        in_base_units=base,
        base_unit=item.base_unit,
    )
    return Converted(quantity=quantity)


def decimal_of(exact: Fraction) -> Decimal | None:
    """A rational as the decimal it is; None if it has more than six decimals or never ends."""
    scaled = exact * 10**DECIMALS
    if scaled.denominator != 1:
        return None
    whole, rest = divmod(scaled.numerator, 10**DECIMALS)
    if rest == 0:
        return Decimal(whole)
    return Decimal(scaled.numerator).scaleb(-DECIMALS, _EXACT).normalize(_EXACT)


def _factor(
    unit: str, item: ItemRecord, master: MasterData, *, on: date, as_of: str
) -> UnitFactor | None:
    """The base unit is itself (UOM3); every other unit needs a rule of this item."""
    if unit == item.base_unit:
        return UnitFactor(unit=unit, numerator=1, denominator=1, version=IDENTITY_VERSION)
    record = master.unit(item.item, unit, on=on, as_of=as_of) if unit else None
    if record is None or record.numerator <= 0 or record.denominator <= 0:
        return None
    return UnitFactor(
        unit=unit,
        numerator=record.numerator,
        denominator=record.denominator,
        version=record.version,
    )


def _failed(code: str, detail: str, missing: tuple[str, ...] = ()) -> Converted:
    return Converted(problem=Problem(code=code, detail=detail, missing=missing))
