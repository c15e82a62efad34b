"""Stock facts in memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from shared.canonical.stock import Opening, StockFact


@dataclass(slots=True)
class SimulatedStockStore:
    """Implements the StockStore port."""

    facts: dict[str, StockFact] = field(default_factory=dict)
    openings: dict[tuple[str, str], Opening] = field(default_factory=dict)

    def record(self, facts: Sequence[StockFact]) -> Sequence[StockFact]:
        """Keep each under its id for ever; returns those whose id has another content."""
        others = []
        for fact in facts:
            standing = self.facts.setdefault(fact.fact_id, fact)
            if standing.content_hash != fact.content_hash:
                others.append(fact)
        return others

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of these lines that are kept."""
        return self.facts.keys() & set(ids)

    def open_place(self, opening: Opening) -> bool:
        """Begin to follow a place with its opening facts; False if that was done before."""
        key = opening.tenant, opening.place
        if key in self.openings:
            return False
        self.facts |= {fact.fact_id: fact for fact in opening.facts}
        self.openings[key] = replace(opening, facts=())
        return True

    def opening(self, tenant: str, place: str) -> Opening | None:
        """Since when a place is followed, without its facts; None if it is not."""
        return self.openings.get((tenant, place))

    def of_place(self, tenant: str, place: str, item: str = "") -> Iterator[StockFact]:
        """The facts of a place, of all items or of one."""
        for fact in list(self.facts.values()):
            there = self.facts.get(fact.retracts, fact)  # beside what it takes back
            if (there.tenant, there.place) == (tenant, place) and item in ("", there.item):
                yield replace(fact, place=there.place, item=there.item)
