"""What a reversal may take of its original, and what that is worth (USE6)."""

from decimal import Decimal
from fractions import Fraction

from shared.canonical.money import CENT
from shared.canonical.outcome import LedgerEntry, Reservation


def outstanding(original: LedgerEntry) -> Decimal:
    """Base units of an original that no reversal has taken."""
    taken = sum((each.quantity for each in original.reservations), Decimal(0))
    return original.effect.quantity.in_base_units - taken


def reservation_for(
    original: LedgerEntry, reversal_id: str, requested: Decimal
) -> Reservation | None:
    """What a reversal gets: all it asks for, or what is left; None if nothing is.

    Asked again it gets what it has. Its amount brings the original's total to the share that is
    reversed by then, so the cents of the parts add up whatever their order: 1 + 2 of 3 for 71.27
    give 23.76 + 47.51.

    Raises:
        ValueError: it asks for nothing.
    """
    if requested <= 0:
        raise ValueError(f"a reversal takes something back, not {requested}")
    for standing in original.reservations:
        if standing.reversal_id == reversal_id:
            return standing
    left = outstanding(original)
    quantity = min(requested, left)
    if quantity <= 0:
        return None
    reversed_by_then = original.effect.quantity.in_base_units - left + quantity
    earlier = sum((each.amount for each in original.reservations), Decimal(0))
    effect = original.effect
    by_then = share_of(effect.amount, effect.quantity.in_base_units, reversed_by_then)
    amount = by_then - earlier
    return Reservation(reversal_id=reversal_id, quantity=quantity, amount=amount)


def share_of(amount: Decimal, whole: Decimal, quantity: Decimal) -> Decimal:
    """Part of an amount to the cent, ties to the even one; the quotient is exact."""
    part = Fraction(quantity) / Fraction(whole)
    return round(Fraction(amount) / Fraction(CENT) * part) * CENT
