"""The simulated journal's entries, line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.canonical.journal import JournalEntry, hour_of
from shared.canonical.seal import JournalLine, line_of, whole_hours
from shared.simulation.journal import SimulatedJournal


@dataclass(frozen=True, slots=True)
class SimulatedJournalLines:
    """Implements the JournalLines port."""

    journal: SimulatedJournal

    def first_opening(self, since: str) -> str | None:
        """When the first entry that opens an hour, from that of `since` on, was appended."""
        moments = (entry.appended for entry in self._openings())
        return min((each for each in moments if each >= hour_of(since)), default=None)

    def documents(self, since: str, until: str) -> tuple[str, ...]:
        """The documents listed in the hours in which `since` to before `until` lies, in order."""
        begin, end = whole_hours(since, until)
        found = {each.document_id for each in self._openings() if begin <= each.appended < end}
        return tuple(sorted(found))

    def chains(self, document_ids: Iterable[str]) -> Iterator[tuple[JournalLine, ...]]:
        """Each document's whole chain, by sequence; empty if there is none."""
        for document_id in document_ids:
            yield tuple(map(line_of, self.journal.read(document_id)))

    def _openings(self) -> Iterator[JournalEntry]:
        for chain in self.journal.chains.values():
            for entry in chain:
                if (entry.document_id, entry.sequence) in self.journal.openings:
                    yield entry
