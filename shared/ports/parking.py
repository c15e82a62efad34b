"""Where lines wait for what they lack (effect-protocol section 8)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from shared.canonical.parking import ParkedLine


class ParkingLot(Protocol):
    """One record a line, and one entry a line under each key it lacks. All reads are consistent.

    Parker and adder cannot miss each other: the parker writes its entries and then reads the keys;
    the adder writes its key and then reads the entries.
    """

    def park(self, lines: Sequence[ParkedLine]) -> None:
        """Write each record as PARKED with its entries; a line OFFSET or CLOSED stays as it is."""
        ...

    def records(self, line_ids: Sequence[str]) -> Mapping[str, ParkedLine]:
        """The records of these lines, whatever their state; those never parked are left out."""
        ...

    def parked_on(self, key: str) -> Iterator[str]:
        """Ids of the lines with an entry under a key."""
        ...

    def missing_keys(self) -> Iterator[str]:
        """Every key that something is parked on."""
        ...

    def claim(self, line_id: str) -> ParkedLine | None:
        """PARKED or RELEASED becomes RELEASED; the record, or None if it is neither."""
        ...

    def offset(self, line_id: str, *, by: str) -> bool:
        """PARKED becomes OFFSET by a reversal (its line id, kept as `offset_by`).

        True again if the same reversal did it before; False if a release, a person, another
        reversal or nothing at all was first.
        """
        ...

    def close(self, line_id: str) -> bool:
        """PARKED becomes CLOSED; False if it was not parked."""
        ...

    def leave(self, key: str, line_id: str) -> None:
        """Remove a line's entry under a key; none there is no error.

        A line that is PARKED on the key again keeps its entry: it was parked anew meanwhile.
        """
        ...
