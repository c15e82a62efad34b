"""What a standard says about its segments and sets, as data: types, lengths, codes, order.

The tables of a standard are written in a short notation and parsed when first used. A segment is
`!353 92 P:6,7`: its elements in order, `!` before a mandatory one, then its syntax notes. A set is
`BEG! REF+ PER:3 (N1! N3:2 N4)200`: segments in order, `!` mandatory, `+` any number of times, `:3`
at most so often, loops in parentheses with how often they may repeat behind, `+` for any number.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

UNLIMITED = 0
UNCOUNTED = 100  # a loop that may come so often is stopped by our limits, not counted
_TOKEN = re.compile(r"\(|\)(!?)(\d+|\+)?|([A-Z][A-Z0-9]{1,2})(!?)(\+|:\d+)?")


class Element(NamedTuple):
    """One data element: its number, type, least and most length, codes if it has a closed list.

    `parts` are the components of a composite, each with whether it is mandatory.
    """

    number: str
    kind: str
    least: int
    most: int
    codes: frozenset[str] = frozenset()
    parts: tuple["Use", ...] = ()


class Use(NamedTuple):
    """An element at its place in a segment, or a component in a composite."""

    element: Element
    is_required: bool
    repeats: int = 1


class Note(NamedTuple):
    """A condition between elements: P paired, R one required, E exclusive, C if first, L list."""

    kind: str
    places: tuple[int, ...]


class SegmentRule(NamedTuple):
    """What may stand in one segment."""

    tag: str
    uses: tuple[Use, ...]
    notes: tuple[Note, ...] = ()


class Place(NamedTuple):
    """A segment at its place in a set; `most` 0 is any number."""

    tag: str
    is_required: bool
    most: int


class Loop(NamedTuple):
    """Segments that repeat together; the first is the trigger."""

    places: tuple["Place | Loop", ...]
    most: int
    is_required: bool = False

    @property
    def trigger(self) -> str:
        """The tag that begins it."""
        first = self.places[0]
        return first.tag if isinstance(first, Place) else first.trigger


def segment_rule(tag: str, notation: str, elements: Mapping[str, Element]) -> SegmentRule:
    """Read the notation of one segment."""
    uses, notes = [], []
    for word in notation.split():
        if ":" in word:
            kind, _, places = word.partition(":")
            notes.append(Note(kind, tuple(map(int, places.split(",")))))
        else:
            number, _, repeats = word.lstrip("!").partition("*")
            uses.append(Use(elements[number], word.startswith("!"), int(repeats or 1)))
    return SegmentRule(tag, tuple(uses), tuple(notes))


def set_loop(notation: str, uncounted: int = UNCOUNTED) -> Loop:
    """Read the notation of one set: a loop that comes once.

    Loops that may come at least `uncounted` times are not counted.
    """
    stack: list[list[Place | Loop]] = [[]]
    for found in _TOKEN.finditer(notation):
        needed, repeats, tag, is_needed, most = found.groups()
        if tag:
            often = UNLIMITED if most == "+" else int((most or ":1")[1:])
            stack[-1].append(Place(tag, bool(is_needed), often))
        elif found.group().startswith("("):
            stack.append([])
        else:
            places = tuple(stack.pop())
            often = 0 if repeats == "+" else int(repeats or 1)
            often = UNLIMITED if often >= uncounted else often
            stack[-1].append(Loop(places, often, bool(needed)))
    return Loop(tuple(stack[0]), 1)
