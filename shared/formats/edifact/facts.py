"""What single segments say: days, references, texts, numbers, names of items.

Each comes in two parts: what its elements say, and how a builder takes it.
"""

from decimal import Decimal

from shared.canonical.trade import Dated, ItemId, Reference
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edi.gtins import GTIN
from shared.formats.edifact.building import MessageBuilder, on_wrong_number
from shared.formats.edifact.scopes import Price, Stated
from shared.formats.edifact.values import DURATIONS, decimal_of, item_id, moment_of
from shared.formats.edifact.vocabularies import (
    DATES,
    GTINS,
    PRICE_TYPES,
    PRICE_UNITS,
    REFERENCES,
)

_BLANKS = ("",) * 12
_SUBSTITUTIONS = ("3", "4")  # element 4347
_IDS_OF_PIA = range(2, 7)


def parts_of(element: str) -> tuple[str, ...]:
    """The components of an element, filled up."""
    return (*element.split(COMPONENT), *_BLANKS)


def joined(values: tuple[str, ...]) -> str:
    """Texts in one."""
    return " ".join(filter(None, values))


def dated(p: list[str]) -> Dated | None:
    """DTM whose day is in its format."""
    kind, value, form = parts_of(p[1])[:3]
    moment = moment_of(value, form)
    if moment is None or not moment.is_as_stated:
        return None
    return Dated(DATES.word(kind), moment.day, moment.time)


def add_date(b: MessageBuilder, value: Dated) -> None:
    """A day of the head or line."""
    b.scope.dates += (value,)


def on_date(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """DTM that states no day, or not in its format; a duration is no day, and is passed over."""
    kind, value, form = parts_of(p[1])[:3]
    moment = moment_of(value, form)
    if moment is not None:
        b.report("DATE_FORMAT_WRONG", p, (ordinal, byte), field=1, component=3, value=form)
        add_date(b, Dated(DATES.word(kind), moment.day, moment.time))
    elif value and form not in DURATIONS:
        b.spoil(b.report("DATE_INVALID", p, (ordinal, byte), field=1, component=2, value=value))


def reference(p: list[str]) -> Reference | None:
    """RFF; one without a number says nothing."""
    kind, value, line = parts_of(p[1])[:3]
    return Reference(REFERENCES.word(kind), value, line) if value else None


def add_reference_date(b: MessageBuilder, value: Dated) -> None:
    """DTM of a reference: the day of the order is kept."""
    if b.scope.references and b.scope.references[-1].kind == "purchase_order":
        b.scope.ordered_on = value.day


def text_of(p: list[str]) -> str | None:
    """FTX with free text; coded ones are in no list of ours."""
    return joined(parts_of(p[4])[:5]) or None


def description(p: list[str]) -> str | None:
    """IMD with free text."""
    return joined(parts_of(p[3])[3:5]) or None


def currency(p: list[str]) -> str | None:
    """CUX: the reference currency."""
    return parts_of(p[1])[1] or None


def set_currency(b: MessageBuilder, value: str) -> None:
    """The first currency that is stated is the document's."""
    b.head.currency = b.head.currency or value


def quantity(p: list[str]) -> Stated | None:
    """QTY."""
    kind, value, unit = parts_of(p[1])[:3]
    number = decimal_of(value)
    return None if number is None else Stated(kind, number, unit)


def on_quantity(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """QTY without a number that can be used; one that is empty was told already."""
    if parts_of(p[1])[1]:
        on_wrong_number(b, p, (ordinal, byte), (1, 2))


def price(p: list[str]) -> Price | None:
    """PRI; the number of units it is for (5284) is its basis, else what kind of price it is."""
    kind, value, type_, _, units = parts_of(p[1])[:5]
    number = decimal_of(value)
    if number is None and value:
        return None
    basis = PRICE_UNITS.word(units) if decimal_of(units) else PRICE_TYPES.word(type_)
    return Price(kind, number, basis)


def on_price(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """PRI without a number that can be used."""
    on_wrong_number(b, p, (ordinal, byte), (1, 2))


def amount(p: list[str]) -> tuple[str, Decimal] | None:
    """MOA."""
    kind, value = parts_of(p[1])[:2]
    number = decimal_of(value)
    return None if number is None else (kind, number)


def on_amount(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """MOA without a number that can be used."""
    if parts_of(p[1])[1]:
        on_wrong_number(b, p, (ordinal, byte), (1, 2))


def identified(p: list[str]) -> tuple[str, tuple[ItemId, ...]] | None:
    """PIA whose GTINs are sound."""
    stated = [parts_of(p[place])[:2] for place in _IDS_OF_PIA if p[place]]
    named = tuple(item_id(qualifier, value) for value, qualifier in stated if value)
    wrong = [each for each in named if each.scheme in GTINS]
    return None if wrong else (p[1], named)


def add_ids(b: MessageBuilder, value: tuple[str, tuple[ItemId, ...]]) -> None:
    """What else names the item of the line, or the one that stands for it."""
    function, named = value
    if function in _SUBSTITUTIONS:
        b.scope.substitutes += named
    else:
        b.scope.ids += named


def on_ids(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """PIA with a GTIN whose check digit is wrong."""
    named = []
    for place in _IDS_OF_PIA:
        value, qualifier = parts_of(p[place])[:2]
        if not value:
            continue
        named.append(item_id(qualifier, value))
        if qualifier in GTINS and named[-1].scheme != GTIN:
            at = (ordinal, byte)
            b.report("CHECK_DIGIT_WRONG", p, at, field=place, component=1, value=value)
    add_ids(b, (p[1], tuple(named)))


def percent(p: list[str]) -> Decimal | None:
    """PCD."""
    return decimal_of(parts_of(p[1])[1])
