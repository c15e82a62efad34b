"""Holds in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.canonical.hold import Hold
from shared.holds.identity import is_of_code, standing_key


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedHold:
    """A hold that no longer waits, and why."""

    hold: Hold
    reason: str


@dataclass(slots=True)
class SimulatedHoldStore:
    """Implements the HoldStore port."""

    standing: dict[tuple[str, str], Hold] = field(default_factory=dict)
    closed: list[ClosedHold] = field(default_factory=list)

    def open(self, holds: Sequence[Hold]) -> None:
        """Open each unless the same hold stands already; one that was closed is opened anew."""
        for hold in holds:
            key = standing_key(hold.code, hold.content_hash)
            self.standing.setdefault((hold.line_id, key), hold)

    def owned_by(self, owner: str) -> Iterator[Hold]:
        """Open holds of one owner role, soonest due first."""
        owned = [hold for hold in self.standing.values() if hold.owner == owner]
        yield from sorted(owned, key=lambda hold: hold.due_at)

    def of_line(self, line_id: str) -> tuple[Hold, ...]:
        """Open holds of one line, by code."""
        keys = sorted(key for key in self.standing if key[0] == line_id)
        return tuple(self.standing[key] for key in keys)

    def close(self, line_id: str, code: str, reason: str) -> None:
        """Close the holds with this code on a line; none open is no error."""
        keys = [key for key in self.standing if key[0] == line_id and is_of_code(key[1], code)]
        for key in keys:
            self.closed.append(ClosedHold(hold=self.standing.pop(key), reason=reason))
