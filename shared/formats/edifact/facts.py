"""What single segments say: days, references, texts, numbers, names of items.

Each comes in two parts, what its elements say and how a builder takes it; those of which nearly
every one is another are read directly.
"""

from decimal import Decimal

from shared.canonical.trade import Dated, Reference
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edi.handling import Facts, Quick, sound
from shared.formats.edi.patterns import element_matcher
from shared.formats.edi.tables import SegmentRule
from shared.formats.edifact.building import MessageBuilder, on_wrong_number, right_item
from shared.formats.edifact.scopes import Price, Stated
from shared.formats.edifact.values import DURATIONS, decimal_of, item_id, moment_of
from shared.formats.edifact.vocabularies import (
    DATES,
    GTINS,
    PRICE_TYPES,
    PRICE_UNITS,
    REFERENCES,
)
from shared.formats.gtins import GTIN

_BLANKS = ("",) * 12
_SUBSTITUTIONS = ("3", "4")  # element 4347
_WITH_ONE = 2  # the tag and an element
_NO_CHARACTERISTIC = [""]  # of IMD
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


def on_ids(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """PIA: what else names the item of the line, or the one that stands for it."""
    named = []
    for place in _IDS_OF_PIA:
        value, qualifier = parts_of(p[place])[:2]
        if not value:
            continue
        named.append(item_id(qualifier, value))
        if qualifier in GTINS and named[-1].scheme != GTIN:
            at = (ordinal, byte)
            b.report("CHECK_DIGIT_WRONG", p, at, field=place, component=1, value=value)
    b.facts[_ids_of(p[1])] += tuple(named)


def _ids_of(function: str) -> str:
    return "substitutes" if function in _SUBSTITUTIONS else "ids"


def percent(p: list[str]) -> Decimal | None:
    """PCD."""
    return decimal_of(parts_of(p[1])[1])


def ids_reader(rule: SegmentRule) -> Quick:
    """PIA whose GTINs are sound."""
    functions, items = sound(rule.uses[0].element), sound(rule.uses[1].element, right_item)

    def quick(own: list[str], _text: str, facts: Facts) -> Facts | None:
        try:
            _, function, first, *others = own
            named = [items[each] for each in (first, *others)]
            facts[_ids_of(functions[function])] += tuple(named)
        except (KeyError, ValueError):
            return None
        return facts

    return quick


def description_reader(rule: SegmentRule) -> Quick:
    """IMD with free text and without a characteristic."""
    formats, texts = sound(rule.uses[0].element), sound(rule.uses[2].element, _free_text)

    def quick(own: list[str], _text: str, facts: Facts) -> Facts | None:
        if own[2:-1] != _NO_CHARACTERISTIC:
            return None
        try:
            formats[own[1]]
            facts["descriptions"] += (texts[own[3]],)
        except KeyError:
            return None
        return facts

    return quick


def _free_text(stated: str) -> str | None:
    return joined(parts_of(stated)[3:5]) or None


def price_reader(rule: SegmentRule) -> Quick:
    """PRI with one element."""
    prices = sound(rule.uses[0].element, _price)

    def quick(own: list[str], _text: str, facts: Facts) -> Facts | None:
        try:
            _, stated = own
            facts["prices"] += (prices[stated],)
        except (KeyError, ValueError):
            return None
        return facts

    return quick


def _price(stated: str) -> Price | None:
    return price(["PRI", stated])


def unread_reader(rule: SegmentRule) -> Quick:
    """A segment with one element that no document carries: only checked."""
    is_sound = element_matcher(rule.uses[0].element)

    def quick(own: list[str], _text: str, facts: Facts) -> Facts | None:
        return facts if len(own) == _WITH_ONE and is_sound(own[1]) else None

    return quick
