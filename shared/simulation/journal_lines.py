"""The simulated journal's entries, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.canonical.seal import JournalLine, line_of
from shared.simulation.journal import SimulatedJournal


@dataclass(frozen=True, slots=True)
class SimulatedJournalLines:
    """Implements the JournalLines port."""

    journal: SimulatedJournal

    def first_appended(self, since: str) -> str | None:
        """When the first entry from `since` on was appended; None if there is none."""
        return min((line.appended for line in self._all() if line.appended >= since), default=None)

    def appended(self, since: str, until: str) -> Iterator[JournalLine]:
        """Entries from `since` to before `until`, by time, then document, then sequence."""
        found = (line for line in self._all() if since <= line.appended < until)
        yield from sorted(found, key=_place)

    def of_document(self, document_id: str) -> tuple[JournalLine, ...]:
        """A document's whole chain."""
        return tuple(line_of(entry) for entry in self.journal.read(document_id))

    def _all(self) -> Iterator[JournalLine]:
        for document_id in self.journal.chains:
            yield from self.of_document(document_id)


def _place(line: JournalLine) -> tuple[str, str, int]:
    return line.appended, line.document_id, line.sequence
