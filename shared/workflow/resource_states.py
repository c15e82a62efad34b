"""Where the lines of a stored resource stand, by what journal and holds know of them and no more.

| state | what it stands on |
|---|---|
| at-rest | the journal has the line, and no step works on such lines yet |
| received | the journal has the line, and mapping has told nothing of it yet |
| held | an open blocking hold of it waits for a person; its code and place stand beside it |
| on-its-way | mapping made an effect of it, whose end the journal has not heard of |
| posted | the journal has heard that the target has it |
| refused | the journal has heard that the target refused it, or that a person must look at it |
| recorded | mapping kept its count, receipt or update, which positions are read from |
| waiting, offset, closed, evidence, unchanged, superseded | how mapping, or a person, left it |

A request is not said to be filled: no step works on requests yet, so nobody here knows.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from shared.canonical.hold import Hold, HoldKind
from shared.canonical.journal import JournalEntry, JournalFact
from shared.canonical.outcome import EffectState
from shared.ports.hold_store import HoldStore
from shared.workflow.line_ends import LineEnd, texts, told_ends

MOST_LINES = 100  # of one resource, each with its holds asked for
STATE = "urn:ledgerward:line-state"
AT_REST, RECEIVED, HELD, ON_ITS_WAY = "at-rest", "received", "held", "on-its-way"
POSTED, REFUSED, CLOSED = "posted", "refused", "closed"
_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        EffectState.DONE.value: POSTED,
        EffectState.REJECTED.value: REFUSED,
        EffectState.REVIEW.value: REFUSED,
        EffectState.OFFSET.value: LineEnd.OFFSET.value,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """So many lines in one state; one that is held has its hold's code and place."""

    state: str
    lines: int = 1
    hold: str = ""
    place: str = ""

    def told(self) -> dict[str, object]:
        """As an extension of `meta`."""
        parts: list[dict[str, object]] = [
            {"url": "state", "valueCode": self.state},
            {"url": "lines", "valueInteger": self.lines},
        ]
        if self.hold:
            parts += [
                {"url": "hold", "valueCode": self.hold},
                {"url": "place", "valueString": self.place},
            ]
        return {"url": STATE, "extension": parts}


def states_of(
    received: JournalFact, chain: Sequence[JournalEntry], holds: HoldStore
) -> tuple[LineState, ...]:
    """The states of a resource's lines, from the fact that it was received and its whole chain."""
    facts = [entry.fact for entry in chain]
    ends = _ends(received, facts)
    asked = tuple(ends)[:MOST_LINES]
    found = (hold for line_id in asked for hold in holds.of_line(line_id))
    blocking = [hold for hold in found if _holds_here(hold, chain)]
    held = {hold.line_id for hold in blocking}
    decided = {line_id for line_id in asked if ends[line_id] == LineEnd.HELD} - held
    ends |= dict.fromkeys(decided, CLOSED)
    counts = Counter(end for line_id, end in ends.items() if line_id not in held)
    lines, malformed = (_count(received, name) for name in ("lines", "malformed"))
    if received.data.get("rests"):
        counts[AT_REST] += lines
    else:
        counts[RECEIVED] += max(0, lines + malformed - len(ends))
    return (*map(_held, blocking), *_counted(counts))


def _ends(received: JournalFact, facts: Sequence[JournalFact]) -> dict[str, str]:
    """How each line that the journal names has ended."""
    named = (hold.split(" ", 1)[1] for hold in texts(received.data.get("holds", ())))
    ends: dict[str, str] = dict.fromkeys(named, CLOSED)  # unless its hold is open
    if received.data.get("rests"):
        return ends
    ends |= told_ends([fact for fact in facts if fact.kind == "mapped"])
    outcomes = {
        str(fact.data["effect_id"]): str(fact.data["state"])
        for fact in facts
        if fact.kind == "outcome"
    }
    return {
        line_id: _OUTCOMES.get(outcomes.get(line_id, ""), ON_ITS_WAY)
        if end == LineEnd.EFFECT
        else end
        for line_id, end in ends.items()
    }


def _holds_here(hold: Hold, chain: Sequence[JournalEntry]) -> bool:
    """Whether it holds the line of this document: one that contradicts it has the same line id."""
    return hold.kind is HoldKind.BLOCKING and hold.document_id == chain[0].document_id


def _held(hold: Hold) -> LineState:
    return LineState(state=HELD, hold=hold.code, place=hold.position)


def _counted(counts: Counter[str]) -> Iterator[LineState]:
    for state, lines in sorted(counts.items()):
        if lines:
            yield LineState(state=state, lines=lines)


def _count(fact: JournalFact, name: str) -> int:
    return int(str(fact.data.get(name, 0)))
