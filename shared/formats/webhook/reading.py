"""What a reader of usage events answers."""

from dataclasses import dataclass

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.canonical.usage import MalformedLine, UsageLine


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What the event says of its document. `application` is the registered source's name.

    `version` is 0 for a document that has none.
    """

    application: str
    event_type: str
    document: str
    facility: str
    department: str
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CaseIdentifiers:
    """What the edge turns into tokens at once (USE9). Its text never shows a value."""

    case: str = ""
    patient: str = ""

    def __repr__(self) -> str:
        """Only that there are some."""
        return "CaseIdentifiers(hidden)"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReading:
    """An event as read. `facts` is None if the document has no identity.

    Findings of held lines stand in `diagnostics` as well, in the order of the document.
    """

    facts: EventFacts | None
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[UsageLine, ...] = ()
    malformed: tuple[MalformedLine, ...] = ()
    identifiers: CaseIdentifiers = CaseIdentifiers()

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the event can be used."""
        return any(found.severity is Severity.MESSAGE for found in self.diagnostics)
