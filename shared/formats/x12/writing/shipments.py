"""856."""

from collections.abc import Iterator
from decimal import Decimal

from shared.canonical.ship_notice import ShipmentNode, ShipNotice
from shared.canonical.trade import ItemId
from shared.formats.x12.vocabularies import LEVELS, PURPOSES, STATUSES
from shared.formats.x12.writing.parts import (
    Row,
    dates,
    day,
    descriptions,
    number,
    parties,
    product_ids,
    references,
    texts,
)

_GROSS = "G"


def shipment_rows(notice: ShipNotice) -> Iterator[Row]:
    """The whole tree, each node by its own id and its parent's."""
    yield (
        *("BSN", PURPOSES.code(notice.purpose), notice.number, day(notice.created_on)),
        *(notice.created_at, notice.structure),
    )
    yield from dates(notice.dates)
    parents = {node.parent for node in notice.nodes}
    by_id = {node.id: node for node in notice.nodes}
    for node in notice.nodes:
        has_children = "1" if node.id in parents else "0"
        yield ("HL", node.id, node.parent, LEVELS.code(node.level), has_children)
        yield from _node_rows(node, by_id.get(node.parent))
    shipped = sum((node.quantity or Decimal(0) for node in notice.items()), Decimal(0))
    yield ("CTT", str(len(notice.nodes)), number(shipped))


def _node_rows(node: ShipmentNode, above: ShipmentNode | None) -> Iterator[Row]:
    ids = _ids(node)
    if ids:
        yield ("LIN", node.number, *product_ids(ids))
    if node.quantity is not None:
        yield _shipped(node)
    if node.purchase_order and (above is None or above.purchase_order != node.purchase_order):
        yield ("PRF", node.purchase_order, "", "", day(node.ordered_on))
    yield from descriptions(node.description)
    yield from _loads(node)
    yield from _carriers(node)
    yield from references(node.references)
    for kind, mark in node.marks:
        yield ("MAN", kind, mark)
    yield from dates(node.dates)
    yield from texts(node.texts)
    yield from parties(node.parties)


def _loads(node: ShipmentNode) -> Iterator[Row]:
    for each in node.loads:
        gross = _GROSS if each.weight is not None else ""
        packages, weight = number(each.packages), number(each.weight)
        yield ("TD1", each.packaging, packages, "", "", "", gross, weight, each.weight_unit)


def _carriers(node: ShipmentNode) -> Iterator[Row]:
    """Who carries, then in what, as the set orders them."""
    for each in node.carriers:
        if not each.equipment:
            scheme = "2" if each.scac else ""
            yield ("TD5", "", scheme, each.scac, each.mode, each.routing)
    for each in node.carriers:
        if each.equipment:
            yield ("TD3", "TL", "", each.equipment)


def _ids(node: ShipmentNode) -> list[ItemId]:
    """The ids of an item, its lot and serials among them unless REF says them."""
    stated = {(each.kind, each.value) for each in node.references}
    told = [("lot", node.lot)] if node.lot else []
    told += [("serial", each) for each in node.serials]
    return [*node.ids, *(ItemId(*each) for each in told if each not in stated)]


def _shipped(node: ShipmentNode) -> Row:
    return (
        *("SN1", node.number, number(node.quantity), node.unit, ""),
        *(number(node.ordered), node.ordered_unit, "", STATUSES.code(node.status)),
    )
