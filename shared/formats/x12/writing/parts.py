"""The segments that every set has, from our words to codes: the reverse of `scopes`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from shared.canonical.trade import (
    Charge,
    Dated,
    ItemId,
    Party,
    PaymentTerms,
    Reference,
    Tax,
)
from shared.formats.gtins import GTIN
from shared.formats.x12.vocabularies import (
    CHANNELS,
    CHARGE_KINDS,
    DATES,
    ITEM_SCHEMES,
    PARTY_SCHEMES,
    REFERENCES,
    ROLES,
)

Row = Sequence[str]
NOTES = ("N9", "L1", "NOTES")  # texts need a reference above them, and this one says no more
_DESCRIPTION_LENGTH = 80
_CODE_LENGTH = 4
_HUNDRED = Decimal(100)
_BY_AGREEMENT = "Z"


def number(value: Decimal | None) -> str:
    """A number with its own decimals (type R): no exponent, no zeros that say nothing."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def hundredths(value: Decimal | None) -> str:
    """An amount with two implied decimals (type N2)."""
    return "" if value is None else str(int((value * _HUNDRED).to_integral_value()))


def day(value: date | None) -> str:
    """CCYYMMDD."""
    return "" if value is None else value.strftime("%Y%m%d")


def product_ids(ids: Iterable[ItemId]) -> list[str]:
    """Qualifier and value of each id."""
    return [
        text
        for scheme, value in ids
        for text in ("UK" if scheme == GTIN else ITEM_SCHEMES.code(scheme), value)
    ]


def references(stated: Iterable[Reference]) -> Iterator[Row]:
    """REF."""
    for each in stated:
        yield ("REF", REFERENCES.code(each.kind), each.value, each.text)


def dates(stated: Iterable[Dated]) -> Iterator[Row]:
    """DTM."""
    for each in stated:
        yield ("DTM", DATES.code(each.kind), day(each.day), each.time)


def texts(stated: Sequence[str]) -> Iterator[Row]:
    """MSG under an N9 that says that notes follow."""
    if stated:
        yield NOTES
        for each in stated:
            yield ("MSG", each)


def descriptions(text: str) -> Iterator[Row]:
    """PID, in as many as its length needs, parted where a space is."""
    while text:
        end = len(text)
        if end > _DESCRIPTION_LENGTH:
            space = text.rfind(" ", 1, _DESCRIPTION_LENGTH + 1)
            end = space if space > 0 else _DESCRIPTION_LENGTH
        yield ("PID", "F", "", "", "", text[:end])
        text = text[end:].removeprefix(" ")


def charges(stated: Iterable[Charge]) -> Iterator[Row]:
    """SAC; a percentage has the qualifier that the partners agreed on."""
    for each in stated:
        is_plain = len(each.code) == _CODE_LENGTH
        agency = ("", "") if is_plain or not each.code else ("ZZ", each.code)
        percent = number(each.percent)
        yield (
            *("SAC", CHARGE_KINDS.code(each.kind), each.code if is_plain else "", *agency),
            *(hundredths(each.amount), _BY_AGREEMENT if percent else "", percent),
            *(number(each.rate), "", number(each.quantity), "", "", "", "", each.text),
        )


def taxes(stated: Iterable[Tax]) -> Iterator[Row]:
    """TXI."""
    for each in stated:
        yield ("TXI", each.kind, number(each.amount), number(each.percent))


def terms(stated: Iterable[PaymentTerms]) -> Iterator[Row]:
    """ITD."""
    for each in stated:
        yield (
            *("ITD", each.kind, each.basis, number(each.discount_percent)),
            *(day(each.discount_due), each.discount_days, day(each.net_due), each.net_days),
            *(hundredths(each.discount_amount), "", "", "", each.text),
        )


def currency(code: str) -> Iterator[Row]:
    """CUR, the buyer's."""
    if code:
        yield ("CUR", "BY", code)


def parties(stated: Iterable[Party]) -> Iterator[Row]:
    """N1 and what is said of each party."""
    for each in stated:
        scheme = PARTY_SCHEMES.code(each.scheme)
        yield ("N1", ROLES.code(each.role), each.name, scheme, each.id)
        for tag, values in (("N2", each.more_names), ("N3", each.streets)):
            for place in range(0, len(values), 2):
                yield (tag, *values[place : place + 2])
        place_of = (each.city, each.region, each.postal_code, each.country)
        if any(place_of):
            yield ("N4", *place_of)
        yield from references(each.references)
        for contact in each.contacts:
            channels = (
                text for kind, value in contact.channels for text in (CHANNELS.code(kind), value)
            )
            yield ("PER", contact.function, contact.name, *channels)
