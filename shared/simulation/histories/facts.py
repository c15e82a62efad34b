"""What happens on the wards of one history, and what finance will expect of it.

Money is counted in whole ten-thousandths here and in whole cents in the judge: nothing of the
product computes what it is judged by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from random import Random
from typing import TypeVar

from shared.canonical.usage import Direction

ITEMS = 24
LATE_CODES = 12  # charge codes that lead nowhere until a person adds the rule
MOST_LINES = 6  # of one message
MOST_STATED = 12
NEAR = 0.7  # lines of one use that come near each other
IN_BOXES = 0.2
FACILITIES = ("NORTH", "SOUTH")
DEPARTMENTS = ("OR", "ICU")


class Fate(StrEnum):
    """What is seeded about a use."""

    PLAIN = "plain"
    RULE_COMES_LATE = "rule comes late"
    NEVER_MAPPED = "never mapped"
    REFUSED = "refused"  # by the target, by name
    REFUSED_WHOLE = "refused whole"  # by the target, which does not say for whose sake
    CONFLICT = "conflict"  # the same line id comes with another content
    VERSIONED = "versioned"  # a line of a case that is told in several versions


class TakenBack(StrEnum):
    """How much of a use is taken back, by one credit or two."""

    NOTHING = "nothing"
    ALL = "all"
    PART = "part"
    IN_TWO = "in two"
    TOO_MUCH = "too much"


FATES = {
    Fate.PLAIN: 0.915,
    Fate.RULE_COMES_LATE: 0.05,
    Fate.NEVER_MAPPED: 0.01,
    Fate.REFUSED: 0.005,
    Fate.REFUSED_WHOLE: 0.002,
    Fate.CONFLICT: 0.018,
}
CREDITS = {
    TakenBack.NOTHING: 0.85,
    TakenBack.ALL: 0.06,
    TakenBack.PART: 0.04,
    TakenBack.IN_TWO: 0.03,
    TakenBack.TOO_MUCH: 0.02,
}
Kind = TypeVar("Kind")
TAKES_CREDITS = (Fate.PLAIN, Fate.RULE_COMES_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the target: its fixed cost in ten-thousandths, and how many a box holds."""

    name: str
    cost: int
    in_box: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as its source says it. `reverses` is the transaction that a credit takes back."""

    transaction: str
    direction: Direction
    facility: str
    department: str
    charge_code: str
    quantity: int
    lot: str
    day: int
    reverses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of one item under a lot of its own, by which the judge knows its documents again.

    `units` are base units of the item; `credits` what is taken back of them, in credits of that
    many. `rivals` are the units of the other content that comes under the same line id.
    """

    lot: str
    facility: str
    fate: Fate
    item: Item
    units: int
    credits: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message of one source: its lines, and when it is sent (virtual seconds).

    `document` and its `version` are those of a case that is told in versions, else empty and 0.
    """

    number: int
    at: float
    facility: str
    lines: tuple[Line, ...]
    document: str = ""
    version: int = 0


@dataclass(slots=True)
class Facts:
    """One history's uses, messages, items and the moments at which people add rules."""

    items: tuple[Item, ...]
    uses: list[Use] = field(default_factory=list)
    messages: list[Told] = field(default_factory=list)
    rules_at: dict[str, float] = field(default_factory=dict)

    @property
    def effects(self) -> int:
        """Lines that are to become effects, or be held; of a case those that stand at its end."""
        plain = sum(len(told.lines) for told in self.messages if not told.version)
        return plain + sum(use.fate is Fate.VERSIONED and use.units > 0 for use in self.uses)


def charge_code(item: Item, *, is_box: bool) -> str:
    """The code of a piece or of a box of an item."""
    return f"{'BX' if is_box else 'EA'}-{item.name}"


def late_code(number: int) -> str:
    """A code whose rule comes late."""
    return f"LATE-{number}"


def generated(random: Random, *, effects: int, span_seconds: float) -> Facts:
    """So many lines, sent in any order over a span."""
    items = tuple(
        Item(name=f"ITM-{number:03}", cost=random.randrange(1, 20_000_000), in_box=step)
        for number in range(ITEMS)
        for step in (random.choice((5, 10, 25, 100)),)
    )
    facts = Facts(items=items)
    for number in range(LATE_CODES):
        facts.rules_at[late_code(number)] = span_seconds * (0.2 + 0.9 * random.random())
    lines = {facility: list[tuple[float, Line]]() for facility in FACILITIES}
    made, numbers = 0, count(1)
    while made < effects:
        use, told = _use(random, items, next(numbers))
        if made + len(told) > effects:
            continue  # a smaller one will fit
        facts.uses.append(use)
        made += len(told)
        start = span_seconds * random.random()
        for line in told:
            lines[use.facility].append((moment_near(random, start, span_seconds), line))
    facts.messages = sorted(_messages(random, lines), key=lambda told: told.at)
    return facts


def moment_near(random: Random, start: float, span: float) -> float:
    """Lines of one use come near each other or far apart, and in any order."""
    near = start + random.choice((-1, 1)) * random.random() * span / 20
    return min(max(near, 0.0), span) if random.random() < NEAR else span * random.random()


def _use(random: Random, items: Sequence[Item], number: int) -> tuple[Use, list[Line]]:
    fate = _drawn(random, FATES)
    item = items[random.randrange(2, ITEMS)]
    stated, is_box = random.randrange(1, MOST_STATED + 1), random.random() < IN_BOXES
    item, is_box, code = _told_as(random, items, fate, item, is_box=is_box)
    step = item.in_box if is_box else 1
    line = Line(
        transaction=f"T{number:06}",
        direction=Direction.CHARGE,
        facility=random.choice(FACILITIES),
        department=random.choice(DEPARTMENTS),
        charge_code=code,
        quantity=stated,
        lot=f"L{number:06}",
        day=random.randrange(1, 14),
    )
    rivals = [replaced(line, quantity=stated + 1)] if fate is Fate.CONFLICT else []
    taken = _drawn(random, CREDITS) if fate in TAKES_CREDITS else TakenBack.NOTHING
    returns = list(_credits(random, line, taken))
    use = Use(
        lot=line.lot,
        facility=line.facility,
        fate=fate,
        item=item,
        units=stated * step,
        credits=tuple(credit.quantity * step for credit in returns),
        rivals=tuple(rival.quantity * step for rival in rivals),
    )
    return use, [line, *rivals, *returns]


def _told_as(
    random: Random, items: Sequence[Item], fate: Fate, item: Item, *, is_box: bool
) -> tuple[Item, bool, str]:
    """The item and unit of a use of this fate, and the charge code that tells them."""
    match fate:
        case Fate.REFUSED:
            item = items[0]
        case Fate.REFUSED_WHOLE:
            item = items[1]
        case Fate.RULE_COMES_LATE:
            late = random.randrange(LATE_CODES)
            return items[2 + late], False, late_code(late)
        case Fate.NEVER_MAPPED:
            return item, is_box, f"GONE-{random.randrange(5)}"
        case _:
            pass
    return item, is_box, charge_code(item, is_box=is_box)


def _credits(random: Random, line: Line, taken: TakenBack) -> Iterator[Line]:
    """The first has its charge's transaction id, others their own and name it (USE5)."""
    quantity = line.quantity
    match taken:
        case TakenBack.NOTHING:
            shares: list[int] = []
        case TakenBack.ALL:
            shares = [quantity]
        case TakenBack.PART:
            shares = [random.randrange(1, quantity + 1)]
        case TakenBack.IN_TWO:
            first = random.randrange(1, quantity + 1)
            shares = [share for share in (first, quantity - first) if share]
        case TakenBack.TOO_MUCH:
            shares = [quantity, random.randrange(1, quantity + 1)]
        case _:
            raise ValueError(f"unknown share {taken}")
    for number, share in enumerate(shares):
        own = f"{line.transaction}-{number}" if number else line.transaction
        credit = replaced(line, quantity=share, transaction=own, reverses=line.transaction)
        yield replaced(credit, direction=Direction.CREDIT)


def replaced(line: Line, **changes: object) -> Line:
    """The same line but for some of it."""
    values = {name: getattr(line, name) for name in Line.__slots__}
    return Line(**(values | changes))


def _messages(random: Random, lines: dict[str, list[tuple[float, Line]]]) -> Iterator[Told]:
    """What is said at about the same time goes into one message; one line id never twice."""
    numbers = count(1)
    for facility, told in lines.items():
        told.sort(key=lambda each: each[0])
        batch: list[Line] = []
        size = random.randrange(1, MOST_LINES + 1)
        for moment, line in told:
            batch.append(line)
            if len(batch) >= size:
                yield Told(number=next(numbers), at=moment, facility=facility, lines=tuple(batch))
                batch, size = [], random.randrange(1, MOST_LINES + 1)
        if batch:
            last = told[-1][0]
            yield Told(number=next(numbers), at=last, facility=facility, lines=tuple(batch))


def _drawn(random: Random, weights: dict[Kind, float]) -> Kind:
    return random.choices(list(weights), list(weights.values()))[0]
