"""Holds in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.canonical.hold import Hold
from shared.holds.identity import is_of_code, standing_key
from shared.ports.clock import Clock
from shared.simulation.clock import VirtualClock


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedHold:
    """A hold that no longer waits, and who closed it when and why."""

    hold: Hold
    reason: str
    who: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A hold that got another owner; `hold` is as it was before."""

    hold: Hold
    owner: str
    reason: str
    who: str
    assigned_at: datetime


@dataclass(slots=True)
class SimulatedHoldStore:
    """Implements the HoldStore port. `lines` has each line's standing keys, in their order."""

    standing: dict[tuple[str, str], Hold] = field(default_factory=dict)
    closed: list[ClosedHold] = field(default_factory=list)
    assigned: list[Assignment] = field(default_factory=list)
    clock: Clock = field(default_factory=VirtualClock)
    lines: dict[str, list[str]] = field(default_factory=dict)
    settled: dict[tuple[str, str], str] = field(default_factory=dict)

    def open(self, holds: Sequence[Hold]) -> None:
        """Open each unless it stands, or was closed over the very same content."""
        for hold in holds:
            key = standing_key(hold.code, hold.content_hash)
            if not self._is_settled(hold) and (hold.line_id, key) not in self.standing:
                self.standing[hold.line_id, key] = hold
                self.lines[hold.line_id] = sorted({*self.lines.get(hold.line_id, ()), key})

    def _is_settled(self, hold: Hold) -> bool:
        """It was closed over the very same content, and over no other since."""
        last = self.settled.get((hold.line_id, hold.code))
        return bool(hold.content_hash) and last == hold.content_hash

    def owned_by(self, owner: str) -> Iterator[Hold]:
        """Open holds of one owner role, soonest due first."""
        owned = [hold for hold in self.standing.values() if hold.owner == owner]
        yield from sorted(owned, key=lambda hold: hold.due_at)

    def of_line(self, line_id: str) -> tuple[Hold, ...]:
        """Open holds of one line, by code."""
        keys = ((line_id, key) for key in self.lines.get(line_id, ()))
        return tuple(self.standing[key] for key in keys if key in self.standing)

    def close(self, line_id: str, code: str, reason: str, *, who: str = "") -> None:
        """Close the holds with this code on a line, and keep who did and why; none is no error."""
        for key in self._open_keys(line_id, code):
            hold, now = self.standing.pop(key), self.clock.now()
            self.lines[line_id] = [each for each in self.lines[line_id] if each != key[1]]
            self.settled[line_id, hold.code] = hold.content_hash
            self.closed.append(ClosedHold(hold=hold, reason=reason, who=who, closed_at=now))

    def assign(self, line_id: str, code: str, owner: str, reason: str, *, who: str) -> bool:
        """Give the open holds with this code on a line another owner; False if none is open.

        Their due times stay.
        """
        keys = self._open_keys(line_id, code)
        for key in keys:
            hold, now = self.standing[key], self.clock.now()
            self.assigned.append(
                Assignment(hold=hold, owner=owner, reason=reason, who=who, assigned_at=now)
            )
            self.standing[key] = replace(hold, owner=owner)
        return bool(keys)

    def _open_keys(self, line_id: str, code: str) -> list[tuple[str, str]]:
        keys = [(line_id, key) for key in self.lines.get(line_id, ()) if is_of_code(key, code)]
        return [key for key in keys if key in self.standing]
