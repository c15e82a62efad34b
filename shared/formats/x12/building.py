"""What the builders of all sets share: a head, lines one after the other, and what is wrong."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.trade import BrokenLine, ItemId, Origin
from shared.formats.edi.bounds import LINES_LIMIT
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.findings import Findings
from shared.formats.edi.gtins import GTIN
from shared.formats.x12.profile import PartnerProfile
from shared.formats.x12.scopes import Scope
from shared.formats.x12.values import GTINS, decimal_of, item_id

KEPT_IDS = 16_384  # of items, by the text that names them; nothing of a sender stays in them
_IDS: dict[str, tuple[ItemId, ...]] = {}
_NOTHING = [""] * 24

Handle = Callable[[Any, list[str], int, int], None]


class SetBuilder:
    """Gathers a set's head and lines; each kind of set says how a line and the document is made."""

    def __init__(self, findings: Findings, profile: PartnerProfile) -> None:
        self.findings = findings
        self.profile = profile
        self.begin = _NOTHING
        self.head = self.scope = Scope()
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

    def part(self, tag: str) -> list[str]:
        """The elements of a segment that the line has once; nothing if it has none."""
        return self.scope.parts.get(tag, _NOTHING)

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

    def counted(self) -> int:
        """How many lines the set's total of lines counts."""
        return self.count

    def hashed(self) -> Decimal | None:
        """The sum of quantities that the set's total is checked against; None if there is none."""
        return None

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
        value: str = "",
        fact: str = "",
    ) -> Diagnostic:
        """Note what only the meaning shows, at a segment's number and byte."""
        return self.findings.report(
            code, segment=parts[0], ordinal=at[0], byte=at[1], field=field, value=value, fact=fact
        )

    def number(self, parts: list[str], field: int) -> Decimal | None:
        """A number of the line, which spoils it if it is out of all bounds."""
        number = decimal_of(parts[field])
        if number is None and parts[field]:
            at = (self.ordinal, self.byte)
            self.spoil(self.report("NUMBER_TOO_LARGE", parts, at, field=field, value=parts[field]))
        return number

    def ids(self, parts: list[str], first: int) -> tuple[ItemId, ...]:
        """The product ids of a segment, from the element at which they begin."""
        return self.named(parts, ELEMENT.join(parts[first:]).rstrip(ELEMENT))

    def named(self, parts: list[str], stated: str) -> tuple[ItemId, ...]:
        """The product ids that a text of qualifiers and values states; it is one of `parts`."""
        kept = _IDS.get(stated)
        return kept if kept is not None else self._read_ids(parts, stated)

    def _read_ids(self, parts: list[str], text: str) -> tuple[ItemId, ...]:
        stated = text.split(ELEMENT)
        found: list[ItemId] = []
        is_sound = True
        for place in range(0, len(stated) - 1, 2):
            qualifier, value = stated[place], stated[place + 1]
            if not value:
                continue
            named = item_id(qualifier, value)
            found.append(named)
            if qualifier in GTINS and named.scheme != GTIN:
                at, pairs = (self.ordinal, self.byte), list(pairwise(parts))
                field = pairs.index((qualifier, value)) + 1
                self.report("CHECK_DIGIT_WRONG", parts, at, field=field, value=value)
                is_sound = False
        if is_sound:
            if len(_IDS) >= KEPT_IDS:
                _IDS.clear()
            _IDS[text] = tuple(found)
        return tuple(found)


def on_begin(b: SetBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """The set's beginning segment."""
    b.begin = p


def on_line(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """A line begins; the one before is whole."""
    if b.line is not None:
        b.end_line()
    b.line, b.ordinal, b.byte, b.scope = p, ordinal, byte, Scope()
    b.count += 1


def on_count(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CTT: how many lines there are, and the sum of their quantities."""
    b.end_line()
    if p[1] and decimal_of(p[1]) != b.counted():
        b.report("LINE_COUNT_WRONG", p, (ordinal, byte), field=1, fact=f"{b.counted()} counted")
    total = b.hashed()
    if p[2] and total is not None and decimal_of(p[2]) not in (None, total):
        b.report("HASH_TOTAL_WRONG", p, (ordinal, byte), field=2, fact=f"{total} summed")
