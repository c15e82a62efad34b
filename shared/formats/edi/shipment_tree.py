"""From nodes in any order to a tree whose parents come before their children (ASN1)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.ship_notice import ShipmentNode
from shared.canonical.trade import BrokenLine
from shared.formats.edi.bounds import DEPTH_LIMIT

_PURCHASE_ORDER = "PO"  # as a qualifier of LIN, where no order stands above the item
_SSCC = ("GM", "AI", "BJ")


class Notice(Protocol):
    """What the tree is made of, and where what is wrong with it goes; `tag` begins its nodes."""

    tag: str
    lines: list[ShipmentNode]
    broken: list[BrokenLine]

    def report(
        self, code: str, parts: list[str], at: tuple[int, int], *, field: int = 0, fact: str = ""
    ) -> Diagnostic:
        """Note a finding."""
        ...


def arranged(notice: Notice) -> tuple[ShipmentNode, ...]:
    """Every node that can be reached, outermost first, each item with its order and packages."""
    if _is_in_order(notice.lines):
        return tuple(_placed_in_order(notice))
    nodes = _named(notice)
    places = {node.id: place for place, node in enumerate(nodes)}
    root = next((node.id for node in nodes if not node.parent), nodes[0].id if nodes else "")
    nodes = [_attached(node, places, root, notice) for node in nodes]
    children: dict[str, list[ShipmentNode]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    held = len(notice.broken)
    reached = list(_walked(children, notice))
    if len(reached) + len(notice.broken) - held == len(nodes):
        return tuple(reached)
    lost = set(places) - _seen(children)
    for node in nodes:
        if node.id in lost:
            _say(notice, "TREE_PARENT_MISSING", node)
            placed = _placed(replace(node, parent=root), None)
            reached += [] if _is_held(placed, notice) else [placed]
    return tuple(reached)


def _is_in_order(nodes: Sequence[ShipmentNode]) -> bool:
    """Whether each has an id of its own, and stands behind its parent and what is in it before."""
    path: list[str] = []
    for node in nodes:
        while path and path[-1] != node.parent:
            path.pop()
        if not node.id or bool(path) != bool(node.parent) or len(path) == DEPTH_LIMIT:
            return False
        path.append(node.id)
    return len({node.id for node in nodes}) == len(nodes)


def _placed_in_order(notice: Notice) -> Iterator[ShipmentNode]:
    """The nodes of a tree that is in order already, without those that are held."""
    path: list[ShipmentNode] = []
    for node in notice.lines:
        while path and path[-1].id != node.parent:
            path.pop()
        _placed(node, path[-1] if path else None)
        path.append(node)
        if not _is_held(node, notice):
            yield node


def _seen(children: dict[str, list[ShipmentNode]]) -> set[str]:
    """The ids that can be reached from the roots; what stands in a circle cannot."""
    seen: set[str] = set()
    waiting = [""]
    while waiting:
        below = [node.id for node in children.get(waiting.pop(), [])]
        seen.update(below)
        waiting += below
    return seen


def _named(notice: Notice) -> list[ShipmentNode]:
    """The nodes, each with an id of its own; one without would be above itself, as the root is."""
    seen: set[str] = set()
    nodes = []
    for node in notice.lines:
        if node.id in seen:
            _say(notice, "TREE_ID_REPEATED", node)
        if not node.id or node.id in seen:
            node = replace(node, id=f"{node.id}#{node.ordinal}")  # noqa: PLW2901
        seen.add(node.id)
        nodes.append(node)
    return nodes


def _attached(
    node: ShipmentNode, places: dict[str, int], root: str, notice: Notice
) -> ShipmentNode:
    """A node under its parent, or under the root if that is not in the tree."""
    if not node.parent or (node.parent in places and node.parent != node.id):
        return node
    _say(notice, "TREE_PARENT_MISSING", node)
    return replace(node, parent=root if node.id != root else "")


def _walked(children: dict[str, list[ShipmentNode]], notice: Notice) -> Iterator[ShipmentNode]:
    """The tree from its roots, without recursion: a hostile one is deeper than any stack."""
    waiting: list[tuple[ShipmentNode, ShipmentNode | None, int]] = [
        (node, None, 1) for node in reversed(children.get("", []))
    ]
    while waiting:
        node, above, depth = waiting.pop()
        if depth > DEPTH_LIMIT:
            found = _say(notice, "TREE_TOO_DEEP", node)
            notice.broken.append(BrokenLine(number=node.id, diagnostic=found))
        else:
            node = _placed(node, above)
            if not _is_held(node, notice):
                yield node
        waiting.extend((child, node, depth + 1) for child in reversed(children.get(node.id, [])))


def _placed(node: ShipmentNode, above: ShipmentNode | None) -> ShipmentNode:
    """A node that knows the order it belongs to and the packages it lies in."""
    order = node.purchase_order or (above.purchase_order if above else "") or _stated(node)
    day = node.ordered_on or (above.ordered_on if above else None)
    packages = above.packages if above else ()
    if node.marks and node.level != "item":
        packages += tuple(value for kind, value in node.marks if kind in _SSCC)
    # Nobody has seen the node yet, and a copy of all its facts would cost as much as to read it.
    facts = vars(node)
    facts["purchase_order"], facts["ordered_on"], facts["packages"] = order, day, packages
    return node


def _is_held(node: ShipmentNode, notice: Notice) -> bool:
    """An item under no order can be matched with nothing (ASN1)."""
    if node.level != "item" or node.purchase_order:
        return False
    found = _say(notice, "ORDER_UNKNOWN", node)
    notice.broken.append(BrokenLine(number=node.number or node.id, diagnostic=found))
    return True


def _stated(node: ShipmentNode) -> str:
    stated: Sequence[str] = [each.value for each in node.ids if each.scheme == _PURCHASE_ORDER]
    return stated[0] if stated else ""


def _say(notice: Notice, code: str, node: ShipmentNode) -> Diagnostic:
    return notice.report(code, [notice.tag], (node.ordinal, node.byte), field=2)
