"""Files of purchase messages for the EDIFACT figures, with errors sown at known places.

What a hospital's supplier sends in a day: orders echoed, answers, despatch advices and invoices for
the same few thousand items, over and over. Every so many messages one error is put in; where is
kept.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.benchmarks.x12_files import EVERY, SEED, Item, Sown, catalogue

MESSAGES_PER_INTERCHANGE = 200
_KINDS = ("ORDERS", "ORDRSP", "DESADV", "INVOIC")
_DIRECTORIES = {"ORDERS": "96A", "ORDRSP": "96A", "DESADV": "96A", "INVOIC": "01B"}
_TOO_LONG = "V" * 18  # for a code list (1131), in D.01B as well
_PARTIES = (
    "NAD+BY+5412345000013::9",
    "NAD+SU+4012345500004::9",
    "NAD+DP+NORTH-D1::92++NORTH HOSPITAL DOCK 1+1 MAIN STREET+SPRINGFIELD+IL+62701+US",
)


@dataclass
class Generated:
    """A file, what was sown in it, and how many segments and messages it has."""

    text: str = ""
    segments: int = 0
    messages: int = 0
    sown: list[Sown] = field(default_factory=list)


def generate(least_segments: int, messages: int = MESSAGES_PER_INTERCHANGE) -> Generated:
    """A file of at least so many segments, its messages in interchanges of so many."""
    chance = random.Random(SEED)  # noqa: S311 - figures must be the same each time
    items = catalogue()
    made, pieces, byte, interchange = Generated(), [], 0, 0
    while made.segments < least_segments:
        interchange += 1
        kind = _KINDS[interchange % len(_KINDS)]
        directory = _DIRECTORIES[kind]
        segments = [f"UNB+UNOC:3+SUPPLIER1:ZZZ+HOSPITAL1:ZZZ+260304:0930+{interchange}"]
        for number in range(1, messages + 1):
            body = list(_BODIES[kind](chance, items, f"{interchange:05d}{number:04d}"))
            error = _sow(chance, body) if made.messages % EVERY == 0 else None
            made.messages += 1
            segments += [
                f"UNH+{number}+{kind}:D:{directory}:UN",
                *body,
                f"UNT+{len(body) + 2}+{number}",
            ]
            if error is not None:
                place = len(segments) - len(body) - 1 + error[1]
                before = sum(len(each) + 2 for each in segments[:place])
                tag = segments[place].partition("+")[0]
                made.sown.append(Sown(error[0], interchange, number, tag, byte + before))
        segments += [f"UNZ+{messages}+{interchange}"]
        text = "".join(f"{segment}'\n" for segment in segments)
        byte += len(text)
        made.segments += len(segments)
        pieces.append(text)
    made.text = "".join(pieces)
    return made


def _chosen(chance: random.Random, items: list[Item]) -> list[tuple[int, Item, int]]:
    count = chance.randint(3, 40)
    return [(place, chance.choice(items), chance.randint(1, 60)) for place in range(1, count + 1)]


def _price(item: Item) -> str:
    return f"{item.cents // 100}.{item.cents % 100:02d}"


def _line(place: int, item: Item, action: str = "") -> Iterator[str]:
    yield f"LIN+{place}+{action}+{item.gtin}:SRV"
    yield f"PIA+1+{item.supplier}:SA+{item.buyer}:IN"


def _order(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from (f"BGM+220+PO{number}+9", "DTM+137:20260304:102", "DTM+2:20260309:102")
    yield from (*_PARTIES, "CUX+2:EUR:9")
    chosen = _chosen(chance, items)
    for place, item, quantity in chosen:
        yield from _line(place, item)
        yield f"IMD+F++:::{item.description}"
        yield f"QTY+21:{quantity}:PCE"
        yield f"PRI+AAA:{_price(item)}"
        yield f"RFF+LI:{place}"
    yield from ("UNS+S", f"CNT+2:{len(chosen)}")


def _answer(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from (f"BGM+231+SO{number}+4", "DTM+137:20260304:102", f"RFF+ON:PO{number}")
    yield from ("DTM+171:20260304:102", *_PARTIES)
    chosen = _chosen(chance, items)
    for place, item, quantity in chosen:
        yield from _line(place, item, "5")
        yield f"QTY+21:{quantity}:PCE"
        yield "DTM+69:20260306:102"
        yield f"PRI+AAA:{_price(item)}"
    yield from ("UNS+S", f"CNT+2:{len(chosen)}")


def _notice(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from (f"BGM+351+DA{number}+9", "DTM+137:202603060815:203", "DTM+11:20260306:102")
    yield from (f"RFF+ON:PO{number}", *_PARTIES, "TDT+20++30+31+FDEG::182", "CPS+1")
    yield from ("PAC+2++CT", "MEA+PD+AAD+KGM:14.5", "CPS+2+1", "PAC+1++CT", "PCI+33E")
    yield f"GIN+BJ+{int(number) % 10**9:018d}"
    chosen = _chosen(chance, items)
    for place, item, quantity in chosen:
        yield from _line(place, item)
        yield f"QTY+12:{quantity}:PCE"
        yield f"RFF+BT:L{chance.randint(1, 500):04d}"
    yield f"CNT+2:{len(chosen)}"


def _invoice(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from (f"BGM+380+INV{number}+9", "DTM+137:20260307:102", f"RFF+ON:PO{number}")
    yield from (*_PARTIES, "CUX+2:EUR:4", "PAT+1++5:3:D:30")
    chosen = _chosen(chance, items)
    for place, item, quantity in chosen:
        yield from _line(place, item)
        yield f"IMD+F++:::{item.description}"
        yield f"QTY+47:{quantity}:PCE"
        yield f"MOA+203:{quantity * item.cents / 100:.2f}"
        yield f"PRI+AAA:{_price(item)}"
    cents = sum(quantity * item.cents for _, item, quantity in chosen)
    tax = (cents * 19 + 50) // 100
    yield from ("UNS+S", f"CNT+2:{len(chosen)}", f"MOA+77:{(cents + tax) / 100:.2f}")
    yield from ("TAX+7+VAT+++:::19+S", f"MOA+124:{tax / 100:.2f}")


_BODIES: dict[str, Callable[[random.Random, list[Item], str], Iterator[str]]] = {
    "ORDERS": _order,
    "ORDRSP": _answer,
    "DESADV": _notice,
    "INVOIC": _invoice,
}


def _sow(chance: random.Random, body: list[str]) -> tuple[str, int]:
    """Put one error in; its code and the number of its segment in the message's body."""
    tags: dict[str, list[int]] = {"QTY": [], "PIA": []}
    for at, segment in enumerate(body):
        tags.get(segment[:3], []).append(at)
    quantity, ids = chance.choice(tags["QTY"]), chance.choice(tags["PIA"])
    match chance.randrange(4):
        case 0:
            code, place, text = "NUMBER_INVALID", quantity, body[quantity].replace(":PCE", "X:PCE")
        case 1:
            code, place, text = "VALUE_TOO_LONG", ids, f"{body[ids]}:{_TOO_LONG}"
        case 2:
            code, place, text = "ELEMENT_MISSING", ids, body[ids].replace("PIA+1+", "PIA++")
        case _:
            body.insert(ids, f"ZZZ{body[ids][3:]}")
            return "SEGMENT_UNKNOWN", ids
    body[place] = text
    return code, place
