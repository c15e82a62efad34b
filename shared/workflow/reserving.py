"""What a reversal takes of its original is reserved there before it is sent (section 7)."""

from collections.abc import Callable

from shared.canonical.outcome import LedgerEntry, Reservation
from shared.errors import ThrottledError
from shared.ports.effect_ledger import EffectLedger

RACES = 50  # reversals of one original at the same moment


def reserved(
    ledger: EffectLedger,
    original: LedgerEntry,
    wanted: Callable[[LedgerEntry], Reservation | None],
) -> Reservation | None:
    """Reserve what is `wanted` of an original as it stands; that again if it stands already.

    Raises:
        ThrottledError: too many reversals of one original at once; deliver it again.
    """
    effect_id = original.effect.effect_id
    for _ in range(RACES):
        reservation = wanted(original)
        if reservation is None or reservation in original.reservations:
            return reservation
        if ledger.reserve(original, reservation):
            return reservation
        original = ledger.read([effect_id])[effect_id]
    raise ThrottledError(f"effect {effect_id}: too many reversals at once")
