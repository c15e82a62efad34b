"""Mutants of parking, releasing, reversing, mapping again and recovering."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import shared.workflow.claimed_calls as calls_module
import shared.workflow.pair_reversal as pair_module
from shared.canonical.journal import JournalEntry
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.usage import SupplyUsage
from shared.effects.reversals import reservation_for
from shared.simulation.parking import SimulatedParkingLot
from shared.workflow.cast_doubt import CastDoubt
from shared.workflow.completeness import Completeness
from shared.workflow.map_usage import MapUsage
from shared.workflow.pair_reversal import PairReversal
from shared.workflow.recall_reversals import RecallReversals
from shared.workflow.release_parked import ReleaseParked
from tests.simulation.mutants.mutant import Patch

Breaks = Sequence[Patch]
CALLED = ReleaseParked.__call__


def without_the_minute() -> Breaks:
    """Each minute's re-check does nothing: what wakes a parked line is its key alone."""
    return [(ReleaseParked, "__call__", lambda _self: 0)]


def no_minutely_recheck() -> Breaks:
    """Nobody looks again for what a lost wake-up has left parked (section 8)."""
    return without_the_minute()


def parked_through_an_index() -> Breaks:
    """Who adds a key reads what is parked on it from an index that is one write behind."""
    park, parked_on = SimulatedParkingLot.park, SimulatedParkingLot.parked_on
    behind: dict[int, dict[str, set[str]]] = {}

    def indexed_late(self: SimulatedParkingLot, lines: Sequence[ParkedLine]) -> None:
        behind[id(self)] = {key: set(ids) for key, ids in self.entries.items()}
        park(self, lines)

    def from_index(self: SimulatedParkingLot, key: str) -> Iterator[str]:
        known = behind.get(id(self), {}).get(key, set())
        return iter([line_id for line_id in parked_on(self, key) if line_id in known])

    return [
        (SimulatedParkingLot, "park", indexed_late),
        (SimulatedParkingLot, "parked_on", from_index),
    ]


def no_second_look() -> Breaks:
    """Who parks a line does not read its key again once the entry stands."""
    return [(ReleaseParked, "look_again", lambda _self, _parked: None)]


def deleted_before_enqueued() -> Breaks:
    """A parked line's entries are removed first, and then it is sent on."""
    send_on = ReleaseParked._send_on  # noqa: SLF001 - a mutant

    def careless(self: ReleaseParked, line: ParkedLine, key: str) -> None:
        for each in dict.fromkeys((key, *line.missing)):
            self.parking.leave(each, line.line_id)
        send_on(self, line, key)

    return [(ReleaseParked, "_send_on", careless)]


def released_before_parked() -> Breaks:
    """What is parked is written without its entry: nobody finds it by its key."""

    def park(self: SimulatedParkingLot, lines: Sequence[ParkedLine]) -> None:
        for line in lines:
            standing = self.lines.get(line.line_id)
            if standing is None or standing.state in (ParkedState.PARKED, ParkedState.RELEASED):
                self.lines[line.line_id] = replace(line, state=ParkedState.PARKED, offset_by="")

    return [(SimulatedParkingLot, "park", park)]


def free_original_offset() -> Breaks:
    """A full reversal cancels out an original that was released and may be under way."""
    offset = SimulatedParkingLot.offset

    def careless(self: SimulatedParkingLot, line_id: str, *, by: str) -> bool:
        line = self.lines.get(line_id)
        if line is not None and line.state is ParkedState.RELEASED:
            self.lines[line_id] = replace(line, state=ParkedState.OFFSET, offset_by=by)
            return True
        return offset(self, line_id, by=by)

    return [(SimulatedParkingLot, "offset", careless)]


def partial_offset() -> Breaks:
    """A partial reversal cancels out all of a parked original."""
    return [(pair_module, "_takes_back_all", lambda _intent, _original: True)]


def released_despite_offset() -> Breaks:
    """A release does not have to win against the reversal that cancels its line out."""

    def careless(self: SimulatedParkingLot, line_id: str) -> ParkedLine | None:
        line = self.lines.get(line_id)
        return replace(line, state=ParkedState.RELEASED) if line is not None else None

    return [(SimulatedParkingLot, "claim", careless)]


def offset_not_parked_first() -> Breaks:
    """A reversal cancels its original out before it is itself parked.

    It survives: whoever dies in between leaves the reversal's own message in its queue, and a
    redelivery finds the original cancelled out by this very reversal and goes on from there.
    Recovery finds no record of the line and drives it again, with the same end.
    """
    before = PairReversal._before_done  # noqa: SLF001 - a mutant

    def hasty(self: PairReversal, *asked: Any) -> Any:  # noqa: ANN401
        return before(replace(self, parking=_NotParking(self.parking)), *asked)

    return [(PairReversal, "_before_done", hasty)]


class _NotParking:
    """A place to wait that takes nobody."""

    def __init__(self, parking: Any) -> None:  # noqa: ANN401
        self._parking = parking

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._parking, name)

    def park(self, _lines: Sequence[ParkedLine]) -> None:
        """No."""


def reversal_not_reserved() -> Breaks:
    """A reversal takes what it asks for, without reserving it at its original."""

    def trusting(_self: PairReversal, original: Any, reversal_id: str, requested: Any) -> Any:  # noqa: ANN401
        return reservation_for(original, reversal_id, requested)

    return [(PairReversal, "reserved", trusting)]


def mapped_by_todays_rules() -> Breaks:
    """A redelivery is mapped by the rules of now instead of those of its document's arrival."""

    shipped = MapUsage._received  # noqa: SLF001

    def of_today(self: MapUsage, document: SupplyUsage) -> JournalEntry | None:
        found = shipped(self, document)
        now = self.clock.now().isoformat()
        return found and replace(found, fact=replace(found.fact, at=now))

    return [(MapUsage, "_received", of_today)]


def recovery_enters_as_absent() -> Breaks:
    """What is driven again after a loss is sent as if it had never been (E2)."""
    return [
        (calls_module, "is_lost_track_of", lambda _effect, _entry, _target: False),
        (calls_module, "is_looked_up_first", lambda _entry, _target: False),
    ]


def doubt_never_cast() -> Breaks:
    """A recovery drives again without doubting the ledger's word."""
    return [(CastDoubt, "begin", lambda _self: None)]


def recovery_never_drives() -> Breaks:
    """Everything in the archive is taken for complete."""
    return [(Completeness, "__call__", lambda _self, _key: True)]


def reversals_not_recalled() -> Breaks:
    """A recovery does not ask the target what reversals took before the loss."""
    return [(RecallReversals, "__call__", lambda _self: 0)]
