"""InventoryReport: what lies at which place, or how that has changed (PAR5)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.canonical.coded import Coded
from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.canonical.usage import MalformedLine, SourceSystem


class CountType(StrEnum):
    """What a quantity of the report is."""

    SNAPSHOT = "snapshot"  # what lies there: a count, which replaces on-hand at its time (PAR5)
    DIFFERENCE = "difference"  # what was added or taken: never on-hand itself


class ReportStatus(StrEnum):
    """Whether the report counts."""

    DRAFT = "draft"
    REQUESTED = "requested"  # somebody is to count
    ACTIVE = "active"
    RETRACTED = "retracted"  # entered-in-error


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One item at one place. A difference may be negative, a count may not.

    `key` is the intent key (USE2); a line of a retracted report names in `reverses` what it takes
    back.
    """

    number: str
    key: tuple[str, ...]
    ids: tuple[ItemId, ...]
    quantity: Decimal
    position: Position
    unit: str = ""
    description: str = ""
    location: str = ""
    counted_at: SourceTime | None = None
    status: str = ""
    category: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    reverses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryReport:
    """One report as its message alone says it. `operation` says why stock changed, if it did."""

    number: str
    source: SourceSystem
    count_type: CountType
    status: ReportStatus
    lines: tuple[ReportLine, ...]
    reported_at: SourceTime | None = None
    reporter: str = ""
    period_starts: SourceTime | None = None
    period_ends: SourceTime | None = None
    operation: Coded | None = None
    reason: Coded | None = None
    malformed: tuple[MalformedLine, ...] = ()
