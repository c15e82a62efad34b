"""What the builders of all sets share: a head, lines one after the other, and what is wrong."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from shared.canonical.trade import ItemId
from shared.formats.edi.building import LineBuilder
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


class SetBuilder(LineBuilder[Scope]):
    """Gathers a set's head and lines."""

    def __init__(self, findings: Findings, profile: PartnerProfile) -> None:
        super().__init__(findings, Scope())
        self.profile = profile
        self.begin = _NOTHING

    def part(self, tag: str) -> list[str]:
        """The elements of a segment that the line has once; nothing if it has none."""
        return self.scope.parts.get(tag, _NOTHING)

    def counted(self) -> int:
        """How many lines the set's total of lines counts."""
        return self.count

    def hashed(self) -> Decimal | None:
        """The sum of quantities that the set's total is checked against; None if there is none."""
        return None

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
