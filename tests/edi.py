"""Readings of EDI as JSON: documents and findings, whatever the standard."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from shared.canonical.diagnostic import Diagnostic
from shared.formats.edi.positions import EdiPosition


@dataclass(frozen=True)
class Readings:
    """What a reader makes of a file, sorted; `read` takes a source and perhaps a profile."""

    read: Callable[..., Iterator[object]]

    def documents(self, *sent: object) -> list[object]:
        """What was read, without the findings."""
        return [each for each in self.read(*sent) if not isinstance(each, Diagnostic)]

    def findings(self, *sent: object) -> list[Diagnostic]:
        """What was found wrong."""
        return [each for each in self.read(*sent) if isinstance(each, Diagnostic)]

    def codes(self, *sent: object) -> list[str]:
        """The codes of what was found wrong, in order."""
        return [found.code for found in self.findings(*sent)]

    def spots(self, *sent: object) -> list[tuple[str, str, int, int, int]]:
        """Code, segment, number in the set, element and component of each finding."""
        return [(found.code, *_spot(found)) for found in self.findings(*sent)]


def _spot(found: Diagnostic) -> tuple[str, int, int, int]:
    position = found.position
    assert isinstance(position, EdiPosition)
    return position.segment, position.ordinal, position.field, position.component


def as_golden(told: Iterable[object]) -> object:
    """What was read, empty values left out."""
    told = list(told)
    documents = [each for each in told if not isinstance(each, Diagnostic)]
    return {
        "documents": [{"is": type(each).__name__, **_plain(each)} for each in documents],
        "findings": [_finding(found) for found in told if isinstance(found, Diagnostic)],
    }


def _finding(found: Diagnostic) -> dict[str, str]:
    shown = {"value": found.value} if found.value else {}
    severity = found.severity.value
    return {"code": found.code, "severity": severity, "at": str(found.position), **shown}


def _plain(value: object) -> dict[str, object]:
    names = [each.name for each in fields(value)] if is_dataclass(value) else value._fields  # type: ignore[attr-defined]
    said = {name: _as_json(getattr(value, name)) for name in names}
    return {name: each for name, each in said.items() if each not in ("", [], None, False)}


def _as_json(value: object) -> object:
    match value:
        case Decimal():
            return format(value, "f")
        case date() | Diagnostic():
            return value.isoformat() if isinstance(value, date) else value.code
        case tuple() if not hasattr(value, "_fields"):
            return [_as_json(each) for each in value]
        case _ if is_dataclass(value) or isinstance(value, tuple):
            return _plain(value)
        case _:
            return str(value) if isinstance(value, str) else value
