"""The reversal that waits for an original, if it takes back all of it (section 7)."""

from dataclasses import dataclass

from shared.canonical.codec import from_json
from shared.canonical.effect import Effect
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.usage import SupplyUsage
from shared.ports.hold_store import HoldStore
from shared.ports.parking import ParkingLot
from shared.workflow.still_missing import effect_key


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReversals:
    """A partial one goes on waiting: an original is cancelled out only whole."""

    parking: ParkingLot
    holds: HoldStore

    def full_one_of(self, original: Effect) -> ParkedLine | None:
        """The first that waits and takes back the whole quantity in the original's own unit."""
        waiting = list(self.parking.parked_on(effect_key(original.effect_id)))
        records = self.parking.records(waiting) if waiting else {}
        standing = (each for each in records.values() if each.state is ParkedState.PARKED)
        return next((each for each in standing if _takes_back_all(each, original)), None)

    def offset_full_one_of(self, original: Effect) -> None:
        """It is cancelled out with its original, and nobody waits for it any more."""
        reversal = self.full_one_of(original)
        if reversal is None or not self.parking.offset(reversal.line_id, by=reversal.line_id):
            return
        for hold in self.holds.of_line(reversal.line_id):
            self.holds.close(
                reversal.line_id, hold.code, f"cancelled out with {original.effect_id}"
            )
        for key in reversal.missing:
            self.parking.leave(key, reversal.line_id)


def _takes_back_all(reversal: ParkedLine, original: Effect) -> bool:
    (line,) = from_json(SupplyUsage, reversal.payload).lines
    is_in_its_unit = line.unit in ("", original.quantity.stated_unit)
    return is_in_its_unit and line.quantity == original.quantity.stated
