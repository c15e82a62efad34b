"""How mapping leaves a line, and what must be written for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.canonical.codec import to_json
from shared.canonical.effect import Effect
from shared.canonical.hold import Hold
from shared.canonical.journal import JournalFact
from shared.canonical.parking import ParkedLine, ParkedState
from shared.canonical.snapshot import line_name
from shared.canonical.usage import SupplyUsage
from shared.mapping.usage import MappedLine


class LineEnd(StrEnum):
    """How mapping leaves a line."""

    EFFECT = "effect"
    HELD = "held"
    WAITING = "waiting"  # a reversal before its original
    OFFSET = "offset"  # cancelled out with its counterpart, neither sent
    CLOSED = "closed"  # a person rejected it
    EVIDENCE = "evidence"
    UNCHANGED = "unchanged"  # a version that says of the line what stands already
    RECORDED = "recorded"  # a count, receipt or update, which positions are read from
    SUPERSEDED = "superseded"  # rejected, because a higher version stands


STOPPED = {ParkedState.OFFSET: LineEnd.OFFSET, ParkedState.CLOSED: LineEnd.CLOSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedLine:
    """One line, and what must be written for it."""

    line: MappedLine
    end: LineEnd
    effect: Effect | None = None
    holds: tuple[Hold, ...] = ()
    parked: ParkedLine | None = None


def parked_line(line: MappedLine, document: SupplyUsage, *, now: datetime) -> ParkedLine | None:
    """The place to wait of a use that lacks something by name."""
    payload = to_json(document.reduced_to(line.line))
    return place_to_wait(line.line_id, line.holds, document.document_id, payload, now=now)


def place_to_wait(
    line_id: str, holds: Sequence[Hold], document_id: str, payload: str, *, now: datetime
) -> ParkedLine | None:
    """Where a line waits for all that its holds miss by name; None if only a person can help."""
    missing = tuple(dict.fromkeys(key for hold in holds for key in hold.missing))
    if not missing:
        return None
    return ParkedLine(
        line_id=line_id,
        document_id=document_id,
        missing=missing,
        payload=payload,
        parked_at=now,
    )


def put_off(document: SupplyUsage, key: str, *, now: datetime) -> ParkedLine:
    """The place to wait of a whole document, or of the lines of it that were released."""
    names = [line_name(line.key) for line in document.lines] if document.released_at else []
    return ParkedLine(
        line_id=":".join((document.message_id, str(document.chunk), *names)),
        document_id=document.document_id,
        missing=(key,),
        payload=to_json(document),
        parked_at=now,
    )


def told_ends(mapped: Sequence[JournalFact]) -> dict[str, str]:
    """Each line's last end by `mapped` facts, lines in their order; what could not be read is held.

    Advisory holds name lines that ended otherwise: the line's own word counts.
    """
    ends: dict[str, str] = {}
    for fact in mapped:
        for line in texts(fact.data["lines"]):
            line_id, end = line.rsplit(" ", 1)
            ends[line_id] = end
    for fact in mapped:
        for hold in texts(fact.data["holds"]):
            ends.setdefault(hold.split(" ", 1)[1], LineEnd.HELD)
    return ends


def texts(value: Any) -> Sequence[str]:  # noqa: ANN401 - a journal's data are JSON
    """A list of texts in a fact's data."""
    return [str(each) for each in value]
