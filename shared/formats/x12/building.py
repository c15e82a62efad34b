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
Begin = Callable[[Any, list[str], Any, int, int], None]


class SetBuilder(LineBuilder[Scope]):
    """Gathers a set's head and lines."""

    def __init__(self, findings: Findings, profile: PartnerProfile) -> None:
        super().__init__(findings, Scope())
        self.profile = profile
        self.begin = _NOTHING
        self.doubtful: list[str] | None = None  # of a line about which there may be more to say

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
        ids, unsound = read_ids(stated)
        for pair in unsound:
            at, field = (self.ordinal, self.byte), list(pairwise(parts)).index(pair) + 1
            self.report("CHECK_DIGIT_WRONG", parts, at, field=field, value=pair[1])
        return ids


def read_ids(stated: str) -> tuple[tuple[ItemId, ...], list[tuple[str, str]]]:
    """The product ids of a text of qualifiers and values, and those with a wrong check digit."""
    kept = _IDS.get(stated)
    if kept is not None:
        return kept, []
    words = stated.split(ELEMENT)
    pairs = [pair for pair in zip(words[::2], words[1::2], strict=False) if pair[1]]
    ids = tuple(item_id(*pair) for pair in pairs)
    unsound = [
        pair
        for pair, named in zip(pairs, ids, strict=True)
        if pair[0] in GTINS and named.scheme != GTIN
    ]
    if not unsound:
        if len(_IDS) >= KEPT_IDS:
            _IDS.clear()
        _IDS[stated] = ids
    return ids, unsound


def on_begin(b: SetBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """The set's beginning segment."""
    b.begin = p


def on_line(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """A line begins; the one before is whole."""
    if b.line is not None:
        b.end_line()
    b.line, b.ordinal, b.byte, b.scope = p, ordinal, byte, Scope()
    b.count += 1


def begin_line(
    b: SetBuilder, own: list[str], facts: dict[str, Any], ordinal: int, byte: int
) -> None:
    """A line begins whose noun is made of `facts`; `own` are its tag and its number."""
    if b.line is not None:
        b.end_line()
    facts["ordinal"], facts["byte"] = ordinal, byte
    b.line, b.ordinal, b.byte, b.scope = own, ordinal, byte, Scope.of(facts)
    b.doubtful = None
    b.count += 1


def on_count(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CTT: how many lines there are, and the sum of their quantities."""
    b.end_line()
    if p[1] and decimal_of(p[1]) != b.counted():
        b.report("LINE_COUNT_WRONG", p, (ordinal, byte), field=1, fact=f"{b.counted()} counted")
    total = b.hashed()
    if p[2] and total is not None and decimal_of(p[2]) not in (None, total):
        b.report("HASH_TOTAL_WRONG", p, (ordinal, byte), field=2, fact=f"{total} summed")
