"""Files of HL7 v2 messages for the figures of its reader, with errors sown at known places.

What a hospital's systems send in a day, as their interfaces write it: whole PID and PV1, and one
message of each kind after the other, in batches. Every so many messages one error is put in; where
is kept.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.benchmarks.x12_files import EVERY, SEED, Item, catalogue

MESSAGES_PER_BATCH = 200
_AT = "20260304093000-0800"


class Sown(NamedTuple):
    """An error, and the bytes of the segment in which a reader must find it."""

    code: str
    start: int
    end: int


@dataclass
class Generated:
    """A file, what was sown in it, and how many segments and messages it has."""

    text: str = ""
    segments: int = 0
    messages: int = 0
    sown: list[Sown] = field(default_factory=list)


class Error(NamedTuple):
    """How a sound segment is spoilt: the field that is replaced, by what, and the code."""

    segment: str
    field: int
    value: str
    code: str


Lines = Callable[[random.Random, list[Item], str], Iterator[str]]


class Kind(NamedTuple):
    """One kind of message: its MSH-9, what stands behind MSH, and what may go wrong."""

    name: str
    lines: Lines
    error: Error


def generate(least_segments: int, messages: int = MESSAGES_PER_BATCH) -> Generated:
    """A file of at least so many segments, its messages in batches of so many."""
    chance = random.Random(SEED)  # noqa: S311 - figures must be the same each time
    items = catalogue()
    made, pieces, byte = Generated(), [], 0
    while made.segments < least_segments:
        segments = [f"BHS|^~\\&|MM|NORTH|LEDGERWARD|MERIDIAN|{_AT}||{made.messages}"]
        for _ in range(messages):
            kind = KINDS[made.messages % len(KINDS)]
            number = f"{made.messages:08d}"
            head = f"MSH|^~\\&|MM|NORTH|LEDGERWARD|MERIDIAN|{_AT}||{kind.name}|C{number}|P|2.5.1"
            body = [head, *kind.lines(chance, items, number)]
            if made.messages % EVERY == 0:
                place = _sow(chance, body, kind.error)
                before = (*segments, *body[:place])
                start = byte + sum(len(each) + 1 for each in before)
                made.sown.append(Sown(kind.error.code, start, start + len(body[place])))
            made.messages += 1
            segments += body
        segments.append(f"BTS|{messages}")
        text = "".join(f"{each}\r" for each in segments)
        pieces.append(text)
        byte += len(text)
        made.segments += len(segments)
    made.text = "".join(pieces)
    return made


def _sow(chance: random.Random, body: list[str], error: Error) -> int:
    """Spoil one segment of a message; which."""
    places = [at for at, each in enumerate(body) if each.startswith(error.segment)]
    place = chance.choice(places)
    fields = body[place].split("|")
    fields[error.field] = error.value
    body[place] = "|".join(fields)
    return place


def _patient(number: str) -> Iterator[str]:
    """PID and PV1 as an interface engine writes them."""
    yield (
        f"PID|1|{number}^^^MERIDIAN^PI|MRN{number}^^^MERIDIAN^MR~VN{number}^^^MERIDIAN^VN||"
        "TEST^PATIENT^A^^^^L||19700101|U||2106-3^White^HL70005|"
        "1 EXAMPLE STREET^APT 2^EXAMPLETOWN^CA^90000^USA^H^^037||"
        "^PRN^PH^^1^555^5550100~^PRN^CP^^1^555^5550101|^WPN^PH^^1^555^5550102|ENG^English^HL70296|"
        f"S^Single^HL70002|NON^None^HL70006|ACC{number}^^^MERIDIAN^AN|||||N^Not Hispanic^HL70189|"
        "|N|1||||||N||20260301120000|MERIDIAN"
    )
    yield (
        f"PV1|1|I|OR^01^A^NORTH^^R^MAIN^2|R^Routine^HL70007|||1001^ATTENDING^ANN^A^^DR^MD^^NPI|"
        "1002^REFERRING^RAY^B^^DR^MD^^NPI|1003^CONSULTING^CAL^C^^DR^MD^^NPI|SUR^Surgery^HL70069||||"
        f"7^Transfer^HL70023|A0|||1001^ATTENDING^ANN^A^^DR^MD^^NPI|IP|VISIT{number}^^^MERIDIAN^VN|"
        "COM^Commercial^HL70064|||||||||||||||||||||NORTH||A|||20260303080000-0800"
    )


def _charges(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"EVN|P03|{_AT}|||1004^CLERK^CARL|{_AT}"
    yield from _patient(number)
    for line in range(1, chance.randint(2, 4)):
        item = chance.choice(items)
        yield (
            f"FT1|{line}|T{number}{line}|B{number}|{_AT}|{_AT}|CG|{item.buyer}^{item.description}^CDM"
            f"^^^|{item.description}||{chance.randint(1, 9)}|{item.cents / 100:.2f}|"
            f"{item.cents / 100:.2f}|OR^Operating Rooms^HL70049|COM^Commercial^HL70072|0|"
            "OR^01^A^NORTH^^R^MAIN^2|||I9^Diagnosis^ICD|1001^SURGEON^ANN^A^^DR^MD^^NPI|"
            f"1001^SURGEON^ANN^A^^DR^MD^^NPI|{item.cents / 100:.2f}|F{number}|1004^CLERK^CARL|"
            "27447^Arthroplasty^CPT|RT^Right^HL70340"
        )
        yield f"PRT|{line}|AD||EQUIP^Equipment^HL70912|||||||||||||||L{number[-4:]}|S{number}{line}"
    yield "DG1|1|I9|M17.11^Osteoarthritis of the knee^ICD||20260304|F"


def _requisition(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from _patient(number)
    for line in range(1, chance.randint(3, 6)):
        item = chance.choice(items)
        yield (
            f"ORC|NW|PO{number}^MM|F{number}^LW|G{number}^MM|||^^^20260310^^S||{_AT}|"
            "1004^CLERK^CARL^^^^^^NPI||1001^SURGEON^ANN^A^^DR^MD^^NPI|OR^01^A^NORTH^^R^MAIN^2|"
            "^WPN^PH^^1^555^5550103"
        )
        yield (
            f"RQD|{line}|{item.buyer}^{item.description}^ERP|{item.supplier}^{item.description}^CAT|"
            f"H{item.buyer}^{item.description}^HOSP|{chance.randint(1, 40)}|BX^Box^ISO+|4010|6200|"
            "OR^01^A^NORTH|20260310"
        )
        yield (
            f"RQ1|{item.cents / 100:.2f}|MK^MAKER^L|J{item.supplier}|SUP^SUPPLIER ONE^L|"
            f"{item.supplier}|N|Y"
        )
        yield "NTE|1|L|DELIVER TO THE BACK DOOR^^OF THE OPERATING ROOMS"


def _dispense(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from _patient(number)
    item = chance.choice(items)
    yield f"ORC|RE|PO{number}^MM|F{number}^LW|G{number}|||^BID^^20260304^^R||{_AT}|1004^CLERK^CARL"
    yield (
        f"RXE|^BID^^20260304^^R|{item.buyer}^{item.description}^NDC|1||CAP^capsule^UCUM|||||30|CAP|0|"
        f"1001^DOCTOR^ANN^A^^DR^MD^^NPI||RX{number}"
    )
    yield (
        f"RXD|1|{item.buyer}^{item.description}^NDC|{_AT}|{chance.randint(1, 90)}|CAP^capsule^UCUM|"
        f"TAB^Tablet^HL70292|RX{number}|3|TAKE WITH FOOD|1005^PHARMACIST^PAT|N||OR^01^A^NORTH|N|||"
        f"|L{number[-4:]}|20270101|MK^MAKER^MVX"
    )
    yield "RXR|PO^Oral^HL70162|MTH^Mouth^HL70163"


def _administration(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield from _patient(number)
    yield f"ORC|RE|PO{number}^MM|F{number}^LW|G{number}|||^BID^^20260304^^R||{_AT}|1004^CLERK^CARL"
    for dose in range(1, chance.randint(2, 4)):
        item = chance.choice(items)
        yield (
            f"RXA|0|{dose}|{_AT}|{_AT}|{item.buyer}^{item.description}^NDC^^^|"
            f"{chance.randint(1, 9)}|CAP^capsule^UCUM|TAB^Tablet^HL70292|00^New record^NIP001|"
            "1006^NURSE^NAN^^^^RN^^NPI|"
            f"OR^01^A^NORTH||||L{number[-4:]}|20270101|MK^MAKER^MVX|||CP|A|{_AT}"
        )
    yield "RXR|PO^Oral^HL70162|MTH^Mouth^HL70163"


def _case(chance: random.Random, _items: list[Item], number: str) -> Iterator[str]:
    yield (
        f"SCH|A{number}^MM|F{number}^OR|||S1^Main schedule^L|NEW^New^HL70276|ELECTIVE^Elective^L|"
        "NORMAL^Normal^HL70277|90|MIN^minute^UCUM|^^90^20260310080000-0800^20260310093000-0800|"
        "1004^CLERK^CARL|^WPN^PH^^1^555^5550103|||1004^CLERK^CARL|^WPN^PH^^1^555^5550103|||"
        "1004^CLERK^CARL|||||BOOKED^Booked^HL70278"
    )
    yield from _patient(number)
    yield f"RGS|1|A|G{number}"
    yield "AIS|1|A|27447^Arthroplasty of the knee^CPT|20260310080000-0800|||90|MIN"
    yield f"AIG|1|A|LAS{chance.randint(1, 9)}^Laser^L|EQ^Equipment^L||1||20260310080000-0800"
    yield "AIL|1|A|OR^OR3^^NORTH^^R^MAIN^2|R^Room^HL70305||20260310080000-0800|||90|MIN"
    yield "AIP|1|A|1001^SURGEON^ANN^A^^DR^MD^^NPI|SURG^Surgeon^L||20260310080000-0800|||90|MIN"
    yield "AIP|2|A|1007^ANAESTHETIST^AL^^^DR^MD^^NPI|ANES^Anaesthetist^L||20260310080000-0800"


def _items(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"MFI|INV^Inventory master^HL70175|MM|UPD|{_AT}|{_AT}|NE"
    for line in range(1, chance.randint(3, 6)):
        item = chance.choice(items)
        yield f"MFE|MUP|{number}{line}|{_AT}|{item.buyer}^{item.description}^ERP|CWE"
        yield (
            f"ITM|{item.buyer}^MM|{item.description}|A^Active^HL70776|SUP^Supply^HL70778|SUT^Suture^L|"
            f"Y^Yes^HL70532|MK|MAKER|J{item.supplier}||Y^Yes^HL70532|{item.buyer}^Charge^CDM|"
            f"{item.cents / 100:.2f}^UP|Y^Yes^HL70532||||6200||{item.cents / 100:.2f}&USD|"
            "N^No^HL70532||||||||"
        )
        yield f"VND|1|SUP^MM|SUPPLIER ONE|{item.supplier}^SUP|Y^Yes^HL70532"
        yield f"PKG|1|BX^Box^ISO+|Y^Yes^HL70532|12|{item.cents / 100:.2f}^UP"
        yield (
            "IVT|1|STO^MM|NORTH STORES|CEN^MM|CENTRAL STORES|A|B12|BX|EA|||||||N^No^HL70532|N||"
            "|||||10|20"
        )


def _charge_codes(chance: random.Random, items: list[Item], number: str) -> Iterator[str]:
    yield f"MFI|CDM^Charge description master^HL70175|MM|UPD|{_AT}|{_AT}|NE"
    for line in range(1, chance.randint(3, 8)):
        item = chance.choice(items)
        yield f"MFE|MAD|{number}{line}|{_AT}|{item.buyer}^{item.description}^CDM|CWE"
        yield (
            f"CDM|{item.buyer}^{item.description}^CDM|A{item.buyer}^Old code^OLD|"
            f"{item.description}|{item.description} EACH|N||A4649^Surgical supply^HCPCS|A|"
            f"{item.buyer}^Item^ERP"
        )
        yield f"PRC|{item.buyer}|NORTH|OR|I|{item.cents / 100:.2f}^UP||1|99||||||||Y|A"


KINDS = (
    Kind("DFT^P03^DFT_P03", _charges, Error("FT1", 10, "two", "QUANTITY_INVALID")),
    Kind("OMS^O05^OMS_O05", _requisition, Error("RQD", 5, "BX", "QUANTITY_INVALID")),
    Kind("RDS^O13^RDS_O13", _dispense, Error("RXD", 7, "L" * 200, "VALUE_TOO_LONG")),
    Kind("ORM^O01^ORM_O01", _requisition, Error("ORC", 1, "ZZ", "ORDER_CONTROL_UNKNOWN")),
    Kind("RAS^O17^RAS_O17", _administration, Error("RXA", 20, "XX", "COMPLETION_UNKNOWN")),
    Kind("SIU^S12^SIU_S12", _case, Error("SCH", 11, "^^90^TODAY", "TIME_INVALID")),
    Kind("MFN^M16^MFN_M16", _items, Error("PKG", 4, "dozen", "NUMBER_INVALID")),
    Kind("OMN^O07^OMN_O07", _requisition, Error("RQD", 6, "4010", "FIELDS_SHIFTED")),
    Kind("MFN^M04^MFN_M04", _charge_codes, Error("MFE", 1, "XXX", "RECORD_EVENT_UNKNOWN")),
)
