"""Files of purchase documents for the X12 figures, with errors sown at known places.

What a hospital's supplier sends in a day: orders echoed, answers, ship notices and invoices for the
same few thousand items, over and over. Every so many sets one error is put in; where is kept.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.formats.gtins import check_digit

ITEMS = 5_000
SEED = 26
SETS_PER_INTERCHANGE = 200
EVERY = 25  # sets; one of them has an error
_KINDS = (("850", "PO"), ("855", "PR"), ("856", "SH"), ("810", "IN"))


class Item(NamedTuple):
    """One item of the catalogue."""

    supplier: str
    buyer: str
    gtin: str
    cents: int
    description: str


class Sown(NamedTuple):
    """An error, and where a reader must find it: by interchange, set and byte of the segment."""

    code: str
    interchange: int
    set: int
    segment: str
    byte: int


@dataclass
class Generated:
    """A file, what was sown in it, and how many segments and sets it has."""

    text: str = ""
    segments: int = 0
    sets: int = 0
    sown: list[Sown] = field(default_factory=list)


def catalogue() -> list[Item]:
    """The items."""
    chance = random.Random(SEED)  # noqa: S311 - figures must be the same each time
    items = []
    for number in range(ITEMS):
        digits = f"1061414{number:06d}"
        items.append(
            Item(
                supplier=f"CAT{number:06d}",
                buyer=f"H{number:06d}",
                gtin=digits + check_digit(digits),
                cents=chance.randint(100, 99_999),
                description=f"SURGICAL ITEM {number} STERILE",
            )
        )
    return items


def generate(least_segments: int, sets: int = SETS_PER_INTERCHANGE) -> Generated:
    """A file of at least so many segments, its sets in interchanges of so many."""
    chance = random.Random(SEED)  # noqa: S311
    items = catalogue()
    made, pieces, byte, interchange = Generated(), [], 0, 0
    while made.segments < least_segments:
        interchange += 1
        kind, function = _KINDS[interchange % len(_KINDS)]
        segments = [_isa(interchange), _gs(function, interchange)]
        for number in range(1, sets + 1):
            body = list(_BODIES[kind](chance, items, f"{interchange:05d}{number:04d}"))
            sown = made.sets % EVERY == 0
            made.sets += 1
            error = _sow(chance, body) if sown else None
            head = f"ST*{kind}*{number:04d}"
            segments += [head, *body, f"SE*{len(body) + 2}*{number:04d}"]
            if error is not None:
                place = len(segments) - len(body) - 1 + error[1]
                before = sum(len(each) + 2 for each in segments[:place])
                tag = segments[place].partition("*")[0]
                made.sown.append(Sown(error[0], interchange, number, tag, byte + before))
        segments += [f"GE*{sets}*{interchange}", f"IEA*1*{interchange:09d}"]
        text = "".join(f"{segment}~\n" for segment in segments)
        byte += len(text)
        made.segments += len(segments)
        pieces.append(text)
    made.text = "".join(pieces)
    return made


def _isa(number: int) -> str:
    head = (
        "ISA*00*          *00*          *ZZ*SUPPLIER1      *ZZ*HOSPITAL1      *260304*0930*U*00401*"
    )
    return f"{head}{number:09d}*0*P*>"


def _gs(function: str, number: int) -> str:
    return f"GS*{function}*SUPPLIER1*HOSPITAL1*20260304*0930*{number}*X*004010"


_SHIP_TO = (
    "N1*ST*NORTH HOSPITAL DOCK 1*92*NORTH-D1",
    "N3*1 MAIN STREET",
    "N4*SPRINGFIELD*IL*62701*US",
)


def _chosen(chance: random.Random, items: list[Item]) -> list[Item]:
    return [chance.choice(items) for _ in range(chance.randint(3, 40))]


def _ids(item: Item) -> str:
    return f"VN*{item.supplier}*IN*{item.buyer}*UK*{item.gtin}"


def _price(item: Item) -> str:
    return f"{item.cents // 100}.{item.cents % 100:02d}"


def _order(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"BEG*00*SA*PO{number}**20260304"
    yield from ("REF*DP*OR", "DTM*002*20260309", *_SHIP_TO)
    chosen, total = _chosen(chance, items), 0
    for place, item in enumerate(chosen, start=1):
        quantity = chance.randint(1, 60)
        total += quantity
        yield f"PO1*{place}*{quantity}*EA*{_price(item)}*PE*{_ids(item)}"
        yield f"PID*F****{item.description}"
        yield f"REF*LI*{place}"
    yield f"CTT*{len(chosen)}*{total}"


def _answer(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"BAK*00*AC*PO{number}*20260304****SO{number}*20260304"
    yield f"REF*VN*SO{number}"
    chosen = _chosen(chance, items)
    for place, item in enumerate(chosen, start=1):
        quantity = chance.randint(1, 60)
        yield f"PO1*{place}*{quantity}*EA*{_price(item)}*PE*{_ids(item)}"
        yield f"ACK*IA*{quantity}*EA*068*20260306"
    yield f"CTT*{len(chosen)}"


def _notice(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"BSN*00*ASN{number}*20260306*0815*0004"
    yield from ("HL*1**S", "TD1*CTN*2****G*14.5*LB", "TD5*B*2*FDEG*M*GROUND")
    yield from (f"REF*2I*7946{number}", "DTM*011*20260306", *_SHIP_TO)
    yield from ("HL*2*1*O", f"PRF*PO{number}***20260304")
    chosen, total = _chosen(chance, items), 0
    for place, item in enumerate(chosen, start=1):
        quantity = chance.randint(1, 60)
        total += quantity
        yield f"HL*{place + 2}*2*I"
        yield f"LIN*{place}*{_ids(item)}*LT*L{chance.randint(1, 500):04d}"
        yield f"SN1*{place}*{quantity}*EA"
    yield f"CTT*{len(chosen) + 2}*{total}"


def _invoice(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"BIG*20260307*INV{number}*20260304*PO{number}***DI"
    yield from (f"REF*VN*SO{number}", *_SHIP_TO, "ITD*01*3*2**10**30")
    chosen, cents = _chosen(chance, items), 0
    for place, item in enumerate(chosen, start=1):
        quantity = chance.randint(1, 60)
        cents += quantity * item.cents
        yield f"IT1*{place}*{quantity}*EA*{_price(item)}*PE*{_ids(item)}"
        yield f"PID*F****{item.description}"
    yield f"TDS*{cents}"
    yield f"CTT*{len(chosen)}"


_BODIES: dict[str, Callable[[random.Random, list[Item], str], Iterator[str]]] = {
    "850": _order,
    "855": _answer,
    "856": _notice,
    "810": _invoice,
}


def _sow(chance: random.Random, body: list[str]) -> tuple[str, int]:
    """Put one error in; its code and the number of its segment in the set's body."""
    lines = [
        place for place, each in enumerate(body) if each.split("*")[0] in ("PO1", "IT1", "LIN")
    ]
    place = chance.choice(lines)
    parts = body[place].split("*")
    match chance.randrange(4):
        case 0:
            code, parts = "ELEMENT_CONDITIONAL_MISSING", [*parts[:-1], ""]
        case 1:
            code, parts = "VALUE_TOO_SHORT", [*parts[:-2], "V", parts[-1]]
        case 2:
            code, parts = "VALUE_TOO_LONG", [*parts[:-1], "V" * 49]
        case _:
            code, parts = "SEGMENT_UNKNOWN", ["ZZZ", *parts[1:]]
            body.insert(place, "*".join(parts))
            return code, place
    body[place] = "*".join(parts)
    return code, place
