"""A quantity keeps what the source said and the base units it means, with the factor (LAW6)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFactor:
    """How many base units one unit holds.

    An exact rational with the version of the rule that said so (UOM2).
    """

    unit: str
    numerator: int
    denominator: int
    version: str

    def __post_init__(self) -> None:
        """Refuse a factor that is not positive."""
        if self.numerator <= 0 or self.denominator <= 0:
            raise ValueError(f"a unit factor is positive, not {self.numerator}/{self.denominator}")

    @property
    def ratio(self) -> Fraction:
        """Base units in one unit."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An amount in the source's unit and in the item's base unit."""

    stated: Decimal
    stated_unit: str
    factor: UnitFactor
    in_base_units: Decimal
    base_unit: str
