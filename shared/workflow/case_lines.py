"""What versions tell of the lines of one case, and which of them may have counted (USE4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.canonical.effect import EffectType
from shared.canonical.head import CaseHead, LineHead
from shared.canonical.snapshot import line_name
from shared.canonical.usage import SupplyUsage, UsageLine
from shared.effects.identity import effect_id
from shared.mapping.snapshots import is_gone
from shared.ports.snapshot_heads import SnapshotHeads
from shared.workflow.take_back import part_ids

ISSUED = 0  # no version takes anything back as version 0
Posting = tuple[int, int]  # the version that issued, and the one that took of that or ISSUED


@dataclass(frozen=True, slots=True, kw_only=True)
class LineVersion:
    """What one version says of a line; without a `line` it is whole, and does not name it."""

    number: int
    document: SupplyUsage
    line: UsageLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A line of a case: its head as it was put back, and the versions above it, lowest first.

    One that was dropped by the version that stands may be named again by higher ones of these: once
    the first of them, `named_by`, had been sighted, its lower versions counted as well (else 0).
    """

    name: str
    case: str
    tenant: str
    key: tuple[str, ...]
    head: LineHead | None
    versions: tuple[LineVersion, ...]
    named_by: int

    def postings(self) -> Iterator[tuple[str, Posting]]:
        """The ids of all that its versions may have posted."""
        issues = [each.number for each in self.versions if each.line]
        for number in issues:
            yield effect_id(self.tenant, EffectType.ISSUE, self.key, str(number)), (number, ISSUED)
        standing = [part.version for part in self.head.parts] if self.head else []
        for by in (each.number for each in self.versions):
            for part in (*standing, *issues):
                if part < by:
                    yield part_ids(self.tenant, self.key, part, by)[1], (part, by)


def case_lines(heads: SnapshotHeads, told: Sequence[SupplyUsage]) -> Iterator[CaseLine]:
    """All lines of one case that its versions or its heads name."""
    named = {line_name(line.key): line for each in told for line in each.lines}
    case, tenant = told[0].case, told[0].tenant
    standing, _ = heads.read(case, [])
    known = standing.named | standing.gone if standing else frozenset[str]()
    names = sorted(known.union(named))
    standing_heads = heads.read(case, names)[1] if names else {}
    for name in names:
        head = standing_heads.get(name)
        line = named.get(name) or (head.line if head else None)
        if line is not None:
            above = _versions(told, name, head.version if head else 0)
            named_by = _named_by(standing, told, name)
            yield CaseLine(
                name=name,
                case=case,
                tenant=tenant,
                key=line.key,
                head=head,
                versions=tuple(
                    each for each in above if named_by or not is_gone(standing, name, each.number)
                ),
                named_by=named_by,
            )


def _named_by(standing: CaseHead | None, told: Sequence[SupplyUsage], name: str) -> int:
    """The first whole version that names again what the one that stands has dropped; 0 if none."""
    if standing is None or not standing.version or name in standing.named:
        return 0
    versions = (document.versioned for document in told)
    again = (each.version for each in versions if each.is_whole and name in each.named)
    return min((each for each in again if each >= standing.version), default=0)


def _versions(told: Sequence[SupplyUsage], name: str, above: int) -> Iterator[LineVersion]:
    """What each version above the head says of a line, lowest first; each version once."""
    seen: dict[int, LineVersion] = {}
    for document in told:
        version = document.versioned
        line = next((each for each in document.lines if line_name(each.key) == name), None)
        is_dropped = version.is_whole and name not in version.named
        if version.version > above and (line is not None or is_dropped):
            seen.setdefault(
                version.version, LineVersion(number=version.version, document=document, line=line)
            )
    yield from (seen[number] for number in sorted(seen))
