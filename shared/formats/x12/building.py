"""What the builders of all sets share: a head, lines one after the other, and what is wrong."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from shared.canonical.trade import ItemId
from shared.formats.edi.building import LineBuilder
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.findings import Findings
from shared.formats.x12.item_ids import read_ids
from shared.formats.x12.profile import PartnerProfile
from shared.formats.x12.scopes import Scope
from shared.formats.x12.values import decimal_of

_NOTHING = [""] * 24

Handle = Callable[[Any, list[str], int, int], None]


class SetBuilder(LineBuilder[Scope]):
    """Gathers a set's head and lines."""

    def __init__(self, findings: Findings, profile: PartnerProfile) -> None:
        super().__init__(findings, Scope())
        self.profile = profile
        self.begin = _NOTHING
        self.doubtful: list[str] | None = None  # of a line about which there may be more to say

    def part(self, tag: str) -> list[str]:
        """The elements of a segment that the line has once; nothing if it has none."""
        parts: dict[str, list[str]] = self.facts["parts"]
        return parts.get(tag, _NOTHING)

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
            code, value = "NUMBER_TOO_LARGE", parts[field]
            self.spoil(self.report(code, parts, self.at, field=field, value=value))
        return number

    def ids(self, parts: list[str], first: int) -> tuple[ItemId, ...]:
        """The product ids of a segment, from the element at which they begin."""
        return self.named(parts, ELEMENT.join(parts[first:]))

    def named(self, parts: list[str], stated: str) -> tuple[ItemId, ...]:
        """The product ids that a text of qualifiers and values states; it is one of `parts`."""
        ids, unsound = read_ids(stated)
        for pair in unsound:
            field = list(pairwise(parts)).index(pair) + 1
            self.report("CHECK_DIGIT_WRONG", parts, self.at, field=field, value=pair[1])
        return ids


def on_begin(b: SetBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """The set's beginning segment."""
    b.begin = p


def on_line(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """A line begins; the one before is whole."""
    b.begin_line(p, vars(Scope()), ordinal, byte)


def on_count(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CTT: how many lines there are, and the sum of their quantities."""
    b.end_line()
    if p[1] and decimal_of(p[1]) != b.counted():
        b.report("LINE_COUNT_WRONG", p, (ordinal, byte), field=1, fact=f"{b.counted()} counted")
    total = b.hashed()
    if p[2] and total is not None and decimal_of(p[2]) not in (None, total):
        b.report("HASH_TOTAL_WRONG", p, (ordinal, byte), field=2, fact=f"{total} summed")
