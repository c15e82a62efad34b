"""A parked line: it lacks something by name, and goes on by itself when that arrives."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ParkedState(StrEnum):
    """A line is released or cancelled out, never both: each is won by a conditional write."""

    PARKED = "PARKED"
    RELEASED = "RELEASED"  # on its way through mapping again
    OFFSET = "OFFSET"  # cancelled out, unsent, by its full reversal
    CLOSED = "CLOSED"  # rejected by a person, with a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedLine:
    """One line that waits. `missing` are the keys it lacks, all of which it waits for.

    `payload` is a SupplyUsage document reduced to this line, as canonical JSON; a version of a case
    waits whole for the end of a recovery, under the id of its message. A line that has its
    own time limit (a reversal before its original, USE7) names it in `waits_until`.
    """

    line_id: str
    document_id: str
    missing: tuple[str, ...]
    payload: str
    parked_at: datetime
    waits_until: datetime | None = None
    state: ParkedState = ParkedState.PARKED
    offset_by: str = ""
