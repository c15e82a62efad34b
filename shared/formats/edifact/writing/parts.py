"""The segments that an order has in its head and lines, from our words to codes."""

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
from shared.formats.edi.delimiters import COMPONENT
from shared.formats.edifact.vocabularies import (
    CHANNELS,
    CHARGE_KINDS,
    DATES,
    GTIN_CODE,
    ITEM_SCHEMES,
    PARTY_SCHEMES,
    REFERENCES,
    ROLES,
)
from shared.formats.gtins import GTIN

Row = Sequence[str]
_SERVICE_LENGTH = 3  # of a code of a charge (7161); a longer one is the agreement's number
_IDS_OF_PIA = 5
_MUTUAL = "ZZZ"
_DISCOUNTS = ("22", "8")
_MINUTES = 4
_PARTS = 5


def composed(*parts: str) -> str:
    """The components of an element, the empty ones at its end left out."""
    return COMPONENT.join(parts).rstrip(COMPONENT)


def number(value: Decimal | None) -> str:
    """A number with its own decimals: no exponent, no zeros that say nothing."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def dtm(code: str, day: date, time: str = "") -> Row:
    """DTM as CCYYMMDD, or with a time of minutes or seconds."""
    form = {0: "102", _MINUTES: "203"}.get(len(time), "204")
    return ("DTM", composed(code, f"{day:%Y%m%d}{time}", form))


def dates(stated: Iterable[Dated]) -> Iterator[Row]:
    """DTM of each day."""
    for each in stated:
        yield dtm(DATES.code(each.kind), each.day, each.time)


def references(stated: Iterable[Reference]) -> Iterator[Row]:
    """RFF."""
    for each in stated:
        yield ("RFF", composed(REFERENCES.code(each.kind), each.value, each.text))


def texts(stated: Iterable[str], width: int) -> Iterator[Row]:
    """FTX, parted where a space is."""
    for each in stated:
        lines = parted(each, width)
        for place in range(0, len(lines), _PARTS):
            yield ("FTX", "AAI", "", "", composed(*lines[place : place + _PARTS]))


def descriptions(text: str, width: int) -> Iterator[Row]:
    """IMD with free text, in as many as its length needs."""
    lines = parted(text, width)
    for place in range(0, len(lines), 2):
        yield ("IMD", "F", "", composed("", "", "", *lines[place : place + 2]))


def parted(text: str, width: int) -> list[str]:
    """A text in lines of at most a width, parted where a space is."""
    lines = []
    while text:
        end = len(text)
        if end > width:
            space = text.rfind(" ", 1, width + 1)
            end = space if space > 0 else width
        lines.append(text[:end])
        text = text[end:].removeprefix(" ")
    return lines


def named(each: ItemId) -> str:
    """C212: a number of an item, and of which kind it is."""
    code = GTIN_CODE if each.scheme == GTIN else ITEM_SCHEMES.code(each.scheme)
    return composed(each.value, code)


def more_ids(ids: Sequence[ItemId], *, is_first_in_lin: bool) -> Iterator[Row]:
    """PIA: the first says what the item is (5) where LIN does not, the others add to it (1)."""
    for place in range(0, len(ids), _IDS_OF_PIA):
        function = "1" if is_first_in_lin or place else "5"
        yield ("PIA", function, *map(named, ids[place : place + _IDS_OF_PIA]))


def currency(code: str) -> Iterator[Row]:
    """CUX: the currency of reference, in which the order is."""
    if code:
        yield ("CUX", composed("2", code, "9"))


def parties(stated: Iterable[Party]) -> Iterator[Row]:
    """NAD and what is said of each party."""
    for each in stated:
        yield (
            *("NAD", ROLES.code(each.role)),
            composed(each.id, "", PARTY_SCHEMES.code(each.scheme)),
            *("", composed(each.name, *each.more_names), composed(*each.streets)),
            *(each.city, each.region, each.postal_code, each.country),
        )
        yield from references(each.references)
        for contact in each.contacts:
            yield ("CTA", contact.function, composed("", contact.name))
            for kind, value in contact.channels:
                yield ("COM", composed(value, CHANNELS.code(kind)))


def terms(stated: Iterable[PaymentTerms]) -> Iterator[Row]:
    """PAT, its days and dates, and what paying early is worth."""
    for each in stated:
        days = each.discount_days if each.kind in _DISCOUNTS else each.net_days
        text = composed(_MUTUAL, "", "", each.text) if each.text else ""
        period = composed(each.basis, "", "D" if days else "", days)
        yield ("PAT", each.kind, text, period)
        if each.discount_due is not None:
            yield dtm("12", each.discount_due)
        if each.net_due is not None:
            yield dtm("13", each.net_due)
        if each.discount_percent is not None:
            yield ("PCD", composed("12", number(each.discount_percent)))
        if each.discount_amount is not None:
            yield ("MOA", composed("52", number(each.discount_amount)))


def charges(stated: Iterable[Charge]) -> Iterator[Row]:
    """ALC and its figures."""
    for each in stated:
        is_service = len(each.code) <= _SERVICE_LENGTH
        service = composed(each.code if is_service else "", "", "", each.text)
        number_of = "" if is_service else each.code
        yield ("ALC", CHARGE_KINDS.code(each.kind), number_of, "", "", service)
        if each.quantity is not None:
            yield ("QTY", composed("1", number(each.quantity), each.unit))
        if each.percent is not None:
            yield ("PCD", composed("3", number(each.percent)))
        if each.amount is not None:
            yield ("MOA", composed("8", number(each.amount)))
        if each.rate is not None:
            yield ("RTE", composed("1", number(each.rate)))


def taxes(stated: Iterable[Tax]) -> Iterator[Row]:
    """TAX and its amount."""
    for each in stated:
        percent = composed("", "", "", number(each.percent))
        yield ("TAX", "7", each.kind, "", "", percent)
        if each.amount is not None:
            yield ("MOA", composed("124", number(each.amount)))
