"""PO1 and IT1: lines that say how many of which item at which price, alike up to their names."""

from decimal import Decimal

from shared.canonical.trade import ItemId
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.grammar import Opening
from shared.formats.x12.building import Begin, SetBuilder, begin_line, read_ids
from shared.formats.x12.scopes import blank
from shared.formats.x12.values import decimal_of
from shared.formats.x12.vocabularies import PRICE_BASES

IDS = 6
NUMBERS = (2, 4)
Item = tuple[str, Decimal | None, str, tuple[ItemId, ...]]  # unit, price, what it is for, ids


def priced_item(p: list[str]) -> Item:
    """What stands behind the quantity, whether something must be told of it or not."""
    ids, _ = read_ids(_named(p))
    return p[3], decimal_of(p[4]), PRICE_BASES.word(p[5]), ids


def beginning(noun: type) -> Begin:
    """Begins a line that is made as this noun."""
    nothing = blank(noun)

    def begin(b: SetBuilder, own: list[str], item: Item, ordinal: int, byte: int) -> None:
        facts = nothing.copy()
        facts["number"], facts["quantity"] = own[1], decimal_of(own[2])
        facts["unit"], facts["price"], facts["price_basis"], facts["ids"] = item
        begin_line(b, own, facts, ordinal, byte)

    return begin


def priced_line(noun: type) -> Opening:
    """The handler of the segment that begins such a line."""
    begin = beginning(noun)

    def handle(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
        begin(b, p, priced_item(p), ordinal, byte)
        b.doubtful = p

    return Opening(_sound_item, begin, handle)


def _sound_item(p: list[str]) -> Item | None:
    ids, unsound = read_ids(_named(p))
    price = decimal_of(p[4])
    is_told = unsound or (price is None and p[4]) or (p[2] and decimal_of(p[2]) is None)
    return None if is_told else (p[3], price, PRICE_BASES.word(p[5]), ids)


def _named(p: list[str]) -> str:
    return ELEMENT.join(p[IDS:]).rstrip(ELEMENT)
