"""856: what is on its way, as a tree by HL02 and never by order (ASN1)."""

from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.ship_notice import Carrier, Load, ShipmentNode, ShipNotice
from shared.canonical.trade import BrokenLine, Origin
from shared.formats.edi.delimiters import ELEMENT
from shared.formats.edi.grammar import Opening
from shared.formats.edi.making import made
from shared.formats.edi.shipment_tree import arranged
from shared.formats.x12.building import SetBuilder, begin_line, on_begin, on_count
from shared.formats.x12.details import COMMON, Handlers, remembered
from shared.formats.x12.scopes import blank
from shared.formats.x12.values import day_of, decimal_of
from shared.formats.x12.vocabularies import LEVELS, PURPOSES, STATUSES

_IDS_OF_LIN = 2
_NO_NODE = blank(ShipmentNode)
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
        if self.line is not None and vars(self.scope)["level"] != _ITEM:
            self.broken.append(BrokenLine(number=self.line[1], diagnostic=found))
        else:
            super().spoil(found)

    def made_line(self, parts: list[str]) -> object:
        """A node; its place in the tree is found when all have come."""
        facts = self.scope.facts()
        lin, counted = facts.pop("LIN", None), facts.pop("SN1", None)
        if counted is not None:
            facts |= counted
        if lin is not None:
            facts |= self._identified(lin, facts["number"])
        if facts["level"] == _ITEM:
            self._count_item(parts, facts)
        return made(ShipmentNode, facts)

    def _count_item(self, parts: list[str], facts: dict[str, Any]) -> None:
        """An item says how many of what (LAW1)."""
        self.items += 1
        self.shipped += facts["quantity"] or 0
        at = (self.ordinal, self.byte)
        if facts["quantity"] is None:
            self.spoil(self.report("QUANTITY_MISSING", parts, at))
        if not facts["ids"]:
            self.spoil(self.report("LINE_ID_MISSING", parts, at))

    def _identified(self, lin: list[str], number: str) -> dict[str, object]:
        """LIN: the ids of the item; its lots and serials apart, by older guides from REF."""
        names: list[str] = []
        apart: dict[str, list[str]] = {"lot": [], "serial": []}
        for place in range(_IDS_OF_LIN, len(lin) - 1, 2):
            qualifier = lin[place]
            if qualifier in _APART:
                apart[_APART[qualifier]].append(lin[place + 1])
            elif qualifier:
                names += qualifier, lin[place + 1]
        for kind, value, _ in self.scope.references:
            if kind in apart:
                apart[kind].append(value)
        return {
            "number": lin[1] or number,
            "ids": self.named(lin, ELEMENT.join(names)),
            "lot": apart["lot"][0] if apart["lot"] else "",
            "serials": tuple(apart["serial"]),
        }

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


def level(p: list[str]) -> str:
    """HL: what kind of node it is."""
    return LEVELS.word(p[3])


def begin_node(b: ShipmentBuilder, own: list[str], kind: str, ordinal: int, byte: int) -> None:
    """HL: a node, and in which it stands."""
    facts = _NO_NODE.copy()
    facts["id"], facts["parent"], facts["level"] = own[1], own[2], kind
    begin_line(b, own, facts, ordinal, byte)


def on_node(b: ShipmentBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """HL as a whole."""
    begin_node(b, p, level(p), ordinal, byte)


def on_item(b: ShipmentBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """LIN: kept until the references have come, which may name its lot."""
    vars(b.scope)["LIN"] = p


def quantities(p: list[str]) -> dict[str, object]:
    """SN1: how many were shipped, of how many ordered."""
    return {
        "number": p[1],
        "quantity": decimal_of(p[2]),
        "unit": p[3],
        "ordered": decimal_of(p[5]),
        "ordered_unit": p[6],
        "status": STATUSES.word(p[8]),
    }


def keep_quantities(b: ShipmentBuilder, value: dict[str, object]) -> None:
    """SN1 of the node; the last one counts."""
    vars(b.scope)["SN1"] = value


def order(p: list[str]) -> dict[str, object]:
    """PRF: which order it answers."""
    return {"purchase_order": p[1], "ordered_on": day_of(p[4])}


def add_order(b: ShipmentBuilder, value: dict[str, object]) -> None:
    """The order of the node."""
    vars(b.scope).update(value)


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
        "HL/HL": Opening(level, begin_node, on_node),
        "LIN": on_item,
        "LIN/LIN": on_item,
        "SN1": remembered(quantities, keep_quantities),
        "LIN/SN1": remembered(quantities, keep_quantities),
        "PRF": remembered(order, add_order),
        "LIN/PID": COMMON["PID"],
        "MAN": remembered(marks, add_marks),
        "TD1": remembered(load, add_load),
        "TD3": remembered(equipment, add_carrier),
        "TD5": remembered(carrier, add_carrier),
        "N9": COMMON["REF"],
        "CTT/CTT": on_node_count,
    }
)
