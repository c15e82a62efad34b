"""Findings of a file as its sender is told them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.finding_codes import FindingCode

TOLD_FINDINGS = 100
_GRAVITY = (Severity.MESSAGE, Severity.LINE, Severity.NOTE)
Told = Callable[[Sequence[Diagnostic]], Iterator[Mapping[str, object]]]


def told_by(codes: Mapping[str, FindingCode]) -> Told:
    """Puts the first findings of a format of segments into words: what is wrong, what mends it."""

    def told(findings: Sequence[Diagnostic]) -> Iterator[Mapping[str, object]]:
        for found in findings[:TOLD_FINDINGS]:
            yield {
                "code": found.code,
                "severity": found.severity.value,
                "row": 0,
                "column": str(found.position),
                "rule": found.rule,
                "message": found.message,
                "value": found.value,
                "remedy": codes[found.code].remedy,
            }

    return told


def gravest(findings: Sequence[Diagnostic]) -> Diagnostic | None:
    """The first of the findings that cost most; None if there is none."""
    return min(findings, key=lambda found: _GRAVITY.index(found.severity), default=None)
