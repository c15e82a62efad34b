"""The raw archive as the last resort: what is not complete is driven again (section 5).

For an unclean stop, a lost queue, a table that was restored or emptied. Complete is told by journal
and ledger. On a target that enforces the reference (E1) driving anything again is harmless: the
target answers with the document that it holds. On any other the ledger's word is doubted first, so
that what is driven again is looked up before it is sent (shared/effects/doubt.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.canonical.codec import from_json
from shared.canonical.message import Sighting
from shared.errors import LedgerwardError
from shared.ports.file_boxes import FileInbox
from shared.ports.raw_archive import ArchiveListing, RawArchive
from shared.workflow.add_mapping import AddMapping, entered_of
from shared.workflow.cast_doubt import CastDoubt
from shared.workflow.completeness import Completeness
from shared.workflow.decide_effect import KIND as ON_EFFECTS
from shared.workflow.decide_effect import DecideEffect, EffectDecision
from shared.workflow.decide_hold import KIND as ON_HOLDS
from shared.workflow.decide_hold import DecideHold, Decision
from shared.workflow.drive_again import Drive, DriveAgain, source_of
from shared.workflow.dropped_files import DroppedFile
from shared.workflow.operator_entry import SOURCE as OPERATORS
from shared.workflow.operator_entry import kind_of
from shared.workflow.recall_reversals import RecallReversals

DECISIONS = frozenset({ON_HOLDS, ON_EFFECTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """In counts of archived sightings, and of files that still lay in the inbox."""

    listed: int
    rules: int
    complete: int
    driven: int
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover:
    """`drives` takes a stored sighting in again, by the kind of source that stored it."""

    listing: ArchiveListing
    archive: RawArchive
    is_complete: Completeness
    rules: AddMapping
    decisions: DecideHold
    effect_decisions: DecideEffect
    drives: Mapping[str, Drive]
    inbox: FileInbox
    take_file: Callable[[DroppedFile], object]
    doubt: CastDoubt
    recall: RecallReversals

    def __call__(self, since: datetime) -> Recovered:
        """Drive again what came since then and is not complete: people's rules, then the rest.

        Raises:
            LedgerwardError: a source that nobody can drive; nothing was driven.
            ThrottledError: something could not be made durable; call again.
        """
        keys = self._keys(since)
        arrived = [key for key in keys if source_of(key) != OPERATORS]
        unknown = {source_of(key) for key in arrived} - set(self.drives)
        if unknown:
            raise LedgerwardError(f"nothing takes in what {', '.join(sorted(unknown))} stored")
        self.doubt.begin()
        rules = [each for each in self._entries(keys) if kind_of(each) not in DECISIONS]
        for sighting in rules:
            entered = entered_of(self.archive.read(sighting.key), kind_of(sighting))
            self.rules.again(sighting, entered)
        lacking = [key for key in arrived if not self.is_complete(key)]
        drive = DriveAgain(listing=self.listing, archive=self.archive, drives=self.drives)
        for key in lacking:
            drive(key)
        return Recovered(
            listed=len(keys),
            rules=len(rules),
            complete=len(arrived) - len(lacking),
            driven=len(lacking),
            files=self._take_files(),
        )

    def decide_again(self, since: datetime) -> int:
        """Apply people's lost decisions, in their order; how many were lost.

        Call it when what was driven has been mapped: only then their holds stand again.
        """
        entries = self._entries(self._keys(since))
        return sum(self._decide_again(each) for each in entries if kind_of(each) in DECISIONS)

    def end_doubt(self) -> int:
        """Reserve what reversals took before the loss; then all goes on.

        Call it when what was driven is in the ledger. Returns the reversals for which to call again
        later (RecallReversals): until then the ledger stays in doubt, and all reversals wait.
        """
        left = self.recall()
        if not left:
            self.doubt.end()
        return left

    def _decide_again(self, sighting: Sighting) -> bool:
        body = self.archive.read(sighting.key)
        if kind_of(sighting) == ON_EFFECTS:
            return self.effect_decisions.again(sighting, from_json(EffectDecision, body))
        return self.decisions.again(sighting, from_json(Decision, body))

    def _take_files(self) -> int:
        """News of a file may be lost, the file is not: it lies there until it was taken in."""
        waiting = list(self.inbox.waiting())
        for file in waiting:
            self.take_file(
                DroppedFile(key=file.key, version=file.version, dropped_at=file.dropped_at)
            )
        return len(waiting)

    def _keys(self, since: datetime) -> Sequence[str]:
        """In the order of their arrival, whatever their source."""
        return sorted(self.listing.keys_since(since), key=lambda key: key.split("/")[2:])

    def _entries(self, keys: Sequence[str]) -> Sequence[Sighting]:
        return [self.listing.sighting(key) for key in keys if source_of(key) == OPERATORS]
