"""Parked lines in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from shared.canonical.parking import ParkedLine, ParkedState

WAITING = frozenset({ParkedState.PARKED, ParkedState.RELEASED})


@dataclass(slots=True)
class SimulatedParkingLot:
    """Implements the ParkingLot port. `entries` has, by missing key, the lines parked on it."""

    lines: dict[str, ParkedLine] = field(default_factory=dict)
    entries: dict[str, set[str]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def park(self, lines: Sequence[ParkedLine]) -> None:
        """Write each record as PARKED with its entries; a line OFFSET or CLOSED stays as it is."""
        for line in lines:
            with self._lock:
                standing = self.lines.get(line.line_id)
                if standing is None or standing.state in WAITING:
                    parked = replace(line, state=ParkedState.PARKED, offset_by="")
                    self.lines[line.line_id] = parked
                    for key in line.missing:
                        self.entries.setdefault(key, set()).add(line.line_id)

    def records(self, line_ids: Sequence[str]) -> Mapping[str, ParkedLine]:
        """The records of these lines, whatever their state; those never parked are left out."""
        return {key: self.lines[key] for key in line_ids if key in self.lines}

    def parked_on(self, key: str) -> Iterator[str]:
        """Ids of the lines with an entry under a key."""
        return iter(sorted(self.entries.get(key, ())))

    def missing_keys(self) -> Iterator[str]:
        """Every key that something is parked on."""
        return iter(sorted(self.entries))

    def claim(self, line_id: str) -> ParkedLine | None:
        """PARKED or RELEASED becomes RELEASED; the record, or None if it is neither."""
        with self._lock:
            line = self.lines.get(line_id)
            if line is None or line.state not in WAITING:
                return None
            self.lines[line_id] = replace(line, state=ParkedState.RELEASED)
            return self.lines[line_id]

    def offset(self, line_id: str, *, by: str) -> bool:
        """PARKED becomes OFFSET by a reversal; True again if the same reversal did it before."""
        with self._lock:
            line = self.lines.get(line_id)
            if line is None:
                return False
            if line.state is ParkedState.OFFSET:
                return line.offset_by == by
            return self._end(line, replace(line, state=ParkedState.OFFSET, offset_by=by))

    def close(self, line_id: str) -> bool:
        """PARKED becomes CLOSED; False if it was not parked."""
        with self._lock:
            line = self.lines.get(line_id)
            if line is None:
                return False
            return self._end(line, replace(line, state=ParkedState.CLOSED))

    def leave(self, key: str, line_id: str) -> None:
        """Remove a line's entry under a key, unless it is parked on it again."""
        with self._lock:
            line = self.lines.get(line_id)
            if line is not None and line.state is ParkedState.PARKED and key in line.missing:
                return
            standing = self.entries.get(key, set())
            standing.discard(line_id)
            if not standing:
                self.entries.pop(key, None)

    def _end(self, line: ParkedLine, ended: ParkedLine) -> bool:
        if line.state is not ParkedState.PARKED:
            return False
        self.lines[line.line_id] = ended
        return True
