"""Where lines of cases stood before a loss is told by what the target holds of them (USE4).

The difference that a version made depends on the versions that were counted before it, and which
these were is lost with the line's head. So while a recovery is under way no version is counted: all
wait, and this step finds those that explain every document the target holds. These are counted
again, in their order and with the same ids; the others go on from there once the doubt is over.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.canonical.effect import Effect
from shared.canonical.head import LineHead
from shared.canonical.outcome import LedgerEntry
from shared.canonical.usage import SupplyUsage
from shared.effects.doubt import raised_entry
from shared.effects.identity import content_hash
from shared.errors import ThrottledError
from shared.mapping.differences import posted_difference
from shared.mapping.snapshots import case_after, head_after, vanished
from shared.mapping.usage import MappedLine, map_line
from shared.ports.clock import Clock
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import EffectClass
from shared.ports.journal import Journal
from shared.ports.master_data import MasterData
from shared.ports.snapshot_heads import SnapshotHeads
from shared.workflow.case_lines import ISSUED, CaseLine, LineVersion, Posting, case_lines
from shared.workflow.mapped_document import rules_as_of
from shared.workflow.take_back import part_ids
from shared.workflow.target_holdings import TargetHoldings

MOST_UNSEEN = 16  # versions of a line of which nothing is found: each may have counted, or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """`takings` are the originals of what versions took back, by the reversal's id.

    `unexplained` counts lines whose documents no order of their versions can have made.
    """

    takings: Mapping[str, str]
    unexplained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A line's head once a version is counted, and the issue of what that added."""

    version: int
    head: LineHead
    added: Effect | None

    def explains(self, found: Mapping[Posting, Decimal]) -> bool:
        """Whether it posts all of these, in these quantities."""
        posted = {
            (part.version, taken.by): taken.quantity
            for part in self.head.parts
            for taken in part.taken
        }
        if self.added is not None:
            posted[self.version, ISSUED] = self.added.quantity.in_base_units
        return all(posted.get(posting) == quantity for posting, quantity in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallVersions:
    """Called again it finds the same, and writes nothing. On class E3 all versions count."""

    holdings: TargetHoldings
    heads: SnapshotHeads
    ledger: EffectLedger
    journal: Journal
    master: MasterData
    clock: Clock

    def __call__(self, documents: Sequence[SupplyUsage]) -> Recalled:
        """Move the heads of these versions' lines to where they stood.

        Raises:
            OutcomeUnknownError: the target gave no answer.
            NotWrittenError: the target could not be reached or refused us.
            ThrottledError: something was written meanwhile, or could not be; call again.
        """
        by_case: dict[str, list[SupplyUsage]] = defaultdict(list)
        for document in documents:
            by_case[document.case].append(document)
        lines = [line for told in by_case.values() for line in case_lines(self.heads, told)]
        posted = self._posted([key for line in lines for key, _ in line.postings()])
        waiting: dict[tuple[str, int], list[CaseLine]] = defaultdict(list)
        for line in lines:
            waiting[line.case, line.named_by].append(line)
        stood = [
            (line, self._stood(line, posted))
            for case in by_case
            for line in waiting.pop((case, 0), ())
        ]
        for document in sorted(documents, key=lambda each: each.versioned.version):
            self._sight(document)
            named = waiting.pop((document.case, document.versioned.version), ())
            stood += [(line, self._stood(line, posted)) for line in named]
        takings = (_takings(line, head) for line, head in stood if head is not None)
        return Recalled(
            takings=dict(pair for each in takings for pair in each),
            unexplained=sum(head is None for _, head in stood),
        )

    def _posted(self, effect_ids: Sequence[str]) -> Mapping[str, Decimal]:
        """Base units by effect: what the ledger knows since, and what the target holds."""
        entries = self.ledger.read(effect_ids) if effect_ids else {}
        known = {key: entry.effect.quantity.in_base_units for key, entry in entries.items()}
        held = self.holdings.of(effect_ids)
        return known | {key: each.quantity for key, each in held.items()}

    def _stood(self, line: CaseLine, posted: Mapping[str, Decimal]) -> LineHead | None:
        """Its head as it stood before the loss; None if nothing explains what is found."""
        head = line.head or LineHead(case=line.case, name=line.name)
        if self.holdings.connector.traits.effect_class is EffectClass.E3:
            return self._moved(line, head, self._all_counted(head, line.versions))
        found = {posting: posted[key] for key, posting in line.postings() if key in posted}
        unseen = [each for each in line.versions if not _of_version(found, each.number)]
        if found and len(unseen) > MOST_UNSEEN:
            return None
        counted = self._explaining(head, line.versions, found)
        return None if counted is None else self._moved(line, head, counted)

    def _all_counted(self, head: LineHead, versions: Sequence[LineVersion]) -> Sequence[_Counted]:
        """Where nobody can look, each may have counted, and a person is asked of its effects."""
        if not versions:
            return ()
        first = self._counted(head, versions[0])
        rest = self._all_counted(first.head if first else head, versions[1:])
        return (first, *rest) if first else rest

    def _explaining(
        self, head: LineHead, versions: Sequence[LineVersion], found: Mapping[Posting, Decimal]
    ) -> tuple[_Counted, ...] | None:
        """The fewest versions from here on that make all that is found."""
        if not found:
            return ()
        if not versions:
            return None
        first, rest = versions[0], versions[1:]
        mine = _of_version(found, first.number)
        if not mine and (others := self._explaining(head, rest, found)) is not None:
            return others
        counted = self._counted(head, first)
        if counted is None or not counted.explains(mine):
            return None
        left = {posting: each for posting, each in found.items() if posting not in mine}
        others = self._explaining(counted.head, rest, left)
        return None if others is None else (counted, *others)

    def _counted(self, head: LineHead, version: LineVersion) -> _Counted | None:
        """None if the version cannot be counted on top of that head."""
        line = self._mapped(head, version)
        if line is None:
            return None
        parts, added = posted_difference(
            head,
            line,
            version.document,
            self.master,
            as_of=self._as_of(version.document),
            now=self.clock.now(),
        )
        after = head_after(head, line.line, version.number, parts, added)
        return _Counted(version=version.number, head=after, added=added)

    def _mapped(self, head: LineHead, version: LineVersion) -> MappedLine | None:
        """By the rules of its arrival; by those of today what could not be mapped by these."""
        if version.line is None:
            if head.line is None or not head.stated:
                return None
            line = vanished(head.line)
            return MappedLine(line=line, line_id="", content_hash=content_hash(line))
        now = self.clock.now()
        for as_of in (self._as_of(version.document), now.isoformat()):
            mapped = map_line(version.line, version.document, self.master, as_of=as_of, now=now)
            if mapped.effect is not None or not version.line.quantity:
                return mapped
        return None

    def _as_of(self, document: SupplyUsage) -> str:
        return rules_as_of(document, self.journal.first(document.document_id, "received"))

    def _moved(self, line: CaseLine, head: LineHead, counted: Sequence[_Counted]) -> LineHead:
        """Each version's head with the entry of its effect, in doubt until that is looked up."""
        known = line.head
        for each in counted:
            new = replace(each.head, revision=0)
            entry = self._entry(each.added)
            if not self.heads.move(known, new, version=each.version, entry=entry):
                raise ThrottledError(f"line {line.name} of case {line.case} is written meanwhile")
            known = replace(new, revision=(known.revision if known else 0) + 1)
        return known or head

    def _sight(self, document: SupplyUsage) -> None:
        """Note what a version names, lowest first: of what counted, a higher one may take back.

        After the lines, since a case's head keeps those below it from moving, but before those that
        it names again, which it lets move.
        """
        snapshot = document.versioned
        if not snapshot.named and not snapshot.is_whole:
            return  # lines that waited: their document was noted before
        standing, _ = self.heads.read(document.case, [])
        after = case_after(document.case, standing, snapshot)
        if after != standing and not self.heads.move_case(standing, after):
            raise ThrottledError(f"case {document.case} is written meanwhile")

    def _entry(self, effect: Effect | None) -> LedgerEntry | None:
        if effect is None or self.ledger.read([effect.effect_id]):
            return None
        now = self.clock.now()
        return raised_entry(effect, None, quiet_until=int(now.timestamp()), now=now)


def _of_version(found: Mapping[Posting, Decimal], number: int) -> Mapping[Posting, Decimal]:
    """What of it a version posted: its issue, and what it took back."""
    return {
        (part, by): quantity
        for (part, by), quantity in found.items()
        if number == (part if by == ISSUED else by)
    }


def _takings(line: CaseLine, head: LineHead) -> Iterator[tuple[str, str]]:
    """Each reversal that the head tells of, with its original."""
    for part in head.parts:
        for taken in part.taken:
            original_id, reversal_id = part_ids(line.tenant, line.key, part.version, taken.by)
            yield reversal_id, original_id
