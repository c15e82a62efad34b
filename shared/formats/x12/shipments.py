"""856: what is on its way, as a tree by HL02 and never by order (ASN1)."""

from decimal import Decimal
from types import MappingProxyType

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.ship_notice import Carrier, Load, ShipmentNode, ShipNotice
from shared.canonical.trade import BrokenLine, ItemId, Origin
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.making import made
from shared.formats.edi.shipment_tree import arranged
from shared.formats.x12.building import SetBuilder, on_begin, on_count, on_line
from shared.formats.x12.details import COMMON, Handlers, element, on_part, once, remembered
from shared.formats.x12.values import day_of, decimal_of
from shared.formats.x12.vocabularies import LEVELS, PURPOSES, STATUSES

_IDS_OF_LIN = 2
_ITEM = "item"
_APART = {"LT": "lot", "SN": "serial"}


class ShipmentBuilder(SetBuilder):
    """Each HL is a line: a shipment, an order, a package or an item."""

    tag = "HL"

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.items = 0
        self.shipped = Decimal(0)

    def spoil(self, found: Diagnostic) -> None:
        """Only items are held; what they stand in is kept, so that they keep their place."""
        if self.line is not None and LEVELS.word(self.line[3]) != _ITEM:
            self.broken.append(BrokenLine(number=self.line[1], diagnostic=found))
        else:
            super().spoil(found)

    def made_line(self, parts: list[str]) -> object:
        """A node; its place in the tree is found when all have come."""
        scope, lin, sn1, prf = self.scope, self.part("LIN"), self.part("SN1"), self.part("PRF")
        level = LEVELS.word(parts[3])
        lots: list[str] = []
        serials: list[str] = []
        ids = self._identified(lin, lots, serials) if lin[0] else ()
        quantity = decimal_of(sn1[2])
        if level == _ITEM:
            self.items += 1
            self.shipped += quantity or 0
            at = (self.ordinal, self.byte)
            if quantity is None:
                self.spoil(self.report("QUANTITY_MISSING", parts, at))
            if not ids:
                self.spoil(self.report("LINE_ID_MISSING", parts, at))
        return made(
            ShipmentNode,
            {
                "id": parts[1],
                "parent": parts[2],
                "level": level,
                "number": lin[1] or sn1[1],
                "purchase_order": prf[1],
                "ordered_on": day_of(prf[4]),
                "packages": (),
                "ids": ids,
                "lot": lots[0] if lots else "",
                "serials": tuple(serials),
                "quantity": quantity,
                "unit": sn1[3],
                "ordered": decimal_of(sn1[5]),
                "ordered_unit": sn1[6],
                "status": STATUSES.word(sn1[8]),
                "description": scope.description,
                "marks": scope.marks,
                "loads": scope.loads,
                "carriers": scope.carriers,
                "references": scope.references,
                "dates": scope.dates,
                "parties": scope.people(),
                "texts": scope.texts,
                "ordinal": self.ordinal,
                "byte": self.byte,
            },
        )

    def _identified(
        self, lin: list[str], lots: list[str], serials: list[str]
    ) -> tuple[ItemId, ...]:
        """The ids of the item; its lots and serials apart, from LIN or, by older guides, REF."""
        stated = ELEMENT.join(lin[_IDS_OF_LIN:]).rstrip(ELEMENT).split(ELEMENT)
        named = []
        for place in range(0, len(stated) - 1, 2):
            told = _APART.get(stated[place])
            if told is None:
                named += stated[place : place + 2]
            else:
                (lots if told == "lot" else serials).append(stated[place + 1])
        lots += [each.value for each in self.scope.references if each.kind == "lot"]
        serials += [each.value for each in self.scope.references if each.kind == "serial"]
        return self.named(lin, ELEMENT.join(named))

    def counted(self) -> int:
        """The number of HL segments."""
        return self.count

    def hashed(self) -> Decimal | None:
        """The sum of SN102, if every item could be read."""
        return None if self.broken else self.shipped

    def document(self, origin: Origin) -> object:
        """The notice, if it has a number; its nodes arranged as a tree."""
        begin = self.begin
        if not begin[2]:
            return None
        nodes = arranged(self)
        return ShipNotice(
            number=begin[2],
            purpose=PURPOSES.word(begin[1]),
            created_on=day_of(begin[3]),
            created_at=begin[4],
            structure=begin[5],
            nodes=nodes,
            dates=self.head.dates,
            broken=self.broken_lines(),
            origin=origin,
        )


def load(p: list[str]) -> Load:
    """TD1: packages and weight."""
    return Load(decimal_of(p[2]), p[1], decimal_of(p[7]), p[8])


def add_load(b: SetBuilder, value: Load) -> None:
    """A load of the node."""
    b.scope.loads += (value,)


def carrier(p: list[str]) -> Carrier:
    """TD5: who carries; TD502 says that TD503 is a SCAC."""
    return Carrier(scac=p[3] if p[2] == "2" else "", mode=p[4], routing=p[5])


def equipment(p: list[str]) -> Carrier:
    """TD3: in which trailer or container."""
    return Carrier(equipment=f"{p[2]}{p[3]}")


def add_carrier(b: SetBuilder, value: Carrier) -> None:
    """A carrier of the node."""
    b.scope.carriers += (value,)


def marks(p: list[str]) -> tuple[tuple[str, str], ...]:
    """MAN: SSCC (GM), carrier's package id (CP), UCC-128 (AI)."""
    return tuple((p[at], p[at + 1]) for at in (1, 4) if p[at + 1])


def add_marks(b: SetBuilder, value: tuple[tuple[str, str], ...]) -> None:
    """Marks of the node."""
    b.scope.marks += value


def on_node_count(b: ShipmentBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CTT: the number of HL segments; senders that count items instead are understood."""
    b.end_line()
    if decimal_of(p[1]) == b.items:
        p = [p[0], str(b.count), *p[2:]]
    on_count(b, p, ordinal, byte)


SHIPMENT: Handlers = MappingProxyType(
    {
        **COMMON,
        "BSN": on_begin,
        "HL/HL": on_line,
        "LIN": on_part,
        "LIN/LIN": on_part,
        "SN1": on_part,
        "LIN/SN1": on_part,
        "PRF": once,
        "LIN/PID": remembered(element(5), COMMON["PID"].apply),  # type: ignore[union-attr]
        "MAN": remembered(marks, add_marks),
        "TD1": remembered(load, add_load),
        "TD3": remembered(equipment, add_carrier),
        "TD5": remembered(carrier, add_carrier),
        "N9": remembered(COMMON["REF"].prepare, COMMON["REF"].apply),  # type: ignore[union-attr]
        "CTT/CTT": on_node_count,
    }
)
