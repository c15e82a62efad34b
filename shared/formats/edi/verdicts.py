"""What an acknowledgement of any standard says of one set."""

from collections.abc import Iterable

from shared.canonical.diagnostic import Diagnostic, Severity


def set_verdict(findings: Iterable[Diagnostic], *, rejects_on_error: bool, is_told: bool) -> str:
    """Rejected if the set is wrong as a whole, or in a line where the partner wants that.

    `is_told` says that the acknowledgement tells of an error.
    """
    severities = {found.severity for found in findings}
    if Severity.MESSAGE in severities or (rejects_on_error and Severity.LINE in severities):
        return "rejected"
    return "accepted_with_errors" if is_told else "accepted"
