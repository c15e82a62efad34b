"""OperationOutcome: what is wrong, where, by which rule, what to do next; never a value sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.fhir.codes import FHIR_CODES

CODE_SYSTEM = "urn:ledgerward:finding"
MOST_TOLD = 100  # issues in one outcome; the journal and the holds have them all


class IssueType(StrEnum):
    """The codes of issue-type that are said here (FHIR 4.3.14.236)."""

    BUSINESS_RULE = "business-rule"
    CODE_INVALID = "code-invalid"
    EXTENSION = "extension"
    FORBIDDEN = "forbidden"
    INFORMATIONAL = "informational"
    INVALID = "invalid"
    NOT_FOUND = "not-found"
    NOT_SUPPORTED = "not-supported"
    REQUIRED = "required"
    STRUCTURE = "structure"
    TOO_COSTLY = "too-costly"
    TOO_LONG = "too-long"
    TRANSIENT = "transient"
    VALUE = "value"


_CODES_OF: Mapping[IssueType, tuple[str, ...]] = MappingProxyType(
    {
        IssueType.BUSINESS_RULE: ("STATE_UNKNOWN", "UDI_MISMATCH"),
        IssueType.CODE_INVALID: ("CODE_UNKNOWN", "CODE_STRANGE"),
        IssueType.EXTENSION: ("MODIFIER_UNKNOWN",),
        IssueType.INFORMATIONAL: ("BOM_PRESENT", "VERSION_UNTOLD", "VERSION_CONTRADICTED"),
        IssueType.INVALID: ("HEAD_UNUSABLE",),
        IssueType.NOT_FOUND: ("REFERENCE_UNRESOLVED",),
        IssueType.NOT_SUPPORTED: (
            "ENCODING_UNSUPPORTED",
            "REQUEST_UNREAD",
            "RESOURCE_UNSUPPORTED",
        ),
        IssueType.REQUIRED: (
            "ELEMENT_MISSING",
            "IDENTITY_MISSING",
            "ITEM_MISSING",
            "TIME_MISSING",
        ),
        IssueType.STRUCTURE: (
            "ELEMENT_EMPTY",
            "ELEMENT_REPEATED",
            "ELEMENT_UNKNOWN",
            "ELEMENT_UNREAD",
            "JSON_CUT",
            "JSON_INVALID",
            "RESOURCE_INVALID",
        ),
        IssueType.TOO_COSTLY: ("JSON_TOO_DEEP", "JSON_TOO_MUCH"),
        IssueType.TOO_LONG: (
            "LINES_TOO_MANY",
            "RESOURCE_TOO_LARGE",
            "TEXT_TOO_LONG",
            "VALUE_TOO_LONG",
        ),
        IssueType.VALUE: (
            "CHARACTER_INVALID",
            "DATE_INEXACT",
            "ELEMENT_INVALID",
            "GTIN_UNSOUND",
            "NUMBER_INVALID",
            "NUMBER_TOO_LARGE",
            "QUANTITY_INEXACT",
            "QUANTITY_NEGATIVE",
            "QUANTITY_ZERO",
            "TIME_INVALID",
            "UDI_UNREADABLE",
        ),
    }
)
ISSUE_TYPES: Mapping[str, IssueType] = MappingProxyType(
    {code: kind for kind, codes in _CODES_OF.items() for code in codes}
)
_SEVERITIES = MappingProxyType(
    {Severity.MESSAGE: "error", Severity.LINE: "error", Severity.NOTE: "information"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue. `code` is ours and stays; `remedy` says what to do; `place` is a FHIRPath."""

    kind: IssueType
    code: str
    text: str
    remedy: str
    severity: str = "error"
    place: str = ""
    byte: int | None = None
    rule: str = ""
    shape: str = ""

    def told(self) -> dict[str, object]:
        """As FHIR writes it."""
        issue: dict[str, object] = {
            "severity": self.severity,
            "code": self.kind.value,
            "details": {
                "coding": [{"system": CODE_SYSTEM, "code": self.code}],
                "text": self.text,
            },
            "diagnostics": self._diagnostics(),
        }
        return issue | ({"expression": [self.place]} if self.place else {})

    def _diagnostics(self) -> str:
        at = "" if self.byte is None else f"At byte {self.byte}. "
        stated = f"There stands: {self.shape}. " if self.shape else ""
        rule = f"Rule: {self.rule}. " if self.rule else ""
        return f"{at}{stated}{rule}{self.remedy}"


def issue_of(found: Diagnostic) -> Issue:
    """A finding of the reader as an issue."""
    return Issue(
        kind=ISSUE_TYPES[found.code],
        code=found.code,
        text=found.message,
        remedy=FHIR_CODES[found.code].remedy,
        severity=_SEVERITIES[found.severity],
        place=found.position.segment,
        byte=found.position.byte,
        rule=found.rule,
        shape=found.value,
    )


def outcome(issues: Sequence[Issue], *, most: int = MOST_TOLD) -> dict[str, object]:
    """An OperationOutcome of the first issues; of none it says that all is well."""
    told = [each.told() for each in issues[:most]]
    well = {"severity": "information", "code": "informational", "details": {"text": "All is well"}}
    return {"resourceType": "OperationOutcome", "issue": told or [well]}
