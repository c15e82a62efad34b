"""856: what is on its way, as a tree by HL02 and never by order (ASN1)."""

from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.ship_notice import Carrier, Load, ShipmentNode, ShipNotice
from shared.canonical.trade import BrokenLine, Origin
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.handling import Direct, Facts, Quick, alone, gathered, ignore, sound, stated
from shared.formats.edi.shipment_tree import arranged
from shared.formats.edi.tables import SegmentRule
from shared.formats.making import made
from shared.formats.x12.building import SetBuilder, on_begin, on_count
from shared.formats.x12.details import COMMON, Handlers, reference
from shared.formats.x12.item_ids import read_ids, sound_ids
from shared.formats.x12.scopes import blank, settle
from shared.formats.x12.values import day_of, decimal_of
from shared.formats.x12.vocabularies import LEVELS, PURPOSES, STATUSES

_IDS_OF_LIN = 2
_ITEM = "item"
_SOUND: list[str] = []
_LOT, _SERIAL = f"{ELEMENT}LT", f"{ELEMENT}SN"
_BLANK = blank(ShipmentNode, item=None, counted_as="")


class ShipmentBuilder(SetBuilder):
    """Each HL is a line: a shipment, an order, a package or an item."""

    tag = "HL"

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.items = 0
        self.shipped = Decimal(0)

    def spoil(self, found: Diagnostic) -> None:
        """Only items are held; what they stand in is kept, so that they keep their place."""
        if self.line is not None and self.facts["level"] != _ITEM:
            self.broken.append(BrokenLine(number=self.line[1], diagnostic=found))
        else:
            super().spoil(found)

    def made_line(self, parts: list[str]) -> object:
        """A node; its place in the tree is found when all have come."""
        facts = self.facts
        settle(facts)
        item, counted_as = facts.pop("item"), facts.pop("counted_as")
        if item or (item is _SOUND and facts["references"]):
            self._check_item(facts, item)
        if counted_as and not facts["number"]:
            facts["number"] = counted_as
        if facts["level"] == _ITEM:
            self._count_item(parts, facts)
        return made(ShipmentNode, facts)

    def _check_item(self, facts: dict[str, Any], item: list[str]) -> None:
        """LIN: what is to be said of it; by older guides REF states its lot or its serials."""
        if item:
            self.named(item, identified(item)[0])
        for kind, value, _ in facts["references"]:
            if kind == "lot":
                facts["lot"] = facts["lot"] or value
            elif kind == "serial":
                facts["serials"] += (value,)

    def _count_item(self, parts: list[str], facts: dict[str, Any]) -> None:
        """An item says how many of what (LAW1)."""
        self.items += 1
        if facts["quantity"] is None:
            self.spoil(self.report("QUANTITY_MISSING", parts, self.at))
        else:
            self.shipped += facts["quantity"]
        if not facts["ids"]:
            self.spoil(self.report("LINE_ID_MISSING", parts, self.at))

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


def node_reader(rule: SegmentRule) -> Quick:
    """HL: a node of a kind, and in which it stands."""
    number, above, kind, _ = (use.element for use in rule.uses)
    numbers, parents, levels = sound(number), sound(above), sound(kind, LEVELS.word)

    def quick(own: list[str], _text: str, _open: Facts) -> Facts | None:
        facts = _BLANK.copy()
        try:
            _, number, above, kind = own
            facts["id"], facts["level"] = numbers[number], levels[kind]
            facts["parent"] = parents[above] if above else ""
        except (KeyError, ValueError):
            return None
        return facts

    return quick


def on_node(b: ShipmentBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """HL of another form."""
    facts = {"id": p[1], "parent": p[2], "level": LEVELS.word(p[3])}
    b.begin_line(p, _BLANK | facts, ordinal, byte)


def identified(p: list[str]) -> tuple[str, list[str], list[str]]:
    """LIN: the ids of the item as text; its lots and its serials apart."""
    names: list[str] = []
    lots: list[str] = []
    serials: list[str] = []
    for place in range(_IDS_OF_LIN, len(p) - 1, 2):
        match p[place]:
            case "":
                continue
            case "LT":
                lots.append(p[place + 1])
            case "SN":
                serials.append(p[place + 1])
            case qualifier:
                names += qualifier, p[place + 1]
    return ELEMENT.join(names), lots, serials


def item(p: list[str]) -> dict[str, Any]:
    """LIN: the facts of the item, whatever must be told of it."""
    names, lots, serials = identified(p)
    ids, unsound = read_ids(names)
    return {
        "number": p[1],
        "ids": ids,
        "lot": lots[0] if lots else "",
        "serials": tuple(serials),
        "item": p if unsound else _SOUND,
    }


def item_reader(rule: SegmentRule) -> Quick:
    """LIN that ends with its only lot."""
    number, qualifier, value = (use.element for use in rule.uses[:3])
    numbers, named, lots = sound(number), sound_ids(qualifier, value), sound(value)

    def quick(own: list[str], text: str, facts: Facts) -> Facts | None:
        head, _, lot = text.rpartition(ELEMENT)
        names = head[len(own[0]) + len(own[1]) + 2 : -len(_LOT)]
        if not head.endswith(_LOT) or _LOT in names or _SERIAL in names:
            return None
        try:
            number, ids, lot = numbers[own[1]], named[names], lots[lot]
        except KeyError:
            return None
        facts["number"], facts["ids"], facts["lot"] = number, ids, lot
        facts["serials"], facts["item"] = (), _SOUND
        return facts

    return quick


def on_item(b: ShipmentBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """LIN: looked at again once the references have come, which may name its lot."""
    b.facts.update(item(p))


def quantities(p: list[str]) -> dict[str, Any]:
    """SN1: how many were shipped, of how many ordered; the last one of the node counts."""
    return {
        "counted_as": p[1],
        "quantity": decimal_of(p[2]),
        "unit": p[3],
        "ordered": decimal_of(p[5]),
        "ordered_unit": p[6],
        "status": STATUSES.word(p[8]),
    }


def order(p: list[str]) -> dict[str, Any]:
    """PRF: which order it answers."""
    return {"purchase_order": p[1], "ordered_on": day_of(p[4])}


def load(p: list[str]) -> Load:
    """TD1: packages and weight."""
    return Load(decimal_of(p[2]), p[1], decimal_of(p[7]), p[8])


def carrier(p: list[str]) -> Carrier:
    """TD5: who carries; TD502 says that TD503 is a SCAC."""
    return Carrier(scac=p[3] if p[2] == "2" else "", mode=p[4], routing=p[5])


def equipment(p: list[str]) -> Carrier:
    """TD3: in which trailer or container."""
    return Carrier(equipment=f"{p[2]}{p[3]}")


def marks(p: list[str]) -> tuple[tuple[str, str], ...]:
    """MAN: SSCC (GM), carrier's package id (CP), UCC-128 (AI)."""
    return tuple((p[at], p[at + 1]) for at in (1, 4) if p[at + 1])


def on_node_count(b: ShipmentBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CTT: the number of HL segments; senders that count items instead are understood."""
    b.end_line()
    if decimal_of(p[1]) == b.items:
        p = [p[0], str(b.count), *p[2:]]
    on_count(b, p, ordinal, byte)


_LOT_ITEM = Direct(item_reader, on_item)
SHIPMENT: Handlers = MappingProxyType(
    {
        **COMMON,
        "BSN": on_begin,
        "HL/HL": Direct(node_reader, on_node),
        "SAC/SAC": ignore,  # what a shipment costs is asked for by its invoice
        "LIN": _LOT_ITEM,
        "LIN/LIN": _LOT_ITEM,
        "SN1": stated(quantities),
        "LIN/SN1": stated(quantities),
        "PRF": stated(order).handle,  # each notice has an order and a tracking number of its own
        "HL/REF": gathered(alone(reference), "references").handle,
        "LIN/PID": COMMON["PID"],
        "MAN": gathered(marks, "marks"),
        "TD1": gathered(alone(load), "loads"),
        "TD3": gathered(alone(equipment), "carriers"),
        "TD5": gathered(alone(carrier), "carriers"),
        "N9": COMMON["REF"],
        "CTT/CTT": on_node_count,
    }
)
