"""What a reader of usage messages is told, and what it answers."""

from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.usage import EvidenceLine, MalformedLine, UsageLine
from shared.formats.hl7v2.header import HeaderFacts
from shared.formats.hl7v2.profile import DEFAULT_PROFILE, UsageProfile
from shared.formats.patient_identifiers import NOBODY, PatientIdentifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What the sender's registration says about its messages."""

    profile: UsageProfile = DEFAULT_PROFILE
    is_production: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReading:
    """A message as read. `header` is None only if the envelope is unreadable.

    Findings of held lines stand in `diagnostics` as well, in the order of the message.
    """

    header: HeaderFacts | None
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[UsageLine, ...] = ()
    malformed: tuple[MalformedLine, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    patient: PatientIdentifiers = NOBODY

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the message can be used."""
        return any(found.severity is Severity.MESSAGE for found in self.diagnostics)
