"""What every reader's table says of each of its findings: what it costs, why, what mends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from shared.canonical.diagnostic import Diagnostic, Position, Severity
from shared.formats.shape import shape_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCode:
    """What one code means. `rule` is a domain rule, or a section of the format's standard."""

    code: str
    severity: Severity
    rule: str
    message: str
    remedy: str

    def found(self, position: Position, value: str = "", fact: str = "") -> Diagnostic:
        """A finding at a place: `value`, as sent, by its shape; `fact` is in our words."""
        return Diagnostic(
            code=self.code,
            severity=self.severity,
            position=position,
            rule=self.rule,
            message=self.message,
            value=fact or shape_of(value),
        )


@dataclass(frozen=True, slots=True)
class Costing:
    """Makes the codes of one severity; `remedy` is that of those that name none."""

    severity: Severity
    remedy: str

    def __call__(self, code: str, rule: str, message: str, remedy: str = "") -> FindingCode:
        """One code of a table."""
        return FindingCode(
            code=code,
            severity=self.severity,
            rule=rule,
            message=message,
            remedy=remedy or self.remedy,
        )


CodeT = TypeVar("CodeT", bound=FindingCode)


def by_code(table: Iterable[CodeT]) -> Mapping[str, CodeT]:
    """A table's entries under their codes."""
    return MappingProxyType({entry.code: entry for entry in table})
