"""What names an item: qualifiers and values in pairs, at the end of PO1, IT1, POC and LIN."""

import re
from functools import lru_cache

from shared.canonical.trade import ItemId
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.handling import Sound
from shared.formats.edi.patterns import element_pattern
from shared.formats.edi.tables import Element
from shared.formats.gtins import GTIN
from shared.formats.x12.values import GTINS, item_id

Ids = tuple[ItemId, ...]
_MOST = 10  # pairs that every segment has room for


def read_ids(stated: str) -> tuple[Ids, list[tuple[str, str]]]:
    """The product ids of a text of qualifiers and values, and those with a wrong check digit."""
    words = stated.split(ELEMENT)
    pairs = [pair for pair in zip(words[::2], words[1::2], strict=False) if pair[1]]
    ids = tuple([item_id(*pair) for pair in pairs])
    unsound = [
        pair
        for pair, named in zip(pairs, ids, strict=True)
        if pair[0] in GTINS and named.scheme != GTIN
    ]
    return ids, unsound


@lru_cache(maxsize=64)
def sound_ids(qualifier: Element, value: Element) -> Sound:
    """Texts of whole pairs as the ids they are, if their check digits are right."""
    pair = f"{element_pattern(qualifier)}{ELEMENT}{element_pattern(value)}"
    matches = re.compile(f"{pair}(?:{ELEMENT}{pair}){{0,{_MOST - 1}}}").fullmatch
    return Sound(matches, _right_ids)


def _right_ids(stated: str) -> Ids | None:
    ids, unsound = read_ids(stated)
    return None if unsound else ids
