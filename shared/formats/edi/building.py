"""What the builders of all documents share: lines one after the other, and what is wrong."""

from typing import Any, Generic, Protocol, TypeVar

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.trade import BrokenLine, Origin
from shared.formats.edi.bounds import LINES_LIMIT
from shared.formats.edi.findings import Findings


class Gathering(Protocol):
    """What the head or one line has gathered so far."""

    @property
    def is_overfull(self) -> bool:
        """Whether there is more of one kind of detail than any line has."""
        ...


ScopeT = TypeVar("ScopeT", bound=Gathering)


class LineBuilder(Generic[ScopeT]):
    """Gathers a head and lines; each kind of set says how a line and the document is made.

    `scope` is where details go: the line's while one is open, else the head's.
    """

    def __init__(self, findings: Findings, head: ScopeT) -> None:
        self.findings = findings
        self.head = self.scope = head
        self.lines: list[Any] = []
        self.line: list[str] | None = None
        self.ordinal = self.byte = 0
        self.broken: list[BrokenLine] = []
        self.count = 0
        self._fault: Diagnostic | None = None
        self._head_faults: list[Diagnostic] = []

    @property
    def is_overfull(self) -> bool:
        """Whether the set has more than any document holds."""
        return self.count > LINES_LIMIT or self.scope.is_overfull

    def made_line(self, parts: list[str]) -> object:
        """The line of what stands in its loop."""
        raise NotImplementedError

    def document(self, origin: Origin) -> object:
        """The document, once the set has ended; None if it has no number of its own."""
        raise NotImplementedError

    def end_line(self) -> None:
        """The line is whole: it is kept, or what is wrong with it."""
        if self.line is None:
            return
        parts = self.line
        made = self.made_line(parts) if self._fault is None else None
        if self._fault is None:
            self.lines.append(made)
        else:
            self.broken.append(BrokenLine(number=self.number_of(parts), diagnostic=self._fault))
        self.line, self._fault, self.scope = None, None, self.head

    def number_of(self, parts: list[str]) -> str:
        """The number of the line."""
        return parts[1]

    def spoil(self, found: Diagnostic) -> None:
        """Nobody may use the line, or the head where no line has begun."""
        if self.line is None:
            self._head_faults.append(found)
        elif self._fault is None:
            self._fault = found

    def broken_lines(self) -> tuple[BrokenLine, ...]:
        """What cannot be used, the head first; the head has no number."""
        heads = (BrokenLine(number="", diagnostic=found) for found in self._head_faults)
        return (*heads, *self.broken)

    def report(
        self,
        code: str,
        parts: list[str],
        at: tuple[int, int],
        *,
        field: int = 0,
        component: int = 0,
        value: str = "",
        fact: str = "",
    ) -> Diagnostic:
        """Note what only the meaning shows, at a segment's number and byte."""
        return self.findings.report(
            code,
            segment=parts[0],
            ordinal=at[0],
            byte=at[1],
            field=field,
            component=component,
            value=value,
            fact=fact,
        )
