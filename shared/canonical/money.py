"""Money is decimal, in cents, rounded as the target's books round it."""

from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")


def rounded_half_even(amount: Decimal) -> Decimal:
    """To the cent, ties to the even cent: what Tryton does with each stock move (RND1)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


def extended(quantity: Decimal, unit_cost: Decimal) -> Decimal:
    """Quantity in base units × cost of one, rounded once (RND2)."""
    return rounded_half_even(quantity * unit_cost)
