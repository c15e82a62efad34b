"""The order of segments in a set as steps from one place to the next, each found once, then kept.

The grammar of a set is a tree of loops. Standing at a place, the next segment is that place again,
a later place of the same loop, the loop's trigger again, or a later place of a loop around it: the
nearest that fits. What is passed over and mandatory is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.formats.edi.bounds import HEAD_LIMIT, KNOWN_LIMIT
from shared.formats.edi.handling import Direct, Handler, Quick, Remembered, ignore
from shared.formats.edi.patterns import Matcher, segment_matcher
from shared.formats.edi.tables import UNLIMITED, Loop, Place, SegmentRule


class Special(NamedTuple):
    """What makes a step more than moving on: something missing, or something to count."""

    missing: tuple[str, ...] = ()
    is_again: bool = False
    loop: "LoopNode | None" = None
    is_repeated: bool = False


class Step(NamedTuple):
    """Where a segment leads and how it is checked; `node.is_last` where the set ends.

    `width` is the number of elements, the tag among them, to which its parts are filled up. `quick`
    is what a `Direct` handler reads with.
    """

    node: "Node"
    matches: Matcher
    handle: Handler
    width: int
    special: Special | None = None
    remembered: Remembered | None = None
    quick: Quick | None = None


class LoopNode:
    """A loop in its set."""

    def __init__(self, loop: Loop, parent: "LoopNode | None", index: int, path: str) -> None:
        self.most = loop.most
        self.is_required = loop.is_required
        self.parent = parent
        self.index = index
        self.path = path
        self.children: list[LoopNode | Node] = []

    @property
    def trigger(self) -> "Node":
        """The place that begins it."""
        first = self.children[0]
        return first if isinstance(first, Node) else first.trigger


class Node:
    """A place in a set: `path` names the triggers of its loops and its own tag, as N1/N3."""

    def __init__(self, place: Place, loop: LoopNode, index: int) -> None:
        self.tag = place.tag
        self.most = place.most
        self.is_required = place.is_required
        self.loop = loop
        self.index = index
        self.path = f"{loop.path}{place.tag}"
        self.is_last = False
        self.moves: dict[str, Step] = {}
        self.known: dict[str, Known] = {}  # by a segment's whole text


Known = tuple[Node, str, Callable[[Any, Any], None], Any]  # then as `Remembered` has them


class SetGrammar:
    """One kind of set, ready to be walked: its places, the rules of its segments, its handlers.

    `lines` are the paths of loops in which handlers are found as above them. `last` ends the set.
    `divider` is a segment that stands between what may mean one thing before it and another behind:
    nothing but itself and `last` passes it over.
    """

    def __init__(
        self,
        loop: Loop,
        rules: Mapping[str, SegmentRule],
        handlers: Mapping[str, Handler | Remembered | Direct],
        *,
        last: str,
        lines: Sequence[str] = (),
        divider: str = "",
    ) -> None:
        self._rules = rules
        self._handlers = handlers
        self._lines = tuple(f"{line}/" for line in lines)
        self._divider, self._passes = divider, frozenset({divider, last})
        self._nodes: list[Node] = []
        self.root = self._built(loop, None, 0, "")
        self.start = self._nodes[0]
        self.tags = frozenset(node.tag for node in self._nodes)
        self._room = KNOWN_LIMIT
        self._nodes[-1].is_last = self._nodes[-1].tag == last

    def rule(self, tag: str) -> SegmentRule:
        """What may stand in a segment; one without a table is only placed."""
        return self._rules.get(tag) or SegmentRule(tag, ())

    def keep(self, node: Node, text: str, known: Known) -> None:
        """Keep what a segment's text means at a place; when there is no room, begin anew."""
        if not known[0].path.startswith(self._lines):
            if len(node.known) >= HEAD_LIMIT:
                node.known.clear()
        elif self._room:
            self._room -= 1
        else:
            for each in self._nodes:
                each.known.clear()
            self._room = KNOWN_LIMIT
        node.known[text] = known

    def find(self, node: Node, tag: str) -> Step | None:
        """The step from a place by a tag; None if no segment of that tag may follow."""
        step = node.moves.get(tag)
        if step is None:
            found = _reach(node, tag, "" if tag in self._passes else self._divider)
            if found is None:
                return None
            step = node.moves[tag] = self._step(*found)
        return step

    def elsewhere(self, node: Node, tag: str) -> Node | None:
        """Where a tag may stand at all, in the loops that are open at a place: innermost first."""
        opened = []
        loop: LoopNode | None = node.loop
        while loop is not None:
            opened.append(loop)
            loop = loop.parent
        fitting = [
            each
            for each in self._nodes
            if each.tag == tag and (each.loop in opened or _begins_in(each, opened))
        ]
        return max(fitting, key=lambda each: each.path.count("/"), default=None)

    def at(self, node: Node) -> Step:
        """The step onto a place from anywhere; not remembered, since it is a finding each time."""
        return self._step(node, None)._replace(remembered=None, quick=None)

    def _detail(self, node: Node) -> str:
        """The path of a place within its line, where what stands above lines means the same."""
        prefix = next((each for each in self._lines if node.path.startswith(each)), "")
        return node.path.removeprefix(prefix)

    def _built(self, loop: Loop, parent: LoopNode | None, index: int, path: str) -> LoopNode:
        built = LoopNode(loop, parent, index, path)
        for number, place in enumerate(loop.places):
            if isinstance(place, Place):
                node = Node(place, built, number)
                self._nodes.append(node)
                built.children.append(node)
            else:
                inner = f"{path}{place.trigger}/"
                built.children.append(self._built(place, built, number, inner))
        return built

    def _step(self, node: Node, special: Special | None) -> Step:
        rule = self.rule(node.tag)
        found = self._handlers.get(node.path) or self._handlers.get(self._detail(node), ignore)
        handle = found.handle if isinstance(found, Remembered | Direct) else found
        step = Step(node, segment_matcher(rule), handle, len(rule.uses) + 1, special)
        if special is not None:
            return step
        if isinstance(found, Direct):
            return step._replace(quick=found.reader(rule))
        return step._replace(remembered=found) if isinstance(found, Remembered) else step


def _begins_in(node: Node, opened: Sequence[LoopNode]) -> bool:
    return node is node.loop.trigger and node.loop.parent in opened


def _reach(node: Node, tag: str, divider: str) -> tuple[Node, Special | None] | None:
    if node.tag == tag and node.most != 1:
        return node, (None if node.most == UNLIMITED else Special(is_again=True))
    missing: list[str] = []
    loop: LoopNode | None = node.loop
    index = node.index
    while loop is not None:
        found = _later(loop.children[index + 1 :], tag, divider, missing)
        if found is not None:
            return found, _entering(found, loop, missing)
        if loop.trigger.tag == tag and loop.most != 1:
            counted = None if loop.most == UNLIMITED else loop
            is_special = bool(missing) or counted is not None
            special = Special(tuple(missing), loop=counted, is_repeated=True)
            return loop.trigger, special if is_special else None
        if _divides(loop.children[index + 1 :], divider):
            return None
        index, loop = loop.index, loop.parent
    return None


def _divides(children: Sequence[LoopNode | Node], divider: str) -> bool:
    return any(isinstance(child, Node) and child.tag == divider for child in children)


def _later(
    children: Sequence[LoopNode | Node], tag: str, divider: str, missing: list[str]
) -> Node | None:
    for child in children:
        first = child if isinstance(child, Node) else child.trigger
        if first.tag == tag:
            return first
        if first.tag == divider:
            return None
        if child.is_required:
            missing.append(first.tag)
    return None


def _entering(node: Node, around: LoopNode, missing: list[str]) -> Special | None:
    counted = node.loop if node.loop is not around and node.loop.most > 1 else None
    if not missing and counted is None:
        return None
    return Special(tuple(missing), loop=counted)
