"""SupplyUsage: what was used, where and when, in the source's own words.

ERP-neutral, free of patient data.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self

from shared.canonical.diagnostic import Diagnostic, Position
from shared.canonical.snapshot import Snapshot, case_of
from shared.canonical.source_time import SourceTime


class Direction(StrEnum):
    """Whether stock leaves or comes back, after the sign of the quantity is normalised (USE5)."""

    CHARGE = "charge"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSystem:
    """Who says so: HL7 MSH-3 and MSH-4."""

    application: str
    facility: str


@dataclass(frozen=True, kw_only=True)
class UsageLine:
    """One use, or the taking back of one.

    `key` is the intent key (USE2): minted here, once, from business content; never from a message
    id. A credit names in `reverses` the key of the charge it takes back. `unit` is empty where the
    source states none: the charge code's cross reference does (USE2a).
    """

    number: str
    key: tuple[str, ...]
    direction: Direction
    facility: str
    department: str
    charge_code: str
    quantity: Decimal
    used_at: SourceTime
    position: Position
    reverses: tuple[str, ...] = ()
    unit: str = ""
    lot: str = ""
    serial: str = ""
    project: str = ""
    grant: str = ""
    service_line: str = ""
    expires: SourceTime | None = None
    manufacturer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedLine:
    """A line that could not be read: held with its position and rule, while the rest goes on."""

    number: str
    key: tuple[str, ...]
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """A line that another source posts or that moves no stock, as FT1 payments (USE2a)."""

    number: str
    key: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyUsage:
    """One usage document, or one chunk of a large one: `chunk` of `chunks`, both from 1.

    Every sighting of the same bytes has the same `document_id`; `message_id` says which sighting
    this is. A parked line comes again with `released_at`, the moment whose rules it is mapped by.
    A document that came under somebody else's id names it in `conflicts_with`: all its lines are
    CONFLICTs. `status_to` is the webhook source that wants to hear what became of it. `snapshot` is
    its version where its source has versions (USE4).
    """

    document_id: str
    message_id: str
    raw_key: str
    tenant: str
    facilities: tuple[str, ...]
    source: SourceSystem
    control_id: str
    received_at: str
    case_token: str
    patient_token: str
    lines: tuple[UsageLine, ...]
    malformed: tuple[MalformedLine, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    chunk: int = 1
    chunks: int = 1
    released_at: str = ""
    conflicts_with: str = ""
    status_to: str = ""
    snapshot: Snapshot | None = None

    @property
    def part(self) -> str:
        """The version as a part of its effects' identity; empty for a source without versions."""
        return str(self.snapshot.version) if self.snapshot else ""

    @property
    def case(self) -> str:
        """What all versions of the document share."""
        source = self.source
        return case_of(self.tenant, source.application, source.facility, self.control_id)

    @property
    def versioned(self) -> Snapshot:
        """The version of a document that must have one.

        Raises:
            ValueError: it has none.
        """
        if self.snapshot is None:
            raise ValueError(f"document {self.document_id} has no version")
        return self.snapshot

    def reduced_to(self, *lines: UsageLine) -> Self:
        """The document as some of its lines carry it while they wait: it names no others."""
        snapshot = Snapshot(version=self.snapshot.version) if self.snapshot else None
        return replace(self, lines=lines, malformed=(), evidence=(), snapshot=snapshot)
