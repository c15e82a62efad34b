"""What the builders of all documents share: lines one after the other, and what is wrong."""

from typing import Any, Generic, Self, TypeVar

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.trade import BrokenLine, Origin
from shared.formats.edi.bounds import DETAILS_LIMIT, LINES_LIMIT
from shared.formats.edi.findings import Findings


class Gathered:
    """The facts of a head or a line by their names, as a standard lists them.

    `facts` are the attributes themselves: what reads segments adds to them without this view.
    """

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """A view on facts that gather elsewhere."""
        view = cls.__new__(cls)
        view.__dict__ = facts
        return view

    @property
    def is_overfull(self) -> bool:
        """Whether there is more of one kind of detail than any line has."""
        gathered = (each for each in vars(self).values() if isinstance(each, tuple))
        return any(len(each) > DETAILS_LIMIT for each in gathered)


ScopeT = TypeVar("ScopeT", bound=Gathered)


class LineBuilder(Generic[ScopeT]):
    """Gathers a head and lines; each kind of set says how a line and the document is made.

    `facts` is where details go: those of the line while one is open, else of the head. `line` are
    the elements by which the open line began.
    """

    def __init__(self, findings: Findings, head: ScopeT) -> None:
        self.findings = findings
        self.head = head
        self.facts = vars(head)
        self.lines: list[Any] = []
        self.line: list[str] | None = None
        self.broken: list[BrokenLine] = []
        self.count = 0
        self._fault: Diagnostic | None = None
        self._head_faults: list[Diagnostic] = []

    @property
    def scope(self) -> ScopeT:
        """The head or the open line, by the names of its facts."""
        return self.head.of(self.facts)

    @property
    def at(self) -> tuple[int, int]:
        """Where the open line begins: its segment's number in the set, and its byte."""
        return self.facts.get("ordinal", 0), self.facts.get("byte", 0)

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

    def begin_line(self, parts: list[str], facts: dict[str, Any], ordinal: int, byte: int) -> None:
        """A line begins with these facts; the one before is whole."""
        if self.line is not None:
            self.keep_line(self.line)
        facts["ordinal"] = ordinal
        facts["byte"] = byte
        self.line = parts
        self.facts = facts
        self.count += 1

    def end_line(self) -> None:
        """The line is whole, and what follows is of the head."""
        if self.line is not None:
            self.keep_line(self.line)
            self.line = None
            self.facts = vars(self.head)

    def keep_line(self, parts: list[str]) -> None:
        """Keep the open line, or what is wrong with it."""
        made = None if self._fault else self.made_line(parts)
        if self._fault is None:
            self.lines.append(made)
        else:
            self.broken.append(BrokenLine(number=self.number_of(parts), diagnostic=self._fault))
            self._fault = None

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
