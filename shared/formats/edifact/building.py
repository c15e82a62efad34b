"""What the builders of all messages share: a head, lines, and what is wrong with a number."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shared.canonical.trade import Dated, ItemId
from shared.formats.bounds import number_of
from shared.formats.edi.building import LineBuilder
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edi.findings import Findings
from shared.formats.edi.handling import Direct, Facts, Quick, sound
from shared.formats.edi.tables import SegmentRule
from shared.formats.edifact.profile import PartnerProfile
from shared.formats.edifact.scopes import BLANK, Scope
from shared.formats.edifact.values import decimal_of, item_id
from shared.formats.edifact.vocabularies import GTINS
from shared.formats.gtins import GTIN

Handle = Callable[[Any, list[str], int, int], None]
_NOTHING = [""] * 8
_LINES, _QUANTITIES = "2", "1"  # of CNT, element 6069


class MessageBuilder(LineBuilder[Scope]):
    """Gathers a message's head and lines."""

    def __init__(self, findings: Findings, profile: PartnerProfile) -> None:
        super().__init__(findings, Scope())
        self.profile = profile
        self.begin = _NOTHING
        self.hash = Decimal(0)
        self.is_subline = False
        self.doubtful: list[str] | None = None  # of a line about which there may be more to say

    @property
    def number(self) -> str:
        """The number of the document, in BGM (C106 or 1004)."""
        return self.begin[2].partition(COMPONENT)[0]

    @property
    def kind(self) -> str:
        """What BGM says it is (1001)."""
        return self.begin[1].partition(COMPONENT)[0]

    def keep_line(self, parts: list[str]) -> None:
        """A sub-line is part of another line, and is not carried."""
        if self.is_subline:
            self.is_subline, self._fault = False, None
        else:
            super().keep_line(parts)

    def line_ids(self, parts: list[str]) -> tuple[ItemId, ...]:
        """What names the item: LIN first, then each PIA."""
        if self.doubtful is parts:
            value, qualifier = _named(parts)
            if qualifier in GTINS and any(each.scheme != GTIN for each in self.facts["named"]):
                code = "CHECK_DIGIT_WRONG"
                self.report(code, parts, self.at, field=3, component=1, value=value)
        named: tuple[ItemId, ...] = self.facts["named"] + self.facts["ids"]
        return named

    def check_identified(self, parts: list[str], *, is_described: bool) -> None:
        """A line says what it is of (ITM1)."""
        if not is_described:
            self.spoil(self.report("LINE_ID_MISSING", parts, self.at, field=3))

    def check_quantity(self, parts: list[str], quantity: object) -> None:
        """A line says how many (LAW1)."""
        if quantity is None:
            self.spoil(self.report("QUANTITY_MISSING", parts, self.at))

    def dates_without(self, *used: Dated | None) -> tuple[Dated, ...]:
        """The days of the head but for those that stand in fields of their own."""
        return tuple(each for each in self.head.dates if not any(each is one for one in used))


def on_begin(b: MessageBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """BGM."""
    b.begin = p


def on_line(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """LIN: a line begins about which there may be more to say; the one before is whole."""
    b.begin_line(p, BLANK | _line(p), ordinal, byte)
    b.doubtful = p
    if _is_subline(p):
        b.report("SUBLINE_UNREAD", p, (ordinal, byte), field=4)
        b.is_subline = True


def _line(p: list[str]) -> dict[str, Any]:
    value, qualifier = _named(p)
    named = (item_id(qualifier, value),) if value else ()
    return {"number": p[1], "action": p[2], "named": named}


def _line_reader(rule: SegmentRule) -> Quick:
    number, action, item = (use.element for use in rule.uses[:3])
    numbers, actions, items = sound(number), sound(action), sound(item, right_item)

    def quick(own: list[str], _text: str, _open: Facts) -> Facts | None:
        facts = BLANK.copy()
        try:
            _, number, action, item = own
            facts["number"], facts["named"] = numbers[number], (items[item],)
            facts["action"] = actions[action] if action else ""
        except (KeyError, ValueError):
            return None
        return facts

    return quick


def right_item(stated: str) -> ItemId | None:
    """An item as C212 names it; None if it names none, or by a GTIN whose check digit is wrong."""
    value, qualifier = (*stated.split(COMPONENT, 2), "")[:2]
    named = item_id(qualifier, value)
    is_wrong = not value or (qualifier in GTINS and named.scheme != GTIN)
    return None if is_wrong else named


def _named(p: list[str]) -> tuple[str, str]:
    value, qualifier = (*p[3].split(COMPONENT, 2), "")[:2]
    return value, qualifier


def _is_subline(p: list[str]) -> bool:
    return bool(p[4]) and not p[4].startswith(COMPONENT)


LINE = Direct(_line_reader, on_line)


def on_divider(b: MessageBuilder, _p: list[str], _ordinal: int, _byte: int) -> None:
    """UNS: the lines have ended; what follows is of the whole message."""
    b.end_line()


def on_count(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CNT: how many lines there are, or the sum of their quantities."""
    b.end_line()
    kind, value = (*p[1].split(COMPONENT), "")[:2]
    stated = decimal_of(value)
    at = (ordinal, byte)
    if kind == _LINES and stated != b.count:
        fact = f"{b.count} counted"
        b.report("LINE_COUNT_WRONG", p, at, field=1, component=2, fact=fact)
    elif kind == _QUANTITIES and not b.broken and stated != b.hash:
        fact = f"{b.hash} summed"
        b.report("HASH_TOTAL_WRONG", p, at, field=1, component=2, fact=fact)


def on_wrong_number(
    b: MessageBuilder, p: list[str], at: tuple[int, int], place: tuple[int, int]
) -> None:
    """Nobody may compute with a number that is none, or is out of all bounds."""
    field, component = place
    value = (*p[field].split(COMPONENT), *_NOTHING)[component - 1]
    code = "NUMBER_INVALID" if number_of(value.replace(",", ".")) is None else "NUMBER_TOO_LARGE"
    b.spoil(b.report(code, p, at, field=field, component=component, value=value))
