"""Units of measure: exact rationals, never rounded, never 1 by default (UOM1 to UOM4)."""

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


def converted(
    stated: Decimal, unit: str, item: ItemRecord, master: MasterData, *, on: date, as_of: str
) -> Quantity | Problem:
    """The stated quantity in base units, by the factor that is valid on the date; or why not."""
    factor = _factor(unit, item, master, on=on, as_of=as_of)
    if factor is None:
        missing = (master_key("unit", item.item, unit),) if unit else ()
        detail = f"item {item.item} has no factor for unit {unit or '(none stated)'} on {on}"
        return Problem(code="UOM_UNKNOWN", detail=detail, missing=missing)
    return converted_by(factor, stated, item)


def converted_by(factor: UnitFactor, stated: Decimal, item: ItemRecord) -> Quantity | Problem:
    """The stated quantity in base units, by a factor that is known already."""
    exact = Fraction(stated) * factor.ratio
    base = decimal_of(exact)
    said = f"{stated:f} {factor.unit} of {item.item}"
    if base is None:
        detail = f"{said} is no exact decimal in {item.base_unit}"
        return Problem(code="UOM_INEXACT", detail=detail)
    if exact.denominator != 1 and not item.is_divisible:
        detail = f"{said} is {base} {item.base_unit}, and the item cannot be divided"
        return Problem(code="QUANTITY_FRACTIONAL", detail=detail)
    if base > LARGEST:
        detail = f"{said} is over {LARGEST} {item.base_unit}"
        return Problem(code="LINE_MALFORMED", detail=detail)
    return Quantity(
        stated=stated,
        stated_unit=factor.unit,
        factor=factor,
        in_base_units=base,
        base_unit=item.base_unit,
    )


def identity_factor(unit: str) -> UnitFactor:
    """A base unit counted in itself (UOM3)."""
    return UnitFactor(unit=unit, numerator=1, denominator=1, version=IDENTITY_VERSION)


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
        return identity_factor(unit)
    record = master.unit(item.item, unit, on=on, as_of=as_of) if unit else None
    if record is None or record.numerator <= 0 or record.denominator <= 0:
        return None
    return UnitFactor(
        unit=unit,
        numerator=record.numerator,
        denominator=record.denominator,
        version=record.version,
    )
