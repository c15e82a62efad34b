"""DESADV: what is on its way, as a tree by CPS: packages in packages, items in them (ASN1)."""

from decimal import Decimal
from types import MappingProxyType

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.ship_notice import Carrier, Load, ShipmentNode, ShipNotice
from shared.canonical.trade import BrokenLine, ItemId, Origin
from shared.formats.edi.handling import alone, gathered, remembered
from shared.formats.edi.shipment_tree import arranged
from shared.formats.edifact.building import LINE, MessageBuilder
from shared.formats.edifact.details import COMMON, Handlers
from shared.formats.edifact.facts import joined, parts_of
from shared.formats.edifact.orders import discrepancy
from shared.formats.edifact.scopes import Scope
from shared.formats.edifact.values import decimal_of
from shared.formats.edifact.vocabularies import DISCREPANCIES, PALLETS, PURPOSES
from shared.formats.making import made

_SHIPPED, _ORDERED = ("12", "46", "1"), ("21",)  # element 6063
_SCAC_AGENCIES = ("182", "87")  # element 3055
_SSCC, _SERIAL, _LOT = "BJ", ("BN", "SN"), ("BX", "BT")  # element 7405
_WEIGHTS = ("AAD", "AAB", "G", "GW")  # element 6313: gross
_WHOLE = "shipment"
_APART = {"lot": "lots", "serial": "serials"}


class ShipmentBuilder(MessageBuilder):
    """Each CPS and each LIN is a node; what stands above them is of the shipment."""

    tag = "CPS"

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.items = 0
        self.package = ""

    @property
    def is_package(self) -> bool:
        """Whether the node that is open is a CPS."""
        return self.line is not None and self.line[0] == "CPS"

    def spoil(self, found: Diagnostic) -> None:
        """Only items are held; what they stand in is kept, so that they keep their place."""
        if self.line is not None and self.is_package:
            self.broken.append(BrokenLine(number=self.line[1], diagnostic=found))
        else:
            super().spoil(found)

    def made_line(self, parts: list[str]) -> object:
        """A node; its place in the tree is found when all have come."""
        return self._package(parts) if parts[0] == "CPS" else self._item(parts)

    def _package(self, parts: list[str]) -> ShipmentNode:
        scope = self.scope
        is_pallet = any(load.packaging in PALLETS for load in scope.loads)
        inner = "tare" if is_pallet else "pack"
        return self._node(scope, parts[1], parts[2], inner if parts[2] else _WHOLE)

    def _item(self, parts: list[str]) -> ShipmentNode:
        scope, at = self.scope, self.at
        shipped, ordered = scope.quantity(*_SHIPPED), scope.quantity(*_ORDERED)
        ids = self._apart(self.line_ids(parts) + scope.substitutes)
        self.check_quantity(parts, shipped)
        self.check_identified(parts, is_described=bool(ids))
        if len(set(scope.lots)) > 1:
            self.report("LOTS_SEVERAL", parts, at)
        self.items += 1
        self.hash += shipped.number if shipped else Decimal(0)
        order = scope.reference("purchase_order")
        node = self._node(scope, f"{self.package}/{parts[1] or at[0]}", self.package, "item")
        vars(node).update(
            number=parts[1],
            purchase_order=order.value if order else "",
            ids=ids,
            lot=scope.lots[0] if scope.lots else "",
            serials=scope.serials,
            quantity=shipped.number if shipped else None,
            unit=shipped.unit if shipped else "",
            ordered=ordered.number if ordered else None,
            ordered_unit=ordered.unit if ordered else "",
            status=DISCREPANCIES.word(scope.reasons[0]) if scope.reasons else "",
        )
        return node

    def _apart(self, ids: tuple[ItemId, ...]) -> tuple[ItemId, ...]:
        """The ids of the item; its lots and serials apart, whether PIA or RFF states them."""
        scope = self.scope
        for scheme, value in (*ids, *((each.kind, each.value) for each in scope.references)):
            place = _APART.get(scheme)
            if place is not None:
                setattr(scope, place, (*getattr(scope, place), value))
        return tuple(each for each in ids if each.scheme not in _APART)

    def _node(self, scope: Scope, id_: str, parent: str, level: str) -> ShipmentNode:
        return made(
            ShipmentNode,
            {
                "id": id_,
                "parent": parent,
                "level": level,
                "number": "",
                "purchase_order": "",
                "ordered_on": scope.ordered_on,
                "packages": (),
                "ids": (),
                "lot": "",
                "serials": (),
                "quantity": None,
                "unit": "",
                "ordered": None,
                "ordered_unit": "",
                "status": "",
                "description": " ".join(scope.descriptions),
                "marks": scope.marks,
                "loads": scope.loads,
                "carriers": scope.carriers,
                "references": scope.references,
                "dates": scope.dates,
                "parties": scope.people(),
                "texts": scope.texts,
                "ordinal": self.at[0],
                "byte": self.at[1],
            },
        )

    def document(self, origin: Origin) -> object:
        """The notice, if it has a number; its nodes arranged as a tree."""
        if not self.number:
            return None
        self._put_on_top()
        created = self.head.day("document")
        return ShipNotice(
            number=self.number,
            purpose=PURPOSES.word(self.begin[3]),
            created_on=created.day if created else None,
            created_at=created.time if created else "",
            structure="",
            nodes=arranged(self),
            dates=self.dates_without(created),
            broken=self.broken_lines(),
            origin=origin,
        )

    def _put_on_top(self) -> None:
        """What the head says is of the outermost node; if there is none, it is made."""
        head = self.head
        top = next((each for each in self.lines if not each.parent), None)
        if top is None:
            top = self._node(Scope(), _WHOLE, "", _WHOLE)
            self.lines.insert(0, top)
        order = head.reference("purchase_order")
        facts = vars(top)
        for name in ("references", "texts", "carriers", "loads"):
            facts[name] = (*getattr(head, name), *facts[name])
        facts["parties"] = (*head.people(), *facts["parties"])
        facts["purchase_order"] = facts["purchase_order"] or (order.value if order else "")
        facts["ordered_on"] = facts["ordered_on"] or head.ordered_on


def on_package(b: ShipmentBuilder, p: list[str], ordinal: int, byte: int) -> None:
    """CPS: a package begins, or the shipment as a whole."""
    b.begin_line(p, vars(Scope()), ordinal, byte)
    b.count -= 1  # CNT counts the items
    b.package = p[1]


def carrier(p: list[str]) -> Carrier:
    """TDT: who carries, as a SCAC where the agency that gives those says so."""
    who, means = parts_of(p[5]), parts_of(p[8])
    is_scac = who[2] in _SCAC_AGENCIES
    mode = parts_of(p[3])[0]
    routing = who[3] or ("" if is_scac else who[0])
    return Carrier(who[0] if is_scac else "", mode, routing, joined((means[3] or means[0],)))


def load(p: list[str]) -> Load:
    """PAC: how many packages of which kind."""
    return Load(decimal_of(p[1]), parts_of(p[3])[0] or parts_of(p[3])[3])


def weight(p: list[str]) -> tuple[Decimal, str] | None:
    """MEA that states a gross weight."""
    unit, value = parts_of(p[3])[:2]
    number = decimal_of(value.strip())
    is_weight = parts_of(p[2])[0] in _WEIGHTS
    return (number, unit) if is_weight and number is not None else None


def add_weight(b: MessageBuilder, value: tuple[Decimal, str]) -> None:
    """The weight of the packages above, or of the node."""
    number, unit = value
    *others, last = b.scope.loads or (Load(),)
    b.scope.loads = (*others, last._replace(weight=number, weight_unit=unit))


def numbers(p: list[str]) -> tuple[str, tuple[str, ...]]:
    """GIN: package numbers, serials or lots; of a range both ends."""
    stated = (value for place in range(2, 7) for value in parts_of(p[place])[:2] if value)
    return p[1], tuple(stated)


def add_numbers(b: MessageBuilder, value: tuple[str, tuple[str, ...]]) -> None:
    """Numbers of the package or item."""
    kind, stated = value
    if kind in _SERIAL:
        b.scope.serials += stated
    elif kind in _LOT:
        b.scope.lots += stated
    else:
        b.scope.marks += tuple((kind, each) for each in stated)


_NUMBERS = remembered(numbers, add_numbers).handle  # each number comes once
_DISCREPANCY = gathered(alone(discrepancy), "reasons")
_WEIGHT = remembered(weight, add_weight)
SHIPMENT: Handlers = MappingProxyType(
    {
        **COMMON,
        "CPS/CPS": on_package,
        "CPS/LIN/LIN": LINE,
        "GIN": _NUMBERS,
        "MEA": _WEIGHT,
        "PAC/GIN": _NUMBERS,
        "PAC/MEA": _WEIGHT,
        "PAC/PAC": gathered(alone(load), "loads"),
        "PAC/PCI/GIN": _NUMBERS,
        "PAC/PCI/GIN/GIN": _NUMBERS,
        "PCI/DTM": COMMON["DTM"],
        "PCI/GIN/DTM": COMMON["DTM"],
        "PCI/GIN/GIN": _NUMBERS,
        "QVR": _DISCREPANCY,
        "QVR/QVR": _DISCREPANCY,
        "TDT/TDT": gathered(alone(carrier), "carriers"),
    }
)
