"""The segments that mean the same in every message, above its lines and in them.

A handler gets the builder, the segment's elements with the tag first (filled up, so that every
place exists), its number in the message and its byte. What cannot be used was blanked before.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.canonical.purchase_order import Schedule
from shared.canonical.trade import (
    Charge,
    Contact,
    Dated,
    ItemId,
    Party,
    PaymentTerms,
    Reference,
    Tax,
)
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edi.grammar import Remembered
from shared.formats.edi.gtins import GTIN
from shared.formats.edifact.building import (
    Handle,
    MessageBuilder,
    on_begin,
    on_count,
    on_divider,
    on_line,
    on_wrong_number,
)
from shared.formats.edifact.scopes import PartyScope, Price, Stated, with_amount
from shared.formats.edifact.values import DURATIONS, decimal_of, item_id, moment_of
from shared.formats.edifact.vocabularies import (
    CHANNELS,
    CHARGE_KINDS,
    DATES,
    GTINS,
    PARTY_SCHEMES,
    PRICE_TYPES,
    PRICE_UNITS,
    REFERENCES,
    ROLES,
)

_BLANKS = ("",) * 12
_SUBSTITUTIONS = ("3", "4")  # element 4347
_DISCOUNTS = ("22", "8")  # element 4279: terms of a discount
_DAYS, _WEEKS = ("D", "CD", "WD"), "W"  # element 2151
_DISCOUNT_DUE, _NET_DUE = ("12",), ("13", "140")  # element 2005
_DAYS_OF_WEEK = 7
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


def add_reference(b: MessageBuilder, value: Reference) -> None:
    """A reference of the head or line."""
    b.scope.references += (value,)


def add_reference_date(b: MessageBuilder, value: Dated) -> None:
    """DTM of a reference: the day of the order is kept."""
    if b.scope.references and b.scope.references[-1].kind == "purchase_order":
        b.scope.ordered_on = value.day


def text_of(p: list[str]) -> str | None:
    """FTX with free text; coded ones are in no list of ours."""
    return joined(parts_of(p[4])[:5]) or None


def add_text(b: MessageBuilder, value: str) -> None:
    """A text of the head or line."""
    b.scope.texts += (value,)


def description(p: list[str]) -> str | None:
    """IMD with free text."""
    return joined(parts_of(p[3])[3:5]) or None


def add_description(b: MessageBuilder, value: str) -> None:
    """A description of the line."""
    b.scope.descriptions += (value,)


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


def add_quantity(b: MessageBuilder, value: Stated) -> None:
    """A quantity of the line."""
    b.scope.quantities += (value,)


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


def add_price(b: MessageBuilder, value: Price) -> None:
    """A price of the line."""
    b.scope.prices += (value,)


def on_price(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """PRI without a number that can be used."""
    on_wrong_number(b, p, (ordinal, byte), (1, 2))


def amount(p: list[str]) -> tuple[str, Decimal] | None:
    """MOA."""
    kind, value = parts_of(p[1])[:2]
    number = decimal_of(value)
    return None if number is None else (kind, number)


def add_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """An amount of the head or line."""
    b.scope.amounts += (value,)


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


def party(p: list[str]) -> Party:
    """NAD: names stand in C080, or with the address in C058."""
    who, loose = parts_of(p[2]), [each for each in parts_of(p[3])[:5] if each]
    names = [each for each in parts_of(p[4])[:5] if each] or loose[:1]
    streets = [each for each in parts_of(p[5])[:4] if each] or ([] if p[4] else loose[1:])
    return Party(
        role=ROLES.word(p[1]),
        name=names[0] if names else "",
        id=who[0],
        scheme=PARTY_SCHEMES.word(who[2]),
        more_names=tuple(names[1:]),
        streets=tuple(streets),
        city=p[6],
        region=joined((parts_of(p[7])[0] or parts_of(p[7])[3],)),
        postal_code=p[8],
        country=p[9],
    )


def add_party(b: MessageBuilder, value: Party) -> None:
    """A party of the head or line, whose segments follow."""
    b.scope.parties += (PartyScope(value),)


def add_party_reference(b: MessageBuilder, value: Reference) -> None:
    """RFF of a party."""
    b.scope.parties[-1].references += (value,)


def contact(p: list[str]) -> Contact:
    """CTA."""
    number, name = parts_of(p[2])[:2]
    return Contact(p[1], name or number)


def add_contact(b: MessageBuilder, value: Contact) -> None:
    """A contact of a party."""
    b.scope.parties[-1].contacts += (value,)


def channels(p: list[str]) -> tuple[tuple[str, str], ...]:
    """COM."""
    stated = (parts_of(each)[:2] for each in p[1:4] if each)
    return tuple((CHANNELS.word(kind), value) for value, kind in stated)


def add_channels(b: MessageBuilder, value: tuple[tuple[str, str], ...]) -> None:
    """How the contact above is reached."""
    above = b.scope.parties[-1]
    *others, last = above.contacts or (Contact("", ""),)
    above.contacts = (*others, last._replace(channels=last.channels + value))


def terms(p: list[str]) -> PaymentTerms:
    """PAT; a period that is not of days stands in its text."""
    basis, _, unit, count = parts_of(p[3])[:4]
    if unit == _WEEKS and count.isdecimal():
        unit, count = "D", str(int(count) * _DAYS_OF_WEEK)
    days = count if unit in _DAYS or not unit else ""
    text = joined(parts_of(p[2])[3:5]) or (joined((count, unit)) if count and not days else "")
    is_discount = p[1] in _DISCOUNTS
    return PaymentTerms(
        kind=p[1],
        basis=basis,
        discount_days=days if is_discount else "",
        net_days="" if is_discount else days,
        text=text,
    )


def add_terms(b: MessageBuilder, value: PaymentTerms) -> None:
    """Terms of the head."""
    b.scope.terms += (value,)


def terms_date(p: list[str]) -> tuple[str, Dated] | None:
    """DTM of terms."""
    found = dated(p)
    return None if found is None else (parts_of(p[1])[0], found)


def add_terms_date(b: MessageBuilder, value: tuple[str, Dated]) -> None:
    """When it is due."""
    kind, due = value
    if kind in _DISCOUNT_DUE:
        _change_terms(b, discount_due=due.day)
    elif kind in _NET_DUE:
        _change_terms(b, net_due=due.day)


def percent(p: list[str]) -> Decimal | None:
    """PCD."""
    return decimal_of(parts_of(p[1])[1])


def set_terms_percent(b: MessageBuilder, value: Decimal) -> None:
    """What paying early is worth."""
    _change_terms(b, discount_percent=value)


def set_terms_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """The same as an amount."""
    _change_terms(b, discount_amount=value[1])


def _change_terms(b: MessageBuilder, **facts: Any) -> None:  # noqa: ANN401 - fields of the noun
    *others, last = b.scope.terms
    b.scope.terms = (*others, replace(last, **facts))


def charge(p: list[str]) -> Charge:
    """ALC: its code is that of the service, or the agreement's number."""
    code, *_, first, second = parts_of(p[5])[:5]
    number = parts_of(p[2])[0]
    return Charge(kind=CHARGE_KINDS.word(p[1]), code=code or number, text=joined((first, second)))


def add_charge(b: MessageBuilder, value: Charge) -> None:
    """A charge of the head or line, whose figures follow."""
    b.scope.charges += (value,)


def set_charge_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """MOA of a charge; the first is its amount."""
    *others, last = b.scope.charges
    if last.amount is None:
        b.scope.charges = (*others, with_amount(last, value[1]))


def set_charge_percent(b: MessageBuilder, value: Decimal) -> None:
    """PCD of a charge."""
    _change_charge(b, percent=value)


def set_charge_rate(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """RTE of a charge."""
    _change_charge(b, rate=value[1])


def set_charge_quantity(b: MessageBuilder, value: Stated) -> None:
    """QTY of a charge."""
    _change_charge(b, quantity=value.number, unit=value.unit)


def _change_charge(b: MessageBuilder, **facts: Any) -> None:  # noqa: ANN401 - fields of the noun
    *others, last = b.scope.charges
    b.scope.charges = (*others, replace(last, **facts))


def tax(p: list[str]) -> Tax:
    """TAX."""
    return Tax(kind=parts_of(p[2])[0], percent=decimal_of(parts_of(p[5])[3]))


def add_tax(b: MessageBuilder, value: Tax) -> None:
    """A tax of the head or line."""
    b.scope.taxes += (value,)


def set_tax_amount(b: MessageBuilder, value: tuple[str, Decimal]) -> None:
    """MOA of a tax: 124 is the tax, others are what it is taken of."""
    kind, number = value
    *others, last = b.scope.taxes
    if kind in _TAX_AMOUNTS:
        b.scope.taxes = (*others, replace(last, amount=number))


_TAX_AMOUNTS = ("124", "150", "176")


def begin_part(b: MessageBuilder, value: Stated) -> None:
    """QTY under SCC: a part of the line."""
    b.scope.scheduled = value


def end_part(b: MessageBuilder, value: Dated) -> None:
    """DTM under it: when the part is wanted or promised."""
    part = b.scope.scheduled
    if part is not None:
        b.scope.schedules += (Schedule(part.number, part.unit, value.kind, value.day),)


def remembered(
    prepare: Callable[[list[str]], Any],
    apply: Callable[[Any, Any], None],
    otherwise: Handle | None = None,
) -> Remembered:
    """A handler whose value is kept by the segment's text; `otherwise` where there is none."""

    def handle(b: MessageBuilder, p: list[str], ordinal: int, byte: int) -> None:
        value = prepare(p)
        if value is not None:
            apply(b, value)
        elif otherwise is not None:
            otherwise(b, p, ordinal, byte)

    return Remembered(prepare, apply, handle)


_REFERENCE = remembered(reference, add_reference)
Handlers = Mapping[str, Handle | Remembered]
COMMON: Handlers = MappingProxyType(
    {
        "ALC/ALC": remembered(charge, add_charge),
        "ALC/MOA": remembered(amount, set_charge_amount, on_amount),
        "ALC/MOA/MOA": remembered(amount, set_charge_amount, on_amount),
        "ALC/PCD/PCD": remembered(percent, set_charge_percent),
        "ALC/QTY/QTY": remembered(quantity, set_charge_quantity, on_quantity),
        "ALC/RTE/RTE": remembered(amount, set_charge_rate, on_amount),
        "BGM": on_begin,
        "CNT": on_count,
        "CUX": remembered(currency, set_currency),
        "CUX/CUX": remembered(currency, set_currency),
        "DTM": remembered(dated, add_date, on_date),
        "FTX": remembered(text_of, add_text),
        "IMD": remembered(description, add_description),
        "LIN/LIN": on_line,
        "MOA": remembered(amount, add_amount, on_amount).handle,
        "MOA/MOA": remembered(amount, add_amount, on_amount).handle,
        "NAD/CTA/COM": remembered(channels, add_channels),
        "NAD/CTA/CTA": remembered(contact, add_contact),
        "NAD/NAD": remembered(party, add_party),
        "NAD/RFF/RFF": remembered(reference, add_party_reference),
        "PAT/DTM": remembered(terms_date, add_terms_date, on_date),
        "PAT/MOA": remembered(amount, set_terms_amount, on_amount),
        "PAT/PAT": remembered(terms, add_terms),
        "PAT/PCD": remembered(percent, set_terms_percent),
        "PIA": remembered(identified, add_ids, on_ids),
        "PRI/PRI": remembered(price, add_price, on_price),
        "QTY": remembered(quantity, add_quantity, on_quantity),
        "RFF/DTM": remembered(dated, add_reference_date, on_date),
        "RFF/RFF": _REFERENCE.handle,  # above the lines they hardly ever come again
        "LIN/RFF/RFF": _REFERENCE,
        "CPS/LIN/RFF/RFF": _REFERENCE,
        "SCC/QTY/DTM": remembered(dated, end_part, on_date),
        "SCC/QTY/QTY": remembered(quantity, begin_part, on_quantity),
        "TAX/MOA": remembered(amount, set_tax_amount, on_amount).handle,
        "TAX/TAX": remembered(tax, add_tax),
        "UNS": on_divider,
    }
)
