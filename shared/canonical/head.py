"""How far a case and each of its lines have come: the latest version, and what stands for it."""

from dataclasses import dataclass
from decimal import Decimal

from shared.canonical.usage import UsageLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """The highest whole version of a case and the names of its lines.

    `gone` are lines of other versions that it does not name. `revision` counts writes.
    """

    case: str
    version: int = 0
    named: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What version `by` took back of a part: in the source's unit and in base units."""

    by: int
    stated: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPart:
    """What one version posted of a line, at which cost, and what later ones took back of it."""

    version: int
    item: str
    unit_cost: Decimal
    stated: Decimal
    quantity: Decimal
    amount: Decimal
    taken: tuple[TakenBack, ...] = ()

    @property
    def stated_left(self) -> Decimal:
        """What stands of it, in the source's unit."""
        return self.stated - sum((each.stated for each in self.taken), Decimal(0))

    @property
    def quantity_left(self) -> Decimal:
        """What stands of it, in base units."""
        return self.quantity - self.quantity_taken

    @property
    def quantity_taken(self) -> Decimal:
        """What was taken back of it, in base units."""
        return sum((each.quantity for each in self.taken), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldVersion:
    """A version that the line's head stood at, and the content it came with (USE2).

    `gone` is the line as the version counts it, if it counts 0: what it takes back must be told
    again as it was, whatever higher versions have said of the line since.
    """

    version: int
    content_hash: str
    gone: UsageLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingVersion:
    """A version of the line that is held: mapped in vain, or cut and never read."""

    version: int
    line_id: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHead:
    """One line of a case: its latest version that could be mapped, and what was posted for it.

    `version` is 0 while none could. `kind` is the line's content but for its quantity, `stated` the
    quantity in the source's unit, `line` what was said last before it vanished, if it did.
    """

    case: str
    name: str
    version: int = 0
    kind: str = ""
    stated: Decimal = Decimal(0)
    line: UsageLine | None = None
    told: tuple[ToldVersion, ...] = ()
    parts: tuple[StandingPart, ...] = ()
    waiting: tuple[WaitingVersion, ...] = ()
    revision: int = 0

    def told_as(self, version: int) -> str:
        """The content hash that a version came with; empty if the head never stood there."""
        return next((each.content_hash for each in self.told if each.version == version), "")

    def gone_by(self, version: int) -> UsageLine | None:
        """The line as a version that the head stood at counts it, if that is 0."""
        return next((each.gone for each in self.told if each.version == version), None)

    def posted_by(self, version: int) -> bool:
        """Whether a version posted an issue of its own."""
        return any(part.version == version for part in self.parts)

    def taken_by(self, version: int) -> tuple[tuple[StandingPart, TakenBack], ...]:
        """What a version took back, the latest part first."""
        return tuple(
            (part, taken)
            for part in reversed(self.parts)
            for taken in part.taken
            if taken.by == version
        )
