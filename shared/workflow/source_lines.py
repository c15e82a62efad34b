"""The line of a stored message that an effect came from, read once more from its own bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.canonical.effect import Effect
from shared.canonical.mappable import MappableDocument
from shared.canonical.usage import SupplyUsage
from shared.effects.identity import line_effect_id
from shared.ports.journal import Journal
from shared.ports.queues import DocumentQueue
from shared.ports.raw_archive import ArchiveListing, RawArchive
from shared.workflow.drive_again import Drive, DriveAgain


@dataclass(slots=True)
class ReadAgain:
    """Implements the DocumentQueue port: what a receiver reads goes no further."""

    documents: list[SupplyUsage] = field(default_factory=list)

    def send(self, documents: Sequence[MappableDocument]) -> None:
        """Keep those that have effects."""
        self.documents += [each for each in documents if isinstance(each, SupplyUsage)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLines:
    """`drives` makes, for a queue, what takes a stored sighting in again, by kind of source."""

    journal: Journal
    listing: ArchiveListing
    archive: RawArchive
    drives: Callable[[DocumentQueue], Mapping[str, Drive]]

    def __call__(self, effect: Effect) -> SupplyUsage | None:
        """The document of the effect's message, reduced to its line; None if it is not there."""
        again = ReadAgain()
        drive = DriveAgain(listing=self.listing, archive=self.archive, drives=self.drives(again))
        for raw_key in self._raw_keys(effect):
            drive(raw_key)
        for document in again.documents:
            for line in document.lines:
                if line_effect_id(document.tenant, line) == effect.effect_id:
                    return replace(document, lines=(line,), malformed=(), evidence=())
        return None

    def _raw_keys(self, effect: Effect) -> Sequence[str]:
        told = (entry.fact for entry in self.journal.read(effect.document_id))
        keys = [
            str(fact.data["raw_key"])
            for fact in told
            if fact.kind == "received" and fact.data["message_id"] == effect.correlation_id
        ]
        return tuple(dict.fromkeys(keys))
