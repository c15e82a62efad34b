"""PO1 and IT1: lines that say how many of which item at which price, alike up to their names."""

from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.handling import Direct, Facts, Quick, sound
from shared.formats.edi.tables import SegmentRule
from shared.formats.x12.building import SetBuilder
from shared.formats.x12.item_ids import read_ids, sound_ids
from shared.formats.x12.values import decimal_of
from shared.formats.x12.vocabularies import PRICE_BASES

IDS = 6
NUMBERS = (2, 4)


def priced_line(blank: Facts) -> Direct:
    """The handler of the segment that begins such a line; `blank` is one of which nothing is known.

    A line about whose numbers or ids there may be something to say is `doubtful`.
    """

    def reader(rule: SegmentRule) -> Quick:
        number, quantity, unit, price, basis, *pair = (use.element for use in rule.uses[: IDS + 1])
        numbers, quantities, units = sound(number), sound(quantity, decimal_of), sound(unit)
        prices, bases = sound(price, decimal_of), sound(basis, PRICE_BASES.word)
        named = sound_ids(*pair)

        def quick(own: list[str], _text: str, _open: Facts) -> Facts | None:
            facts = blank.copy()
            try:
                facts["number"] = numbers[own[1]]
                facts["quantity"] = quantities[own[2]]
                facts["unit"] = units[own[3]]
                facts["price"] = prices[own[4]]
                facts["price_basis"] = bases[own[5]]
                facts["ids"] = named[own[6]]
            except (KeyError, IndexError):
                return None
            return facts

        return quick

    def handle(b: SetBuilder, p: list[str], ordinal: int, byte: int) -> None:
        begin_doubtful(b, blank | facts_of(p), p, ordinal, byte)

    return Direct(reader, handle)


def begin_doubtful(b: SetBuilder, facts: Facts, p: list[str], ordinal: int, byte: int) -> None:
    """Begin a line that its builder looks at again once it is whole."""
    b.begin_line(p, facts, ordinal, byte)
    b.doubtful = p


def facts_of(p: list[str]) -> Facts:
    """What such a segment says, whether something must be told of it or not."""
    return {
        "number": p[1],
        "quantity": decimal_of(p[2]),
        "unit": p[3],
        "price": decimal_of(p[4]),
        "price_basis": PRICE_BASES.word(p[5]),
        "ids": read_ids(ELEMENT.join(p[IDS:]))[0],
    }
