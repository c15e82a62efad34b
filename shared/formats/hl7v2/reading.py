"""What a reader of messages is told, and what it answers."""

from dataclasses import dataclass
from typing import NamedTuple

from shared.canonical.appointment import CaseSchedule
from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.item_master import ItemMasterUpdate
from shared.canonical.requisition import Requisition
from shared.canonical.usage import EvidenceLine, MalformedLine, UsageLine
from shared.formats.documents import ReadUsage
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.profile import DEFAULT_PROFILE, SenderProfile
from shared.formats.patient_identifiers import NOBODY, PatientIdentifiers

Document = ReadUsage | Requisition | CaseSchedule | ItemMasterUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What the sender's registration says about its messages."""

    profile: SenderProfile = DEFAULT_PROFILE
    is_production: bool = True


class Found(NamedTuple):
    """What the lines of a message say; without a document the message is refused."""

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]


class PlacedReading(NamedTuple):
    """A message of a file, from its first byte to the one behind its last."""

    start: int
    end: int
    reading: "MessageReading"


@dataclass(frozen=True, kw_only=True)
class MessageReading:
    """A message as read. `header` is None only if the envelope is unreadable.

    `document` is None if the message is refused. `is_posted` says that a process takes what it
    says further; other documents rest in the journal. Findings of held lines stand in `diagnostics`
    as well, in the order of the message.
    """

    header: HeaderFacts | None
    diagnostics: tuple[Diagnostic, ...]
    document: Document | None = None
    is_posted: bool = False
    patient: PatientIdentifiers = NOBODY

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the message can be used."""
        return any(found.severity is Severity.MESSAGE for found in self.diagnostics)

    @property
    def lines(self) -> tuple[UsageLine, ...]:
        """The uses of a message that tells uses."""
        return self.document.lines if isinstance(self.document, ReadUsage) else ()

    @property
    def evidence(self) -> tuple[EvidenceLine, ...]:
        """What of a message that tells uses moves no stock."""
        return self.document.evidence if isinstance(self.document, ReadUsage) else ()

    @property
    def malformed(self) -> tuple[MalformedLine, ...]:
        """The lines that are held; a case has none."""
        return getattr(self.document, "malformed", ())
