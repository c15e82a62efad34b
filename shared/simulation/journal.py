"""The journal in memory: the same chains and index."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.canonical.journal import (
    GENESIS,
    JournalEntry,
    JournalFact,
    chained,
    opens_hour,
    stamp,
)
from shared.ports.clock import Clock
from shared.ports.journal import NOTHING_READ
from shared.simulation.clock import VirtualClock

REMEMBERED = 10


@dataclass(slots=True)
class SimulatedJournal:
    """Implements the Journal and JournalPages ports."""

    clock: Clock = field(default_factory=VirtualClock)
    chains: dict[str, list[JournalEntry]] = field(default_factory=dict)
    index: dict[str, set[str]] = field(default_factory=dict)
    openings: set[tuple[str, int]] = field(default_factory=set)

    def append(
        self,
        document_id: str,
        facts: Sequence[JournalFact],
        *,
        opening: bool = False,  # noqa: ARG002 - it looks for nothing
    ) -> None:
        """Put facts at the end of the chain, in order, and index their keys."""
        chain = self.chains.setdefault(document_id, []) if facts else []
        known = {entry.fact.fact_id for entry in chain[-(REMEMBERED + len(facts)) :]}
        for fact in facts:
            if fact.fact_id not in known:
                self._append(document_id, chain, fact)
                known.add(fact.fact_id)
            for key in fact.keys:
                self.index.setdefault(key, set()).add(document_id)

    def append_all(
        self,
        facts: Mapping[str, Sequence[JournalFact]],
        *,
        after: Mapping[str, JournalEntry] = NOTHING_READ,  # noqa: ARG002
    ) -> None:
        """The same for many documents, by their ids."""
        for document_id, told in facts.items():
            self.append(document_id, told)

    def read(self, document_id: str) -> tuple[JournalEntry, ...]:
        """The whole chain, oldest first; empty if there is none."""
        return tuple(self.chains.get(document_id, ()))

    def find(self, key: str) -> tuple[str, ...]:
        """The ids of the documents that a business key (`kind:value`) leads to."""
        return tuple(sorted(self.index.get(key, ())))

    def find_some(self, key: str, *, after: str, limit: int) -> tuple[str, ...]:
        """The ids of the documents that a key leads to, in order: so many behind the id `after`."""
        return tuple(each for each in self.find(key) if each > after)[:limit]

    def first(self, document_id: str, kind: str) -> JournalEntry | None:
        """The oldest entry of a kind in the chain; None if it has none."""
        return next((each for each in self.read(document_id) if each.fact.kind == kind), None)

    def _append(self, document_id: str, chain: list[JournalEntry], fact: JournalFact) -> None:
        previous, before = (chain[-1].hash, chain[-1].appended) if chain else (GENESIS, "")
        sequence, appended = len(chain) + 1, stamp(self.clock.now())
        if opens_hour(appended, before):
            self.openings.add((document_id, sequence))
        chain.append(chained(document_id, sequence, _kept(fact), previous, appended=appended))


def _kept(fact: JournalFact) -> JournalFact:
    """A copy that its teller cannot change any more, and only what JSON can say."""
    return replace(fact, data=json.loads(json.dumps(fact.data)))
