"""A document's lines become effects, holds or evidence; each line ends in exactly one of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.canonical.hold import Hold, HoldKind
from shared.canonical.journal import JournalFact
from shared.canonical.usage import SupplyUsage
from shared.holds.identity import CONFLICT
from shared.holds.opening import HoldFacts, hold_for
from shared.mapping.usage import MappedUsage, map_usage
from shared.ports.clock import Clock
from shared.ports.hold_store import HoldStore
from shared.ports.journal import Journal
from shared.ports.master_data import MasterData
from shared.ports.queues import EffectQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What became of a document, in counts."""

    effects: int
    holds: int
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """The rules' versions are pinned when a document is first mapped; a redelivery reuses them."""

    journal: Journal
    master: MasterData
    holds: HoldStore
    effects: EffectQueue
    clock: Clock

    def __call__(self, document: SupplyUsage) -> Mapping:
        """Map one document or chunk. Holds and effects are durable before the journal says so.

        Raises:
            ThrottledError: something could not be written; the document is delivered again.
        """
        now = self.clock.now()
        as_of = self.journal.pin(document.document_id, document.chunk, now.isoformat())
        mapped = map_usage(document, self.master, as_of=as_of, now=now)
        holds = tuple(self._with_conflicts(mapped.holds))
        if holds:
            self.holds.open(holds)
        self.effects.send(mapped.effects)
        self.journal.append(
            document.document_id, [_fact(document, mapped, holds, now.isoformat(), as_of)]
        )
        return Mapping(
            effects=len(mapped.effects), holds=len(holds), evidence=len(document.evidence)
        )

    def _with_conflicts(self, holds: tuple[Hold, ...]) -> Iterator[Hold]:
        """A line held already with other content is a CONFLICT of its own (USE2)."""
        for hold in holds:
            standing = self.holds.of_line(hold.line_id) if _is_whole(hold) else ()
            other = (each for each in standing if each.content_hash != hold.content_hash)
            yield _conflict(hold) if any(map(_is_whole, other)) else hold


def _is_whole(hold: Hold) -> bool:
    """It blocks, and the content of its line is known: a cut line conflicts with nothing."""
    is_blocking = hold.kind is HoldKind.BLOCKING and hold.code != CONFLICT
    return is_blocking and bool(hold.content_hash)


def _conflict(hold: Hold) -> Hold:
    facts = HoldFacts(
        line_id=hold.line_id,
        document_id=hold.document_id,
        message_id=hold.message_id,
        position=hold.position,
        detail=f"other content under a line id that is held already ({hold.code})",
        facility=hold.facility,
        amount=hold.amount,
        content_hash=hold.content_hash,
        payload=hold.payload,
    )
    return hold_for(CONFLICT, facts, now=hold.opened_at)


def _fact(
    document: SupplyUsage, mapped: MappedUsage, holds: tuple[Hold, ...], at: str, as_of: str
) -> JournalFact:
    return JournalFact(
        fact_id=f"mapped:{document.message_id}:{document.chunk}",
        kind="mapped",
        at=at,
        data={
            "message_id": document.message_id,
            "chunk": document.chunk,
            "rules_as_of": as_of,
            "effects": len(mapped.effects),
            "holds": [f"{hold.code} {hold.line_id}" for hold in holds],
            "evidence": [f"{line.number} {line.reason}" for line in document.evidence],
        },
        keys=tuple(f"effect:{line_id}" for line_id in _line_ids(mapped)),
    )


def _line_ids(mapped: MappedUsage) -> Iterator[str]:
    """Every line's id, once: what the trace follows to effects and holds."""
    lines = [line.line_id for line in mapped.lines]
    yield from dict.fromkeys((*lines, *(hold.line_id for hold in mapped.malformed)))
